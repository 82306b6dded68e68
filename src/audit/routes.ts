import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { listOf } from '../http/pieces.ts';
import { auditEntry, auditQuery } from './schemas.ts';
import type { AuditLog } from './service.ts';

/** The editorial route of the audit log. */
export function auditRoutes(log: AuditLog): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/audit',
      {
        config: { permission: 'audit:read' },
        schema: {
          tags: ['audit'],
          security: [{ bearer: [] }],
          operationId: 'listAuditEntries',
          summary: 'Read the audit log, newest first',
          description:
            'Who changed what, and when: every entry was stored in one transaction with its change. Entries hold ids and the names of fields, not what was written in them, so they keep nothing of a deleted comment; of a deleted article they keep the headline and the slug. The new articles that an import stored at once share one entry, with their ids.',
          querystring: auditQuery,
          response: { 200: listOf(auditEntry) },
        },
      },
      async (request) => log.list(request.query),
    );
  };
}
