import { type SQLWrapper, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuditFilter, listAudit } from '../../src/audit/repository.ts';
import { uuid } from '../../src/uuid.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const id = '0198c0de-0000-7000-8000-000000000000';
const after = [Date.UTC(2026, 0, 17), id] as const;

describeEachEngine('the audit log is read along an index, whatever it is narrowed by', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    const row = { actorKind: 'user', subjectType: 'article', requestId: null, detail: null } as const;
    const rows = Array.from({ length: 3000 }, (_, n) => ({
      ...{ ...row, id: uuid(), at: new Date(after[0] + (n - 1500) * 60_000) },
      ...{ actorId: `actor-${n % 211}`, action: `article.${n % 197}`, subjectId: `subject-${n % 500}` },
    }));
    await room.db.write(async (tx) => {
      await tx.insertMany(room.db.tables.auditLog, rows);
      if (engine === 'postgres') await tx.run(sql`analyze audit_log`);
    });
  });
  afterAll(() => room.close());

  /** What the engine would do for a query; as its table is small, it is told not to read it whole. */
  async function plan(query: SQLWrapper): Promise<string> {
    const steps = await room.db.write(async (tx) => {
      if (engine === 'sqlite') return tx.rows<Record<string, string>>(sql`explain query plan ${query.getSQL()}`);
      for (const way of ['seqscan', 'bitmapscan']) await tx.run(sql.raw(`set local enable_${way} = off`));
      return tx.rows<Record<string, string>>(sql`explain ${query.getSQL()}`);
    });
    return steps.map((step) => step.detail ?? step['QUERY PLAN']).join('\n');
  }

  const filters: [index: string, AuditFilter][] = [
    ['audit_log_at', {}],
    ['audit_log_subject', { subject: { type: 'article', id: 'subject-1' } }],
    ['audit_log_actor', { actor: 'actor-1' }],
    ['audit_log_action', { action: 'article.1' }],
    ['audit_log_actor_action', { actor: 'actor-1', action: 'article.1' }],
  ];
  const times: [string, AuditFilter, typeof after | null][] = [
    ['from the beginning', {}, null],
    ['from a place on', {}, after],
    ['within a time', { from: new Date(after[0] - 50_000_000), to: new Date(after[0] + 50_000_000) }, after],
  ];

  for (const [index, filter] of filters)
    it.each(times)(`${index}, %s`, async (_, bounds, from) => {
      const steps = await plan(listAudit(room.db.read, room.db.tables, { ...filter, ...bounds }, from, 20));
      expect(/audit_log_(?:actor_action|actor|action|at|subject)\b/.exec(steps)?.[0]).toBe(index);
      // The entries of one thing in one moment are few; all else is in order.
      if (index !== 'audit_log_subject') expect(steps).not.toMatch(/Sort|B-TREE FOR ORDER BY|ORDER BY/);
      else expect(steps).toMatch(/Presorted Key|LAST TERM OF ORDER BY/);
      // What comes after the place is not read.
      if (from) expect(steps).toMatch(engine === 'sqlite' ? /\bat[<>]\?/ : /Index Cond: .*\bat <=? /);
    });
});
