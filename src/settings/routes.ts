import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { workOf } from '../auth/hook.ts';
import { requireIfMatch, withVersionTag } from '../http/etag.ts';
import { noQuery, written } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import { searchSettingsPatch, searchSettingsResource, siteSettingsPatch, siteSettingsResource } from './schemas.ts';
import type { Settings } from './service.ts';

/** The editorial routes of the settings. */
export function settingsRoutes({ db }: Pick<RouteDeps, 'db'>, settings: Settings): FastifyPluginAsyncZod {
  const common = { tags: ['settings'], security: [{ bearer: [] }] };
  const reading = { permission: 'settings:read' } as const;
  const editing = { permission: 'settings:edit' } as const;
  const description = 'Fields that are not sent stay. A list replaces the whole list. Takes effect at once.';

  return async (app) => {
    app.get(
      '/settings',
      {
        config: reading,
        schema: {
          ...common,
          operationId: 'getSiteSettings',
          summary: 'Read the settings of the site',
          querystring: noQuery,
          response: { 200: siteSettingsResource },
        },
      },
      async (_request, reply) => withVersionTag(reply, await settings.getSite()),
    );

    app.patch(
      '/settings',
      {
        config: editing,
        schema: {
          ...common,
          operationId: 'updateSiteSettings',
          summary: 'Change the settings of the site',
          ifMatch: 'required',
          description,
          querystring: noQuery,
          body: siteSettingsPatch,
          response: { 200: written(siteSettingsResource) },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const changed = await settings.patchSite(workOf(request, db.write), expected, request.body);
        return withWarnings(request, withVersionTag(reply, changed));
      },
    );

    app.get(
      '/settings/search',
      {
        config: reading,
        schema: {
          ...common,
          operationId: 'getSearchSettings',
          summary: 'Read the settings of search',
          querystring: noQuery,
          response: { 200: searchSettingsResource },
        },
      },
      async (_request, reply) => withVersionTag(reply, await settings.getSearch()),
    );

    app.patch(
      '/settings/search',
      {
        config: editing,
        schema: {
          ...common,
          operationId: 'updateSearchSettings',
          summary: 'Change the settings of search',
          ifMatch: 'required',
          description,
          querystring: noQuery,
          body: searchSettingsPatch,
          response: { 200: written(searchSettingsResource) },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const changed = await settings.patchSearch(workOf(request, db.write), expected, request.body);
        return withWarnings(request, withVersionTag(reply, changed));
      },
    );
  };
}
