import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { TermKind } from '../db/tables.ts';
import { movedTo, type Rendered } from '../delivery/cache.ts';
import type { Answers } from '../delivery/send.ts';
import type { TermReader } from '../delivery/term-routes.ts';
import { AppError } from '../errors.ts';
import { anyQuery } from '../http/pieces.ts';
import { pathOf } from '../http/request-target.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { kindTags, oneOf } from '../taxonomy/service.ts';
import { originOf } from './origin.ts';
import type { FeedFormat } from './render-feed.ts';
import type { Feeds } from './service.ts';
import { renderRobots, renderSitemapIndex } from './sitemap.ts';

type Deps = {
  answers: Answers;
  feeds: Feeds;
  terms: Record<TermKind, TermReader>;
  site: () => SiteSettings;
};

const files = { rss: 'rss.xml', atom: 'atom.xml', json: 'feed.json' } as const satisfies Record<FeedFormat, string>;
const types = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};
const names = { rss: 'RSS 2.0', atom: 'Atom 1.0', json: 'JSON Feed 1.1' };
const xml = 'application/xml; charset=utf-8';
/**
 * Feeds are for readers, so they have all articles, those that search engines must not show among them. Hence it is the
 * feed that says so: links in it are followed, it is not shown itself.
 */
const unindexed = { 'x-robots-tag': 'noindex' };

type Document = { body: string; tags: string[]; isOver?: () => boolean };

/** The documented answer of a route that answers one document. */
function documentOf(contentType: string) {
  const [type = ''] = contentType.split(';');
  const schema = type.endsWith('json') ? z.looseObject({}) : z.string();
  return { 200: { description: 'The document', content: { [type]: { schema } } } };
}

/** Feeds, sitemaps and robots.txt: what readers' programs and search engines ask for. */
export function feedRoutes({ answers, feeds, terms, site }: Deps): FastifyPluginAsyncZod {
  const common = { tags: ['feeds'], querystring: anyQuery };
  const ref = z.string().meta({ description: 'Id or slug', examples: ['سياسة'] });

  /** Answers what is kept under a request's path, or what `render` makes with the origin of its addresses. */
  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    contentType: string,
    render: (at: { origin: string }) => Promise<Document | Rendered>,
    ownHeaders: Record<string, string> = {},
  ): Promise<FastifyReply> {
    const { origin, keyOf } = originOf(request, site());
    const make = async () => {
      const made = await render({ origin });
      if ('contentType' in made) return made;
      const { body, ...rest } = made;
      return { ...rest, body: Buffer.from(body), contentType, headers: ownHeaders };
    };
    // Whatever somebody has added to its address.
    return answers.through(request, reply, make, keyOf(pathOf(request.url)));
  }

  return async (app) => {
    for (const format of ['rss', 'atom', 'json'] as const) {
      app.get(
        `/feeds/${files[format]}`,
        {
          schema: {
            ...common,
            operationId: `get${idOf(format)}Feed`,
            summary: `The newest articles as ${names[format]}`,
            response: documentOf(types[format]),
          },
        },
        async (request, reply) =>
          answer(
            request,
            reply,
            types[format],
            ({ origin }) => feeds.feed(format, { origin, path: `/feeds/${files[format]}` }, null),
            unindexed,
          ),
      );

      for (const kind of ['category', 'tag', 'author'] as const)
        app.get(
          `/feeds/${kindTags[kind]}/:ref/${files[format]}`,
          {
            schema: {
              ...common,
              operationId: `get${idOf(kind)}${idOf(format)}Feed`,
              summary: `The newest articles of ${oneOf[kind]} as ${names[format]}`,
              description: `Under a slug that the ${kind} had before it answers 308 with its address now.`,
              params: z.strictObject({ ref }),
              response: documentOf(types[format]),
            },
          },
          async (request, reply) =>
            answer(
              request,
              reply,
              types[format],
              async ({ origin }) => {
                const found = await terms[kind].find(request.params.ref);
                if (!found) throw new AppError('not-found');
                const { term, hasMoved } = found;
                // A feed has one address, however it was asked for.
                const path = `/feeds/${kindTags[kind]}/${encodeURIComponent(term.slug)}/${files[format]}`;
                if (hasMoved) return movedTo(path, [kindTags[kind]]);
                const { id, name, slug } = term;
                return feeds.feed(format, { origin, path }, { kind, id, name, slug, description: aboutOf(term) });
              },
              unindexed,
            ),
        );
    }

    app.get(
      '/sitemap.xml',
      {
        schema: {
          ...common,
          operationId: 'getSitemapIndex',
          summary: 'The index of the sitemap’s parts',
          response: documentOf(xml),
        },
      },
      async (request, reply) =>
        answer(request, reply, xml, async ({ origin }) => {
          const parts = (await feeds.sitemapParts()).map((part) => ({
            url: new URL(`/sitemap-${part}.xml`, origin).href,
            updatedAt: null,
          }));
          return { body: renderSitemapIndex(parts), tags: ['list'] };
        }),
    );

    // At the top, because one of a folder may only name what is below that (sitemaps.org, "Sitemap file location").
    app.get(
      '/sitemap-:part.xml',
      {
        schema: {
          ...common,
          operationId: 'getSitemap',
          summary: 'A part of the sitemap: at most 1,000 articles',
          params: z.strictObject({ part: z.string().regex(/^(?:0|[1-9]\d{0,5})$/) }),
          response: documentOf(xml),
        },
      },
      async (request, reply) =>
        answer(request, reply, xml, async ({ origin }) => {
          const part = Number(request.params.part);
          const body = await feeds.sitemapPart(part, origin);
          if (body === null) throw new AppError('not-found');
          return { body, tags: ['list', 'categories'] };
        }),
    );

    app.get(
      '/news-sitemap.xml',
      {
        schema: {
          ...common,
          operationId: 'getNewsSitemap',
          summary: 'Articles of the last two days, for Google News',
          response: documentOf(xml),
        },
      },
      async (request, reply) => answer(request, reply, xml, ({ origin }) => feeds.newsSitemap(origin)),
    );

    app.get(
      '/robots.txt',
      {
        schema: {
          ...common,
          operationId: 'getRobots',
          summary: 'What robots may read',
          response: documentOf('text/plain'),
        },
      },
      async (request, reply) =>
        answer(request, reply, 'text/plain; charset=utf-8', async ({ origin }) => ({
          body: renderRobots(['/sitemap.xml', '/news-sitemap.xml'].map((path) => new URL(path, origin).href)),
          tags: ['everything'],
        })),
    );
  };
}

/** What a category or tag says of itself, or an author. */
function aboutOf(term: object): string | null {
  const { description, bio } = term as { description?: string | null; bio?: string | null };
  return description ?? bio ?? null;
}

function idOf(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
