import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '../auth/hook.ts';
import { articleQuery } from '../delivery/query.ts';
import { inEveryForm } from '../delivery/routes.ts';
import { originOf } from '../feeds/origin.ts';
import { optionalIfMatch, tagsOfIfMatch, versionTag } from '../http/etag.ts';
import { id, noQuery } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { Work } from '../work.ts';
import type { Preview, Previews } from './previews.ts';
import { published, withdrawn } from './schemas.ts';
import type { PublishingService } from './service.ts';

/** The editorial routes that show working copies as readers would see them, make them public, and take them back. */
export function publishingRoutes(
  { idempotency, site }: Pick<RouteDeps, 'idempotency'> & { site: () => SiteSettings },
  { publishing, previews }: { publishing: PublishingService; previews: Previews },
): FastifyPluginAsyncZod {
  const params = z.strictObject({ id });
  const common = { tags: ['publishing'], security: [{ bearer: [] }], params, querystring: noQuery };
  // Who may do what depends on whose article it is, so the use cases decide.
  const config = { permission: 'any' } as const;

  /** Runs a use case on an article; all of them are answered alike. */
  async function act<Done extends { version: number }>(
    request: FastifyRequest,
    reply: FastifyReply,
    useCase: (work: Work) => Promise<Done>,
  ): Promise<Done> {
    return idempotency.forActor(request, reply, useCase, (done) => ({
      status: 200,
      body: done,
      headers: { etag: versionTag(done.version) },
    }));
  }

  return async (app) => {
    app.get(
      '/articles/:id/preview',
      {
        config,
        schema: {
          ...common,
          operationId: 'previewArticle',
          summary: 'Read a working copy as readers would, were it published now',
          description:
            'What `GET /v1/articles/{ref}` would answer, with the same parameters, for the pages of a website to show to editors. The ETag is that of the working copy: publishing with it in If-Match makes public what was seen, or nothing.',
          querystring: articleQuery,
          response: { 200: inEveryForm },
        },
      },
      async (request, reply) => {
        const { origin } = originOf(request, site());
        return sendPreview(reply, await previews.show(actorOf(request), request.params.id, request.query, origin));
      },
    );

    app.post(
      '/articles/:id/publish',
      {
        config,
        schema: {
          ...common,
          operationId: 'publishArticle',
          summary: 'Publish the working copy as it is now',
          description:
            'In one transaction. Editing afterwards changes nothing public until it is published again. If-Match may be left out; with the ETag of the working copy as it was read, nothing is published that somebody else has changed since, in the article or its sections.',
          ifMatch: 'optional',
          idempotencyKey: true,
          response: { 200: published },
        },
      },
      async (request, reply) => {
        const expected = tagsOfIfMatch(request);
        return act(request, reply, (work) => publishing.publish(work, request.params.id, expected));
      },
    );

    app.post(
      '/articles/:id/unpublish',
      {
        config,
        schema: {
          ...common,
          operationId: 'unpublishArticle',
          summary: 'Take a published article back: readers are answered 404',
          description: 'Its working copy, slugs and comments stay, and it may be published again.',
          ifMatch: 'optional',
          idempotencyKey: true,
          response: { 200: withdrawn },
        },
      },
      async (request, reply) => {
        const expected = optionalIfMatch(request);
        return act(request, reply, (work) => publishing.unpublish(work, request.params.id, expected));
      },
    );

    app.post(
      '/articles/:id/kill',
      {
        config,
        schema: {
          ...common,
          operationId: 'killArticle',
          summary: 'Withdraw an article that was public, for good: readers are answered 410',
          description:
            'For stories that must not stand. Nobody can undo it, so it needs `articles:publish` for one’s own articles too. The working copy stays for the record, and is neither changed nor deleted any more: what must not stay in it either is taken out before.',
          ifMatch: 'optional',
          idempotencyKey: true,
          response: { 200: withdrawn },
        },
      },
      async (request, reply) => {
        const expected = optionalIfMatch(request);
        return act(request, reply, (work) => publishing.kill(work, request.params.id, expected));
      },
    );
  };
}

/** Sends bytes, as readers get them. */
function sendPreview(reply: FastifyReply, { tag, contentType, body }: Preview): FastifyReply {
  return reply.header('etag', tag).type(contentType).send(body);
}
