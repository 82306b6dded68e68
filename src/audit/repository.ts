import { and, desc, eq, gte, lt, lte, or } from 'drizzle-orm';
import type { Reader } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';

export type AuditRow = Tables['auditLog']['$inferSelect'];

export type AuditFilter = {
  subject?: { type: string; id: string } | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  from?: Date | null;
  /** The first instant that does not count. */
  to?: Date | null;
};

/** Newest first, from the one after `after` (milliseconds and id). */
export function listAudit(
  read: Reader,
  { auditLog }: Tables,
  { subject, actor, action, from, to }: AuditFilter,
  after: readonly [number, string] | null,
  limit: number,
) {
  const { at, id, actorId, subjectType, subjectId } = auditLog;
  return read
    .select()
    .from(auditLog)
    .where(
      and(
        subject && and(eq(subjectType, subject.type), eq(subjectId, subject.id)),
        actor === undefined ? undefined : eq(actorId, actor),
        action === undefined ? undefined : eq(auditLog.action, action),
        from ? gte(at, from) : undefined,
        to ? lt(at, to) : undefined,
        after ? earlier(after) : undefined,
      ),
    )
    .orderBy(desc(at), desc(id))
    .limit(limit);

  function earlier([milliseconds, lastId]: readonly [number, string]) {
    const last = new Date(milliseconds);
    return and(lte(at, last), or(lt(at, last), lt(id, lastId)));
  }
}
