import type { Database } from '../db/database.ts';
import { decodeCursor, listDigest, timeAndId, toPage } from '../http/cursor.ts';
import { boundsOf } from '../http/date-range.ts';
import type { Settings } from '../settings/service.ts';
import { type AuditRow, listAudit } from './repository.ts';
import type { AuditEntry, AuditQuery } from './schemas.ts';

export type AuditLog = ReturnType<typeof createAuditLog>;

/** Reads the audit log. */
export function createAuditLog({ db, settings }: { db: Database; settings: Pick<Settings, 'site'> }) {
  return {
    async list(query: AuditQuery) {
      const { subject, actor, action, limit } = query;
      const digest = listDigest('audit', query);
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const filter = {
        subject: subject === undefined ? undefined : namedSubject(subject),
        ...{ actor, action },
        ...boundsOf(query, settings.site().timeZone),
      };
      const rows = await listAudit(db.read, db.tables, filter, after, limit + 1);
      const { data, page } = toPage(rows, limit, digest, (row) => [row.at.getTime(), row.id]);
      return { data: data.map(present), page };
    },
  };
}

function namedSubject(text: string): { type: string; id: string } {
  const colon = text.indexOf(':');
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

function present(row: AuditRow): AuditEntry {
  const { id, at, actorKind, actorId, action, subjectType, subjectId, requestId, detail } = row;
  const [actor, subject] = [
    { kind: actorKind, id: actorId },
    { type: subjectType, id: subjectId },
  ];
  return { id, at, actor, action, subject, requestId, detail };
}
