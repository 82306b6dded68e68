import { z } from 'zod';
import type { ActorKind } from '../db/tables.ts';
import { instantQuery } from '../http/date-input.ts';
import { cursor, id, instant, limit } from '../http/pieces.ts';

const actorKinds = ['user', 'key', 'system', 'reader'] as const satisfies ActorKind[];

/** Who did what to which thing. */
export const auditEntry = z
  .object({
    id,
    at: instant,
    actor: z.object({ kind: z.enum(actorKinds), id: z.string().nullable() }).meta({
      description: 'Who it was: a user or a key by its id, `system` for the command line and the server’s own work',
    }),
    action: z.string().meta({ examples: ['article.published', 'comment.deleted', 'api-key.created'] }),
    subject: z.object({ type: z.string(), id: z.string() }).meta({ description: 'What it was done to' }),
    requestId: z.string().nullable().meta({ description: 'Finds the request in the log of the server' }),
    detail: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'More of it, such as the names of the fields that were changed' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditQuery = z.strictObject({
  limit,
  cursor,
  subject: z
    .string()
    .regex(/^[a-z-]{1,50}:\S{1,100}$/)
    .optional()
    .meta({
      description: 'Only what was done to this thing: its type and its id',
      examples: ['article:01a20e40-06cb-7775-8f90-7b6643fe14d1', 'settings:site'],
    }),
  actor: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Only what the user or key with this id did, or `system`' }),
  action: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Only this action', examples: ['article.published'] }),
  from: instantQuery.meta({ description: 'Done at this instant or later; a date is its whole day' }),
  to: instantQuery.meta({
    description: 'Done at this instant or earlier, and not before `from`; a date is its whole day',
  }),
});
export type AuditQuery = z.infer<typeof auditQuery>;
