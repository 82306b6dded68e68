import { DrizzleQueryError, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger, hideSecrets } from '../../src/logger.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { openSession, password, signIn } from './staff.ts';

describeEachEngine('the log of a day’s work', (engine) => {
  let room: Newsroom;
  afterEach(() => room.close());

  it('has a line for every request, and nothing secret in any', async () => {
    room = await openNewsroom(engine);
    const secrets = [password, 'wrong-pass-word', 'new-pass-word-1', '@example.org', 'argon2'];
    const { token, url, email } = await openSession(room, 'editor');
    const key = await room.call('/v1/editorial/api-keys', { as: 'admin', body: { name: 'k', role: 'author' } });
    secrets.push(token, key.body.secret, await room.tokenOf('admin'));
    await signIn(room, email, 'wrong-pass-word');
    await signIn(room, 'nobody@example.org', 'wrong-pass-word');
    await room.call('/v1/editorial/sessions', { body: { email, password: 7, extra: 'wrong-pass-word' } });
    await room.call('/v1/editorial/sessions', {
      body: '{"email":"x@example.org","password":"wrong-pass-word',
      headers: { 'content-type': 'application/json' },
    });
    await room.call(`/v1/editorial/sessions?password=wrong-pass-word&token=${token}`, { body: {} });
    await room.call('/v1/editorial/me', { as: `${token}x` });
    await room.call('/v1/editorial/me', {
      headers: { cookie: 'sid=wrong-pass-word', authorization: `Bearer ${token}` },
    });
    await room.call(url, {
      as: 'admin',
      method: 'PATCH',
      body: { password: 'new-pass-word-1' },
      headers: { 'if-match': '*' },
    });
    await room.call('/v1/editorial/users', {
      as: 'admin',
      body: { email, name: 'Twice', role: 'author', password: 'new-pass-word-1' },
    });
    await room.call(`/v1/editorial/${'x'.repeat(20)}/${key.body.secret}`);
    const lines = room.logs.filter((line) => JSON.parse(line).msg === 'request');
    expect(lines.length).toBeGreaterThanOrEqual(13);
    const text = room.logs.join('');
    for (const secret of secrets) expect(text.split('\n').filter((line) => line.includes(secret))).toEqual([]);
    for (const line of room.logs) expect(() => JSON.parse(line)).not.toThrow();
    expect(text).toContain('/v1/editorial/api-keys');
    expect(text).toContain('login-failed');
  });

  it('has lines that nobody can break by what a proxy passes on', async () => {
    room = await openNewsroom(engine, { KHABAR_TRUSTED_PROXIES: '127.0.0.1' });
    const forged = 'x"}\\';
    await room.call('/v1/nowhere', { headers: { 'x-forwarded-for': forged }, remoteAddress: '127.0.0.1' });
    expect(JSON.parse(room.logs.at(-1) ?? '')).toMatchObject({ msg: 'request', remoteAddress: forged });
  });

  it('says why a request failed on our side, without the values it failed on', async () => {
    room = await openNewsroom(engine);
    const { email, token } = await openSession(room, 'editor');
    await room.db.write((tx) => tx.run(sql`alter table users rename column email to email_moved`));
    const before = room.logs.length;
    const answers = [
      await signIn(room, email),
      await room.call('/v1/editorial/users', { as: 'admin' }),
      await room.call('/v1/editorial/users', {
        as: 'admin',
        body: { email: 'secret-mail@example.org', name: 'سارة', role: 'author', password },
      }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([500, 500, 500]);
    for (const answer of answers) expect(answer.text).not.toMatch(/users|select|insert|column|relation/i);
    const lines = room.logs.slice(before);
    const failures = lines.map((line) => JSON.parse(line)).filter((line) => line.level === 50);
    expect(failures).toHaveLength(3);
    for (const { err } of failures) {
      expect(err.stack).toContain('at ');
      expect(`${err.message} ${err.cause?.message}`).toMatch(/email/);
    }
    const text = lines.join('');
    for (const secret of [password, 'secret-mail', 'editor@', token, 'argon2']) expect(text).not.toContain(secret);
  });
});

describe('the logger', () => {
  function log(write: (logger: ReturnType<typeof createLogger>) => void): string {
    const lines: string[] = [];
    write(createLogger({ KHABAR_LOG_LEVEL: 'trace' }, { write: (line: string) => void lines.push(line) }));
    return lines.join('');
  }
  const token = `kbk_${'Ab1-_'.repeat(9).slice(0, 43)}`;

  it('hides secret fields however deep they are', () => {
    const secret = 'hunter2hunter2';
    const fields = { authorization: secret, cookie: secret, password: secret, currentPassword: secret, token: secret };
    const more = { secret, email: secret, authorEmail: secret, passwordHash: secret, body: { headline: secret } };
    const all = { ...fields, ...more };
    const text = log((logger) => {
      logger.info(all);
      logger.info({ req: { headers: all } });
      logger.info({ a: { b: { c: all } } });
      logger.info({ list: [{ inner: all }], failure: Object.assign(new Error('x'), { params: [secret] }) });
      logger.child(all).warn('child');
    });
    expect(text).not.toContain(secret);
    expect(text).toContain('[hidden]');
  });

  it('hides tokens and passwords of URLs in the middle of any text', () => {
    const text = log((logger) => {
      logger.info(`connecting to postgres://khabar:hunter2@db.example:5432/news with ${token}`);
      logger.error(new Error(`bad URL postgresql://khabar:hunter2@db/news and Bearer ${token.slice(4)}`));
      logger.info({ note: [`Authorization: Bearer ${token}`] });
    });
    expect(text).not.toMatch(/hunter2|Ab1-_Ab1/);
    expect(text).toContain('postgres://khabar:[hidden]@db.example:5432/news');
    expect(hideSecrets('http://example.org/a:b@c and 10:30')).toBe('http://example.org/a:b@c and 10:30');
  });

  it('takes time in proportion to a line, whatever is in it', async () => {
    const long = (part: string) => part.repeat(Math.ceil(200_000 / part.length));
    const parts = ['a', '://', '://a:', 'kbk_', 'Bearer ', ' ', 'x:y@', '://a:b'].map(long);
    expect(await cpuTime(() => parts.forEach(hideSecrets))).toBeLessThan(1000);
  });

  it('tells of a failed query its text, and of its causes their messages, but no values', () => {
    const driver = Object.assign(new Error('duplicate key value'), { code: '23505', detail: 'Key (email)=(a@b.org)' });
    const failed = new DrizzleQueryError('insert into users values ($1)', ['a@b.org'], driver);
    const text = log((logger) => logger.error({ err: new Error('outer', { cause: failed }) }));
    expect(text).not.toContain('a@b.org');
    const { err } = JSON.parse(text);
    expect(err).toMatchObject({ message: 'outer', cause: { message: 'Failed query: insert into users values ($1)' } });
    expect(err.cause.cause).toMatchObject({ message: 'duplicate key value', code: '23505' });
  });
});
