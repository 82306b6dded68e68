import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Answers } from '../delivery/send.ts';
import { searchAnswer, searchQuery, suggestAnswer, suggestQuery } from './schemas.ts';
import type { SearchPages } from './search-pages.ts';

/** Search for readers. */
export function searchRoutes(answers: Answers, pages: SearchPages): FastifyPluginAsyncZod {
  const common = { tags: ['delivery'] };
  const onRequest = answers.fromCache;

  return async (app) => {
    app.get(
      '/v1/search',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'search',
          summary: 'Search published articles',
          description:
            'A word is found in all its forms: with the article, with joined prefixes and pronouns, in any number, with or without vowel marks, tatweel and hamza, in Arabic or Persian letters and digits. Names of tags and authors are searched too. Articles that have everything asked for come first; where those are fewer than a page, articles that have something of it follow (`match: any`). The cursor goes on through both, and shows every article once. The 2,500 newest of the articles that have everything are ranked, and 5,000 of those that have something; those before them follow, ranked likewise.',
          querystring: searchQuery,
          response: { 200: searchAnswer },
        },
      },
      async (request, reply) => answers.through(request, reply, () => pages.render('/v1/search', request.query)),
    );

    app.get(
      '/v1/search/suggest',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'suggest',
          summary: 'Complete what is being typed',
          description:
            'The newest headlines, and tags, that have the words typed and a word that begins with the last of them, in any spelling.',
          querystring: suggestQuery,
          response: { 200: suggestAnswer },
        },
      },
      async (request, reply) => answers.through(request, reply, () => pages.renderSuggestions(request.query.q)),
    );
  };
}
