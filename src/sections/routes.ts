import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, workOf } from '../auth/hook.ts';
import { optionalIfMatch, requireIfMatch, versionTag, withVersionTag } from '../http/etag.ts';
import { id, noContent, noQuery } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import {
  maxSections,
  savedSection,
  section,
  sectionCreate,
  sectionList,
  sectionOrder,
  sectionPatch,
} from './schemas.ts';
import type { SectionList, SectionService } from './service.ts';

/** The editorial routes of an article's sections. */
export function sectionRoutes({ db, idempotency }: RouteDeps, sections: SectionService): FastifyPluginAsyncZod {
  const path = '/articles/:id/sections';
  const listParams = z.strictObject({ id });
  const params = z.strictObject({ id, sectionId: id });
  const common = { tags: ['sections'], security: [{ bearer: [] }] };
  // Who may do what depends on whose article it is, so the use cases decide.
  const config = { permission: 'any' } as const;

  return async (app) => {
    app.get(
      path,
      {
        config,
        schema: {
          ...common,
          operationId: 'listEditorialSections',
          summary: 'List the sections of a working copy, in order',
          description: 'All of them in one page. The ETag is the version of the list, for reordering.',
          params: listParams,
          querystring: noQuery,
          response: { 200: sectionList },
        },
      },
      async (request, reply) => {
        const list = await sections.list(actorOf(request), request.params.id);
        reply.header('etag', versionTag(list.version));
        return asPage(list);
      },
    );

    app.post(
      path,
      {
        config,
        schema: {
          ...common,
          operationId: 'createSection',
          summary: 'Add a section to a working copy',
          idempotencyKey: true,
          params: listParams,
          querystring: noQuery,
          body: sectionCreate,
          response: { 201: savedSection },
        },
      },
      async (request, reply) =>
        idempotency.forActor(
          request,
          reply,
          (work) => sections.create(work, request.params.id, request.body),
          (created) => ({
            status: 201,
            body: withWarnings(request, created),
            headers: {
              etag: versionTag(created.version),
              location: `/v1/editorial/articles/${created.articleId}/sections/${created.id}`,
            },
          }),
        ),
    );

    app.put(
      `${path}/order`,
      {
        config,
        schema: {
          ...common,
          operationId: 'reorderSections',
          summary: 'Put the sections into another order',
          description:
            'All at once or not at all. The ids are exactly the article’s sections, else it is 409. If-Match, with the ETag of the list, may be left out.',
          ifMatch: 'optional',
          params: listParams,
          querystring: noQuery,
          body: sectionOrder,
          response: { 200: sectionList },
        },
      },
      async (request, reply) => {
        const expected = optionalIfMatch(request);
        const work = workOf(request, db.write);
        const list = await sections.reorder(work, request.params.id, expected, request.body.ids);
        reply.header('etag', versionTag(list.version));
        return asPage(list);
      },
    );

    app.get(
      `${path}/:sectionId`,
      {
        config,
        schema: {
          ...common,
          operationId: 'getEditorialSection',
          summary: 'Read a section',
          params,
          querystring: noQuery,
          response: { 200: section },
        },
      },
      async (request, reply) => {
        const { id: articleId, sectionId } = request.params;
        return withVersionTag(reply, await sections.get(actorOf(request), articleId, sectionId));
      },
    );

    app.patch(
      `${path}/:sectionId`,
      {
        config,
        schema: {
          ...common,
          operationId: 'updateSection',
          summary: 'Change a section',
          description:
            'Fields that are not sent stay. The anchor stays when the heading changes, so links keep working.',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          body: sectionPatch,
          response: { 200: savedSection },
        },
      },
      async (request, reply) => {
        const { id: articleId, sectionId } = request.params;
        const expected = requireIfMatch(request);
        const work = workOf(request, db.write);
        const changed = await sections.update(work, articleId, sectionId, expected, request.body);
        return withWarnings(request, withVersionTag(reply, changed));
      },
    );

    app.delete(
      `${path}/:sectionId`,
      {
        config,
        schema: {
          ...common,
          operationId: 'deleteSection',
          summary: 'Delete a section',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const { id: articleId, sectionId } = request.params;
        const expected = requireIfMatch(request);
        await sections.remove(workOf(request, db.write), articleId, sectionId, expected);
        return reply.code(204).send();
      },
    );
  };
}

function asPage({ sections }: SectionList) {
  return { data: sections, page: { next: null, limit: maxSections } };
}
