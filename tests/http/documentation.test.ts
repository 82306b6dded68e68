import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openApiYaml } from '../../src/http/openapi.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { portOf } from './socket.ts';

const addresses = ['/openapi.json', '/openapi.yaml', '/docs', '/docs/json', '/docs/static/swagger-ui.css'];

describe('the reference of the API', () => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom('sqlite');
  });
  afterAll(() => room.close());

  it('is a page with scripts of its own and of nobody else', async () => {
    const page = await room.app.inject('/docs');
    const html = page.statusCode === 302 ? await room.app.inject(String(page.headers.location)) : page;
    expect(html.headers['content-type']).toMatch(/^text\/html/);
    expect(html.headers['content-security-policy']).toMatch(/script-src 'self'/);
    expect(html.body).toContain('<title>Khabar API</title>');
    const script = /src="(?:\.?\/)?(?:docs\/)?(static\/[^"]+\.js)"/.exec(html.body)?.[1];
    const file = await room.app.inject(`/docs/${script}`);
    expect([file.statusCode, file.headers['content-type']]).toEqual([200, expect.stringMatching(/javascript/)]);
    expect(html.body).not.toMatch(/(?:src|href)="https?:/);
  });

  it('has the same headers for HEAD', async () => {
    for (const url of ['/docs', '/docs/static/swagger-ui.css', '/openapi.json', '/openapi.yaml']) {
      const [get, head] = [await room.app.inject(url), await room.app.inject({ method: 'HEAD', url })];
      const { date: _, ...headers } = get.headers;
      expect([url, head.statusCode, head.body, head.headers]).toEqual([
        url,
        get.statusCode,
        '',
        expect.objectContaining(headers),
      ]);
      expect(Number(headers['content-length'])).toBeGreaterThan(0);
    }
  });

  it('describes the same routes as JSON and as YAML', async () => {
    const json = await room.app.inject('/openapi.json');
    const yaml = await room.app.inject('/openapi.yaml');
    expect(yaml.headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(parse(yaml.body)).toEqual(json.json());
    expect(json.json().paths['/v1/articles/{ref}'].get.operationId).toBe('getArticle');
  });

  it('is what the routes say, which `npm run openapi` has written down', async () => {
    expect(await readFile('openapi.yaml', 'utf8')).toBe(await openApiYaml(room.app));
  });

  it.each(addresses)('is asked for again at %s by who has it already, and answered in a few bytes', async (url) => {
    const first = await room.call(url);
    expect(first.headers['cache-control']).toMatch(/^public, .*s-maxage=\d+/);
    expect(first.etag).toMatch(/^"[\w-]+"$/);
    const known = await room.call(url, { headers: { 'if-none-match': first.etag } });
    expect([known.status, known.text, known.etag]).toEqual([304, '', first.etag]);
    const gzip = await room.app.inject({ url: `${url}?v=2`, headers: { 'accept-encoding': 'gzip' } });
    const isLarge = first.text.length >= 1024;
    expect([gzip.statusCode, gzip.headers['content-encoding']]).toEqual([200, isLarge ? 'gzip' : undefined]);
    expect((isLarge ? gunzipSync(gzip.rawPayload) : gzip.rawPayload).toString()).toBe(first.text);
  });

  it('has one policy for its pages on sockets too, which is theirs', async () => {
    const origin = `http://127.0.0.1:${await portOf(room)}`;
    for (let time = 0; time < 3; time++) {
      const policy = (await fetch(`${origin}/docs`)).headers.get('content-security-policy');
      expect(policy).toMatch(/^default-src 'self';[^,]*$/);
    }
  });

  it('answers a problem where it has nothing', async () => {
    const missing = await room.call('/docs/static/nothing.js');
    expect(missing).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await room.call('/docs', { method: 'POST', body: {} })).toMatchObject({ status: 405 });
  });
});
