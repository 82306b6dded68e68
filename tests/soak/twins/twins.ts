import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { createAudit } from '../../../src/audit/audit.ts';
import type { RoleName } from '../../../src/db/tables.ts';
import { createSettings } from '../../../src/settings/service.ts';
import { exportOf, importInto } from '../../imports/newsrooms.ts';
import type { Engine } from '../../support/engines.ts';
import { type Newsroom, openNewsroom } from '../../support/newsroom.ts';
import { startIdsAt } from './same-ids.ts';

export type Request = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  url: string;
  as?: RoleName;
  headers?: Record<string, string>;
  body?: unknown;
  remoteAddress?: string;
};
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Answer = { status: number; headers: Record<string, string>; text: string; body: any };

export const settings = { KHABAR_COMMENT_MODE: 'post' };
const roles: RoleName[] = ['admin', 'editor', 'author', 'contributor', 'moderator'];
/** More ids than any one step takes. */
const idsOfStep = 10_000;
/** What an answer's bytes are sent with. Dates are those of the machine's clock and no part of it. */
const compared = [
  ...['etag', 'location', 'link', 'content-type', 'content-language', 'cache-control', 'surrogate-key'],
  ...['cache-tag', 'x-robots-tag', 'idempotency-replayed', 'allow', 'vary'],
];

/** A newsroom whose ids are told by the steps that were taken. */
export async function openTwin(engine: Engine): Promise<Newsroom> {
  startIdsAt(0);
  const room = await openNewsroom(engine, settings);
  for (const role of roles) await room.tokenOf(role);
  await room.call('/feeds/atom.xml');
  return room;
}

/** The room's settings as another program reads them. */
export async function settingsOf({ db, config, clock }: Newsroom) {
  const settings = await createSettings({ db, config, clock, audit: createAudit(db.tables, clock) });
  settings.stop();
  return settings;
}

/** Who asks: a whole room, or what answers as `inject` does. */
export type Reader = {
  tokenOf: Newsroom['tokenOf'];
  app: { inject(asked: InjectOptions): Promise<Pick<Response, 'statusCode' | 'headers' | 'body'>> };
};

/** The room as readers reach it, by connections of its server, where some answers are given before the framework. */
export async function overSockets({ app, tokenOf }: Newsroom): Promise<Reader> {
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true });
  const inject: Reader['app']['inject'] = async ({ method, url, headers }) => {
    // As `inject` asks: where the site has no address of its own, that of the request stands in answers.
    const asked = { agent, method: String(method), headers: { ...headers, host: 'localhost:80' } };
    const [answer] = await once(request(`${origin}${url}`, asked).end(), 'response');
    return { statusCode: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };
  return { app: { inject }, tokenOf };
}

/** What a room answers, without what is never the same twice. */
export async function ask(room: Reader, { method, url, as, headers, body, remoteAddress }: Request): Promise<Answer> {
  const response = await room.app.inject({
    method,
    url,
    ...(body === undefined ? {} : { payload: body as object }),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    headers: { ...(as ? { authorization: `Bearer ${await room.tokenOf(as)}` } : {}), ...headers },
  });
  const text = response.body.replace(/"requestId":"[^"]*"/g, '"requestId":"…"');
  const kept = compared.flatMap((name) => {
    const value = response.headers[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  const isJson = /json/.test(String(response.headers['content-type'] ?? '')) && text !== '';
  return {
    status: response.statusCode,
    headers: Object.fromEntries(kept),
    text,
    body: isJson ? JSON.parse(text) : null,
  };
}

/** Two rooms that are told the same, one after the other. */
export function twinsOf(rooms: readonly Newsroom[]) {
  let step = 0;

  /** Does the same in every room; the ids that one gives are those that the others give. */
  async function each<T>(act: (room: Newsroom) => Promise<T>): Promise<T[]> {
    step++;
    const done: T[] = [];
    for (const room of rooms) {
      startIdsAt(step * idsOfStep);
      done.push(await act(room));
    }
    return done;
  }

  return {
    each,
    send: (request: Request) => each((room) => ask(room, request)),
    import: (lines: readonly object[]) =>
      each(async (room) => {
        const { problems, ...counts } = await importInto(room.db, lines, {
          now: room.clock,
          settings: await settingsOf(room),
        });
        return {
          ...counts,
          problems: problems.map(([line, error]) => [line, error.message, (error as { errors?: unknown }).errors]),
        };
      }),
    exports: () => each((room) => exportOf(room.db)),
  };
}
