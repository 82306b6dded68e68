import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { TermKind } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { listOf, noQuery, pageQuery } from '../http/pieces.ts';
import { kindTags, oneOf } from '../taxonomy/service.ts';
import { movedTo } from './cache.ts';
import { publicAuthor, publicCategory, publicTag } from './schemas.ts';
import type { Answers } from './send.ts';

type Term = { id: string; name: string; slug: string };
type Page = { data: Term[]; page: { next: string | null; limit: number } };

export type TermReader = {
  list(query: { limit: number; cursor?: string | undefined }): Promise<Page>;
  /** Undefined when there is none of that id or slug; `hasMoved` when it had that slug before. */
  find(reference: string): Promise<{ term: Term; hasMoved: boolean } | undefined>;
};

const schemas = { category: publicCategory, tag: publicTag, author: publicAuthor };

/** The public reads of one kind of term: what articles are described by. */
export function publicTermRoutes(answers: Answers, kind: TermKind, terms: TermReader): FastifyPluginAsyncZod {
  const path = `/v1/${kindTags[kind]}`;
  const name = kind[0]?.toUpperCase() + kind.slice(1);
  const names = `${kindTags[kind][0]?.toUpperCase()}${kindTags[kind].slice(1)}`;
  const common = { tags: ['delivery'] };
  const onRequest = answers.fromCache;
  const shape = schemas[kind];
  const ref = z.string().meta({ description: `Id or slug of ${oneOf[kind]}` });
  const contentType = 'application/json; charset=utf-8';

  return async (app) => {
    app.get(
      path,
      {
        onRequest,
        schema: {
          ...common,
          operationId: `list${names}`,
          summary: `List ${kindTags[kind]} in alphabetical order`,
          querystring: pageQuery,
          response: { 200: listOf(shape) },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, async () => {
          const { data, page } = await terms.list(request.query);
          const next =
            page.next === null ? {} : { link: `<${path}?limit=${page.limit}&cursor=${page.next}>; rel="next"` };
          const shown = data.map((term) => shape.parse(term));
          return { body: bytesOf({ data: shown, page }), contentType, tags: [kindTags[kind]], headers: next };
        }),
    );

    app.get(
      `${path}/:ref`,
      {
        onRequest,
        schema: {
          ...common,
          operationId: `get${name}`,
          summary: `Read ${oneOf[kind]}`,
          description: `Under a slug that the ${kind} had before it answers 308 with its address now.`,
          params: z.strictObject({ ref }),
          querystring: noQuery,
          response: { 200: shape },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, async () => {
          const { term, hasMoved } = (await terms.find(request.params.ref)) ?? notFound();
          if (hasMoved) return movedTo(`${path}/${encodeURIComponent(term.slug)}`, [kindTags[kind]]);
          return { body: bytesOf(shape.parse(term)), contentType, tags: [`${kind}:${term.id}`] };
        }),
    );
  };
}

function notFound(): never {
  throw new AppError('not-found');
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
