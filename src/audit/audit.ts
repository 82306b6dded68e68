import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { uuid } from '../uuid.ts';
import type { Work } from '../work.ts';

/** Writes audit rows: who did what to which thing, in the transaction that did it. */
export function createAudit(tables: Tables, clock: () => Date) {
  return async function record(
    tx: Tx,
    work: Work,
    action: string,
    subject: { type: string; id: string },
    detail: Record<string, unknown> | null = null,
  ): Promise<void> {
    await tx.insert(tables.auditLog).values({
      id: uuid(),
      at: clock(),
      actorKind: work.actor.kind,
      actorId: work.actor.id,
      action,
      subjectType: subject.type,
      subjectId: subject.id,
      requestId: work.requestId,
      detail,
    });
  };
}

export type Audit = ReturnType<typeof createAudit>;
