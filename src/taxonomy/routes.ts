import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { workOf } from '../auth/hook.ts';
import type { TermKind } from '../db/tables.ts';
import { type ExpectedVersions, requireIfMatch, versionTag, withVersionTag } from '../http/etag.ts';
import { id, listOf, noContent, noQuery, type page, pageQuery, written } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import type { Work } from '../work.ts';
import { kindTags, oneOf } from './service.ts';

type Term = { id: string; version: number };

type TermService<Row extends Term, Create, Patch> = {
  list(query: { limit: number; cursor?: string | undefined }): Promise<{ data: Row[]; page: z.infer<typeof page> }>;
  get(id: string): Promise<Row>;
  create(work: Work, input: Create): Promise<Row>;
  update(work: Work, id: string, expected: ExpectedVersions, input: Patch): Promise<Row>;
  remove(work: Work, id: string, expected: ExpectedVersions): Promise<void>;
};

type TermSchemas<Create, Patch> = {
  resource: z.ZodObject;
  create: z.ZodType<Create>;
  patch: z.ZodType<Patch>;
};

/** The editorial routes of one kind of term. */
export function termRoutes<Row extends Term, Create, Patch>(
  { db, idempotency }: RouteDeps,
  kind: TermKind,
  schemas: TermSchemas<Create, Patch>,
  service: TermService<Row, Create, Patch>,
): FastifyPluginAsyncZod {
  const path = `/${kindTags[kind]}`;
  const name = kind[0]?.toUpperCase() + kind.slice(1);
  const names = `${kindTags[kind][0]?.toUpperCase()}${kindTags[kind].slice(1)}`;
  const params = z.strictObject({ id });
  const common = { tags: ['taxonomy'], security: [{ bearer: [] }] };
  const reading = { permission: 'taxonomy:read' } as const;
  const editing = { permission: 'taxonomy:edit' } as const;
  // The schema drops what a row has beside the resource's fields; its type is widened to any kind of row here.
  const resource = schemas.resource as unknown as z.ZodType<Term>;
  const writtenResource = written(schemas.resource) as unknown as z.ZodType<Term>;

  return async (app) => {
    app.get(
      path,
      {
        config: reading,
        schema: {
          ...common,
          operationId: `listEditorial${names}`,
          summary: `List ${kindTags[kind]} in alphabetical order`,
          querystring: pageQuery,
          response: { 200: listOf(resource) },
        },
      },
      async (request) => service.list(request.query),
    );

    app.post(
      path,
      {
        config: editing,
        schema: {
          ...common,
          operationId: `create${name}`,
          summary: `Create ${oneOf[kind]}`,
          idempotencyKey: true,
          querystring: noQuery,
          body: schemas.create,
          response: { 201: writtenResource },
        },
      },
      async (request, reply) =>
        idempotency.forActor(
          request,
          reply,
          (work) => service.create(work, request.body as Create),
          (row) => ({
            status: 201,
            body: withWarnings(request, row),
            headers: { etag: versionTag(row.version), location: `/v1/editorial${path}/${row.id}` },
          }),
        ),
    );

    app.get(
      `${path}/:id`,
      {
        config: reading,
        schema: {
          ...common,
          operationId: `getEditorial${name}`,
          summary: `Read ${oneOf[kind]}`,
          params,
          querystring: noQuery,
          response: { 200: resource },
        },
      },
      async (request, reply) => withVersionTag(reply, await service.get(request.params.id)),
    );

    app.patch(
      `${path}/:id`,
      {
        config: editing,
        schema: {
          ...common,
          operationId: `update${name}`,
          summary: `Change ${oneOf[kind]}`,
          ifMatch: 'required',
          params,
          querystring: noQuery,
          body: schemas.patch,
          response: { 200: writtenResource },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const work = workOf(request, db.write);
        const row = await service.update(work, request.params.id, expected, request.body as Patch);
        return withWarnings(request, withVersionTag(reply, row));
      },
    );

    app.delete(
      `${path}/:id`,
      {
        config: editing,
        schema: {
          ...common,
          operationId: `delete${name}`,
          summary: `Delete ${oneOf[kind]} that nothing refers to`,
          ifMatch: 'required',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        await service.remove(workOf(request, db.write), request.params.id, expected);
        return reply.code(204).send();
      },
    );
  };
}
