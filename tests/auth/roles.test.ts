import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Permission, permissionNames, roleNames, rolePermissions } from '../../src/auth/permissions.ts';
import { anotherPerson, articlesUrl, deskOf } from '../articles/desk.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Route = { method: Method; path: string; permission: Permission | 'any' | undefined };

const nowhere = '01a20e40-06cb-7775-8f90-7b6643fe14d1';
const signIn = 'POST /v1/editorial/sessions';

const everyone = 'contributor author editor moderator admin';

/** Kinds of routes and who gets past the door, written out again on purpose: a change of the table must be meant. */
const rows: [string, string][] = [
  ['GET /me', everyone],
  ['GET /tags', everyone],
  ['GET /categories/:id', everyone],
  ['POST /tags', 'editor admin'],
  ['PATCH /authors/:id', 'editor admin'],
  ['DELETE /categories/:id', 'editor admin'],
  ['GET /users', 'admin'],
  ['POST /users', 'admin'],
  ['GET /users/:id', 'admin'],
  ['PATCH /users/:id', 'admin'],
  ['DELETE /users/:id', 'admin'],
  ['GET /api-keys', 'admin'],
  ['POST /api-keys', 'admin'],
  ['GET /api-keys/:id', 'admin'],
  ['PATCH /api-keys/:id', 'admin'],
  ['DELETE /api-keys/:id', 'admin'],
  ['POST /articles', 'contributor author editor admin'],
  ['GET /audit', 'admin'],
];

// Who may do what does not depend on the engine: one is enough for some hundred requests.
/** What the scopes open that no route names, because whose article it is decides; 404 without them. */
const openedByUseCases: Partial<Record<Permission, ['GET' | 'PATCH' | 'POST', 'own' | 'other', string]>> = {
  'articles:read': ['GET', 'other', ''],
  'articles:read-own': ['GET', 'own', ''],
  'articles:edit': ['PATCH', 'other', ''],
  'articles:edit-own': ['PATCH', 'own', ''],
  'articles:edit-own-drafts': ['PATCH', 'own', ''],
  'articles:publish': ['POST', 'other', '/publish'],
  'articles:publish-own': ['POST', 'own', '/publish'],
};

describe.each(enginesToTest(process.env).slice(0, 1))('every editorial route (%s)', (engine) => {
  let room: Newsroom;
  let routes: Route[];
  beforeAll(async () => {
    room = await openNewsroom(engine);
    routes = editorialRoutes(room);
  });
  afterAll(() => room.close());

  const call = (route: Route, as?: string) =>
    room.call(route.path.replace(/:\w+/g, nowhere), {
      method: route.method,
      ...(as === undefined ? {} : { as }),
      ...(['GET', 'HEAD', 'DELETE'].includes(route.method) ? {} : { body: {} }),
      headers: { 'if-match': '*' },
    });
  const nameOf = (route: Route) => `${route.method} ${route.path}`;

  it('is found, and names its permission', () => {
    expect(routes.length).toBeGreaterThan(35);
    expect(routes.filter((route) => route.permission === undefined)).toEqual([]);
    for (const name of ['GET /v1/editorial/users/:id', 'PATCH /v1/editorial/me', 'POST /v1/editorial/tags'])
      expect(routes.map(nameOf)).toContain(name);
    expect(routes.map(nameOf)).not.toContain(signIn);
  });

  it('is closed without a token, and with one that stands for nobody', async () => {
    for (const route of routes)
      for (const as of [undefined, `kbk_${'x'.repeat(43)}`, `kbs_${'x'.repeat(43)}`])
        expect([nameOf(route), (await call(route, as)).status]).toEqual([nameOf(route), 401]);
  });

  it.each(roleNames)('answers 403 to %s exactly where the role lacks the permission', async (role) => {
    const wrong: string[] = [];
    for (const route of routes) {
      if (route.permission === 'any' || route.permission === undefined) continue;
      const { status } = await call(route, role);
      const isRefused = status === 403;
      const mayPass = rolePermissions[role].includes(route.permission);
      if (isRefused === mayPass || status === 401 || status >= 500) wrong.push(`${nameOf(route)}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(rows)('%s is for: %s', async (route, allowed) => {
    const [method, path] = route.split(' ') as [Method, string];
    const passes = [];
    for (const role of roleNames) {
      const { status } = await call({ method, path: `/v1/editorial${path}`, permission: 'any' }, role);
      if (status !== 403) passes.push(role);
    }
    expect(passes.sort()).toEqual(allowed.split(' ').filter(Boolean).sort());
  });

  it.each(roleNames)('shows %s nothing that is not there, where the use case decides', async (role) => {
    const open = routes.filter((route) => route.permission === 'any' && route.path.includes(':'));
    const passed = [];
    for (const route of open) {
      const { status } = await call(route, role);
      if (status < 400 || status === 401 || status >= 500) passed.push(`${nameOf(route)}: ${status}`);
    }
    expect(passed).toEqual([]);
  });

  it('is what every permission is for: each opens a route, or something that a use case decides', async () => {
    const named = new Set(routes.map((route) => route.permission));
    const desk = deskOf(room);
    for (const permission of permissionNames.filter((name) => !named.has(name))) {
      const opened = openedByUseCases[permission];
      if (!opened) throw new Error(`${permission} opens nothing`);
      const [method, whose, action] = opened;
      const answers = [];
      for (const scopes of [['articles:create'], ['articles:create', permission]]) {
        const as = await anotherPerson(room, null, scopes);
        const { id } = await desk.create({}, whose === 'own' ? as : 'editor');
        const change = method === 'PATCH' ? { body: { kicker: 'أ' }, headers: { 'if-match': '*' } } : {};
        answers.push((await room.call(`${articlesUrl}/${id}${action}`, { as, method, ...change })).status);
      }
      expect([permission, ...answers]).toEqual([permission, 404, 200]);
    }
  });

  it('sends no-store, whatever it answers', async () => {
    for (const route of routes)
      for (const as of [undefined, 'admin', 'moderator'])
        expect([nameOf(route), (await call(route, as)).headers['cache-control']]).toEqual([nameOf(route), 'no-store']);
  });

  it('is not opened by a scope that another route asks for', async () => {
    const scoped = await room.call('/v1/editorial/api-keys', {
      as: 'admin',
      body: { name: 'one scope', scopes: ['taxonomy:read'] },
    });
    for (const route of routes) {
      if (route.permission === 'any' || route.permission === 'taxonomy:read') continue;
      expect([nameOf(route), (await call(route, scoped.body.secret)).status]).toEqual([nameOf(route), 403]);
    }
  });
});

/** The app's real routes below /v1/editorial, documented or not, with the permission each is registered with. */
function editorialRoutes(room: Newsroom): Route[] {
  return room.routes
    .filter(({ url }) => url.startsWith('/v1/editorial'))
    .flatMap(({ method, url, config }) =>
      [method].flat().map((each) => ({ method: each as Method, path: url, permission: config?.permission })),
    )
    .filter(({ method, path }) => `${method} ${path}` !== signIn);
}
