import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { movedTo } from '../delivery/cache.ts';
import type { Resolve } from '../delivery/resolve.ts';
import type { Answers } from '../delivery/send.ts';
import { AppError } from '../errors.ts';
import type { Idempotency } from '../http/idempotency.ts';
import { id, listOf, noQuery, written } from '../http/pieces.ts';
import { rateLimit } from '../http/rate-limit.ts';
import { searchOf } from '../http/request-target.ts';
import { withWarnings } from '../http/warnings.ts';
import { isId } from '../uuid.ts';
import type { Work } from '../work.ts';
import {
  type CommentCreate,
  comment,
  commentCreate,
  postedComment,
  repliesQuery,
  thread,
  threadQuery,
} from './schemas.ts';
import type { CommentService } from './service.ts';

export type PublicDeps = { answers: Answers; resolve: Resolve; idempotency: Idempotency };

type List = { locale: string; data: unknown[]; page: { next: string | null; limit: number } };

/** Reader comments in public: what is approved, and the way to say something. */
export function commentRoutes(
  { answers, resolve, idempotency }: PublicDeps,
  comments: CommentService,
): FastifyPluginAsyncZod {
  const ref = z
    .string()
    .meta({ description: 'Id or slug of a published article', examples: ['سوريا-توقع-إعلان-تعاون'] });
  const params = z.strictObject({ ref });
  const threadParams = z.strictObject({ ref, commentId: id });
  const common = { tags: ['comments'] };

  /** Answers a list from the cache, or makes it; under a slug that the article had before, where it is now. */
  async function sendList(
    request: FastifyRequest,
    reply: FastifyReply,
    { articleRef, rest = '' }: { articleRef: string; rest?: string },
    list: (articleId: string) => Promise<List>,
  ): Promise<FastifyReply> {
    return answers.through(request, reply, async () => {
      const { articleId, slug, isCurrent } = await resolve(articleRef);
      const path = `/v1/articles/${encodeURIComponent(slug)}/comments${rest}`;
      if (!isCurrent) return movedTo(`${path}${searchOf(request.url)}`, [`article:${articleId}`]);
      const { locale, ...answer } = await list(articleId);
      const { next } = answer.page;
      return {
        body: Buffer.from(JSON.stringify(answer)),
        contentType: 'application/json; charset=utf-8',
        tags: [`article:${articleId}`, `comments:${articleId}`],
        headers: {
          'content-language': locale,
          ...(next === null ? {} : { link: `<${path}?${nextQuery(request, next)}>; rel="next"` }),
        },
      };
    });
  }

  async function post(work: Work, articleRef: string, input: CommentCreate) {
    // Whether an article of that id is public is found out with all the rest; why it is not, only then.
    const articleId = isId(articleRef) ? articleRef.toLowerCase() : (await resolve(articleRef)).articleId;
    return comments.post(work, articleId, input).catch((error) => explain(error, articleRef));
  }

  /** An article that is not there any more may have been withdrawn for good, which is another answer. */
  async function explain(error: unknown, articleRef: string): Promise<never> {
    if (error instanceof AppError && error.code === 'not-found') await resolve(articleRef);
    throw error;
  }

  return async (app) => {
    app.get(
      '/v1/articles/:ref/comments',
      {
        onRequest: answers.fromCache,
        schema: {
          ...common,
          operationId: 'listComments',
          summary: 'List the approved comments on an article as threads',
          description:
            'Each thread has its first replies nested in it, oldest first: up to 50, fewer on pages of more than 20 threads; `moreReplies` says where it goes on.',
          params,
          querystring: threadQuery,
          response: { 200: listOf(thread) },
        },
      },
      async (request, reply) =>
        sendList(request, reply, { articleRef: request.params.ref }, (articleId) =>
          comments.listThreads(articleId, request.query),
        ),
    );

    app.get(
      '/v1/articles/:ref/comments/:commentId/replies',
      {
        onRequest: answers.fromCache,
        schema: {
          ...common,
          operationId: 'listReplies',
          summary: 'List all replies of a thread, oldest first',
          description:
            '`commentId` is the thread’s first comment. A plain list: `parentId` says what each one answers.',
          params: threadParams,
          querystring: repliesQuery,
          response: { 200: listOf(comment) },
        },
      },
      async (request, reply) => {
        const { ref: articleRef, commentId } = request.params;
        return sendList(request, reply, { articleRef, rest: `/${commentId}/replies` }, (articleId) =>
          comments.listReplies(articleId, commentId, request.query),
        );
      },
    );

    app.post(
      '/v1/articles/:ref/comments',
      {
        config: rateLimit.comments,
        schema: {
          ...common,
          operationId: 'postComment',
          summary: 'Comment on an article',
          description:
            'Plain text of 1–5,000 characters. Where comments are approved first the status is `pending` and readers do not see it yet. The same words within a day are 409 `duplicate-comment`, unless an `Idempotency-Key` says that it is the same request again: then the first answer comes. Readers need no keys that nobody else has, since a key belongs to the request that it came with. A slug that the article had before is taken too.',
          idempotencyKey: true,
          params,
          querystring: noQuery,
          body: commentCreate,
          response: { 201: written(postedComment) },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        return idempotency.forReader(
          request,
          reply,
          (work) => post(work, request.params.ref, request.body),
          (posted) => ({ status: 201, body: withWarnings(request, posted) }),
          {
            keep: ({ id, status }) => ({ id, status }),
            retell: async (kept) => withWarnings(request, await comments.getPosted(kept)),
          },
        );
      },
    );
  };
}

function nextQuery({ query }: FastifyRequest, cursor: string): URLSearchParams {
  return new URLSearchParams({ ...(query as Record<string, string>), cursor });
}
