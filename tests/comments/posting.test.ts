import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/db/database.ts';
import { articlesUrl } from '../articles/desk.ts';
import { articlesOf, importInto } from '../imports/newsrooms.ts';
import { describeEachEngine } from '../support/engines.ts';
import { heldWrite } from '../support/held-write.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { moderationUrl, nobody, type Readers, readersOf } from './readers.ts';

const dayMs = 24 * 3600 * 1000;

describeEachEngine('a comment', (engine) => {
  let room: Newsroom;
  let readers: Readers;
  let articleId: string;
  const author = { name: 'أبو أحمد' };
  const errorsOf = (answer: { body: { errors?: { pointer: string; code: string }[] } }) =>
    (answer.body.errors ?? []).map(({ pointer, code }) => [pointer, code]);
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_SITE_NAME: 'صحيفة الفجر' });
    readers = readersOf(room);
    articleId = (await readers.article()).id;
  });
  afterAll(() => room.close());

  it('is shown at once in mode post, waits in mode pre, and is refused where comments are closed', async () => {
    const pre = await readers.article({ commentMode: 'pre' });
    const closed = await readers.article({ commentMode: 'closed' });
    const usual = await readers.article({ commentMode: null });
    const body = { body: 'خبر مهم', author };
    expect((await readers.send(articleId, body)).body.status).toBe('approved');
    expect((await readers.send(pre.id, body)).body.status).toBe('pending');
    expect((await readers.send(usual.id, body)).body.status).toBe('pending');
    const refused = await readers.send(closed.id, body);
    expect([refused.status, refused.body.code]).toEqual([403, 'comments-closed']);
    expect((await readers.list(pre.id)).body.data).toEqual([]);
    expect(await readers.counts(pre.id)).toEqual({ shown: 0, approved: 0 });
  });

  it('answers what was said, and never the address', async () => {
    const sent = { body: '  سطر أول\r\nسطر ثانٍ  ', author: { name: ' أبـو   أحمد ', email: 'secret@example.org' } };
    const { status, body, text, headers } = await readers.send(articleId, sent);
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ articleId, parentId: null, body: 'سطر أول\nسطر ثانٍ', locale: 'ar', dir: 'rtl' });
    expect(body.author).toEqual({ name: 'أبو أحمد' });
    expect(text).not.toContain('secret@example.org');
    expect((await readers.list(articleId)).text).not.toContain('secret@example.org');
    const moderated = await room.call(`${moderationUrl}/${body.id}`, { as: 'moderator' });
    expect(moderated.body.author).toEqual({ name: 'أبو أحمد', email: 'secret@example.org' });
  });

  it('says its own direction, and no language that contradicts it', async () => {
    const answer = await readers.send(articleId, { body: '«Well done» يا شباب', author });
    expect([answer.body.dir, answer.body.locale]).toEqual(['ltr', 'und']);
  });

  it('reaches the article by its slug, however it is written', async () => {
    const { slug } = await readers.article();
    const answer = await readers.send(`${slug.replaceAll('-', '_')}ـ`, { body: 'عبر العنوان', author });
    expect(answer.status).toBe(201);
  });

  it.each([
    ['an unknown article', nobody],
    ['an unknown slug', 'لا-شيء-هنا'],
  ])('is 404 under %s', async (_, ref) => {
    expect((await readers.send(ref, { body: 'تعليق', author })).status).toBe(404);
    expect((await readers.list(ref)).status).toBe(404);
  });

  it('is 404 under a draft, and under what is no longer published', async () => {
    const draft = await room.call('/v1/editorial/articles', { as: 'editor', body: { headline: 'مسودة' } });
    expect((await readers.send(draft.body.id, { body: 'تعليق', author })).status).toBe(404);
    const { id } = await readers.article();
    await readers.say(id);
    await readers.unpublish(id);
    expect((await readers.send(id, { body: 'تعليق', author })).status).toBe(404);
    expect((await readers.list(id)).status).toBe(404);
  });

  it.each([
    ['no body', { author }, '/body', 'required'],
    ['an empty body', { body: ' \n\t ', author }, '/body', 'too_small'],
    ['nothing visible', { body: '\u200f\u200e', author }, '/body', 'too_small'],
    ['5,001 characters', { body: '😀'.repeat(5001), author }, '/body', 'too_big'],
    ['a body that is no text', { body: 5, author }, '/body', 'invalid_type'],
    ['no author', { body: 'تعليق' }, '/author', 'required'],
    ['an e-mail that is none', { body: 'تعليق', author: { ...author, email: 'x' } }, '/author/email', 'invalid_format'],
    ['a parent that is no id', { body: 'تعليق', author, parentId: 'x' }, '/parentId', 'invalid_format'],
    ['an unknown field', { body: 'تعليق', author, status: 'approved' }, '/status', 'unknown_field'],
    ['NUL', { body: 'تعليق\0', author }, '/body', 'invalid_text'],
    ['a lone surrogate', { body: 'تعليق\ud800', author }, '/body', 'invalid_text'],
  ])('is 400 with %s', async (_, body, pointer, code) => {
    const answer = await readers.send(articleId, body);
    expect(answer.status).toBe(400);
    expect(errorsOf(answer)).toContainEqual([pointer, code]);
  });

  // A file has one writer, and nobody comes between its statements.
  it.runIf(engine === 'postgres')('is 404 where the article is deleted while it is written', async () => {
    const { id } = await readers.article();
    const remove = async () => {
      await readers.unpublish(id);
      await room.call(`/v1/editorial/articles/${id}`, { as: 'admin', method: 'DELETE', headers: { 'if-match': '*' } });
    };
    const another = await room.anotherProcess((db) => afterLookUp(db, remove));
    try {
      const answer = await another.inject({
        method: 'POST',
        url: `/v1/articles/${id}/comments`,
        payload: { body: 'تعليق متأخر', author },
        headers: { 'idempotency-key': 'late' },
      });
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found']);
    } finally {
      await another.close();
    }
  });

  it('is taken while an import puts its article in place of itself', async () => {
    const { db } = room;
    const { id } = await readers.article();
    const record = (await articlesOf(db)).find((each) => each.id === id);
    const held = heldWrite(db);
    const restored = importInto({ ...db, write: held.write }, [{ ...record, headline: 'كما في الملف' }]);
    await held.stored;
    const said = readers.send(id, { body: 'تعليق في أثناء ذلك', author });
    // Until it waits for the import.
    await sleep(300);
    held.release();
    expect(await restored).toMatchObject({ updated: 1, failed: 0 });
    expect((await said).status).toBe(201);
    expect(await readers.counts(id)).toEqual({ shown: 1, approved: 1 });
  });

  it('takes 5,000 characters, also where each is two UTF-16 units', async () => {
    const answer = await readers.send(articleId, { body: '😀'.repeat(5000), author });
    expect(answer.status).toBe(201);
    expect((await room.call(`${moderationUrl}/${answer.body.id}`, { as: 'moderator' })).body.body).toHaveLength(10_000);
  });

  it('is 413 with 10 MB', async () => {
    expect((await readers.send(articleId, { body: 'ا'.repeat(5_000_000), author })).status).toBe(413);
  });

  it('is kept as it is, never read as markup, and cleaned of what deceives', async () => {
    const html = '<script>alert("س")</script> &amp; [x](javascript:alert(1))';
    const plain = await readers.send(articleId, { body: html, author });
    expect(plain.body.body).toBe(html);
    expect(plain.body.warnings).toBeUndefined();
    const listed = await readers.list(articleId, '?sort=newest&limit=1');
    expect(listed.body.data[0].body).toBe(html);
    expect(String(listed.headers['content-type'])).toContain('application/json');
    const hidden = await readers.send(articleId, { body: 'قبل\u202eبعد\u200b', author });
    expect(hidden.body.body).toBe('قبلبعد');
    expect(hidden.body.warnings).toEqual([
      { pointer: '/body', code: 'bidi-control', count: 1 },
      { pointer: '/body', code: 'invisible', count: 1 },
    ]);
  });

  it.each([
    ['mixes alphabets', 'Аhmad', 'mixed_scripts'],
    ['mixes digits', 'قارئ ١۲', 'mixed_digits'],
    ['has no letter', '***', 'empty'],
    ['is too long', 'ا'.repeat(101), 'too_big'],
    ['is the site’s', 'صحيفة  الفجر', 'reserved_name'],
  ])('is 422 when the name %s', async (_, name, code) => {
    const answer = await readers.send(articleId, { body: 'تعليق آخر', author: { name } });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)).toEqual([['/author/name', code]]);
  });

  it('is 422 under a name of the staff, however it is spelled', async () => {
    await room.call('/v1/editorial/authors', { as: 'editor', body: { name: 'أحمد القاسم' } });
    const user = { email: 'rima@example.org', name: 'Rima Haddad', role: 'editor', password: 'كلمة مرور طويلة' };
    expect((await room.call('/v1/editorial/users', { as: 'admin', body: user })).status).toBe(201);
    for (const name of ['أحمد القاسم', 'احمـد  القاسِم', 'rima haddad', 'RIMA-HADDAD']) {
      const answer = await readers.send(articleId, { body: 'أنا من التحرير', author: { name } });
      expect([name, answer.status, errorsOf(answer)]).toEqual([name, 422, [['/author/name', 'reserved_name']]]);
    }
    expect((await readers.send(articleId, { body: 'أنا قارئ', author: { name: 'أحمد قاسم' } })).status).toBe(201);
  });

  it('answers in the reader’s language', async () => {
    const body = { body: 'تعليق', author: { name: 'Аhmad' } };
    const arabic = await readers.send(articleId, body, { 'accept-language': 'ar' });
    expect(arabic.body.errors[0].message).toBe('في كلمة واحدة حروف من أبجديات مختلفة.');
    const english = await readers.send(articleId, body, { 'accept-language': 'en' });
    expect(english.body.errors[0].message).toBe('One word mixes alphabets.');
  });

  describe('that says the same again', () => {
    const words = 'هذا الإعلان خطوة أولى على طريق طويل، ومن المبكر الحكم عليه الآن';

    it('is 409, also with other vowels, tatweel, hamza, punctuation or name, and stored once', async () => {
      const { id } = await readers.article();
      expect((await readers.send(id, { body: words, author })).status).toBe(201);
      const again = [
        words,
        'هٰذا الإعْلانُ خُطوةٌ أُولى على طَريقٍ طويل ومن المبكر الحكم عليه الآن',
        'هــذا الاعلان خطوه اولى علي طريق طوووويل!! ومن المبكر الحكم عليه الان...',
      ];
      for (const body of again) {
        const answer = await readers.send(id, { body, author: { name: 'قارئ آخر' } });
        expect([body, answer.status, answer.body.code]).toEqual([body, 409, 'duplicate-comment']);
      }
      expect(await readers.counts(id)).toEqual({ shown: 1, approved: 1 });
    });

    it('is welcome under another article, and after a day', async () => {
      const [one, two] = [await readers.article(), await readers.article()];
      expect((await readers.send(one.id, { body: words, author })).status).toBe(201);
      expect((await readers.send(two.id, { body: words, author })).status).toBe(201);
      room.pass(dayMs - 1000);
      expect((await readers.send(one.id, { body: words, author })).status).toBe(409);
      room.pass(1000);
      expect((await readers.send(one.id, { body: words, author })).status).toBe(201);
    });

    it('may be what everybody says: a short text is the same only under the same name', async () => {
      const { id } = await readers.article();
      const said = async (name: string, body = 'الله يرحمه') =>
        (await readers.send(id, { body, author: { name } })).status;
      expect(await said('سلمى')).toBe(201);
      expect(await said('كريم')).toBe(201);
      expect(await said('كـريم', 'اللّه يرحمهُ')).toBe(409);
      expect(await said('سلمى', 'زوروا example.com')).toBe(201);
      expect(await said('كريم', 'زوروا example.com')).toBe(409);
    });

    it('is stored once when it comes many times at once', async () => {
      const { id } = await readers.article();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => readers.send(id, { body: words, author: { name: `قارئ ${n}` } })),
      );
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(19).fill(409)]);
      expect(await readers.counts(id)).toEqual({ shown: 1, approved: 1 });
    });

    it('with the same Idempotency-Key answers the first result', async () => {
      const { id } = await readers.article();
      const key = { 'idempotency-key': uuid() };
      const first = await readers.send(id, { body: words, author }, key);
      const again = await readers.send(id, { body: words, author }, key);
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers['idempotency-replayed']).toBe('true');
      const elsewhere = { remoteAddress: '198.51.100.7', method: 'POST', headers: key } as const;
      const moved = await room.call(`/v1/articles/${id}/comments`, { ...elsewhere, body: { body: words, author } });
      expect([moved.status, moved.body]).toEqual([201, first.body]);
      expect((await readers.counts(id)).shown).toBe(1);
    });

    it('leaves no word beside the comment itself, not even with an Idempotency-Key', async () => {
      const { id } = await readers.article();
      const key = { 'idempotency-key': uuid() };
      const sent = { body: words, author: { ...author, email: 'reader@example.org' } };
      const first = await readers.send(id, sent, key);
      const { idempotencyKeys } = room.db.tables;
      expect(JSON.stringify(await room.db.read.select().from(idempotencyKeys))).not.toContain(words.slice(0, 10));
      const url = `/v1/editorial/comments/${first.body.id}`;
      const spam = { status: 'spam' };
      await room.call(url, { as: 'editor', method: 'PATCH', body: spam, headers: { 'if-match': '*' } });
      expect((await readers.send(id, sent, key)).body).toEqual(first.body);
      expect((await room.call(url, { as: 'editor', method: 'DELETE', headers: { 'if-match': '*' } })).status).toBe(204);
      const again = await readers.send(id, sent, key);
      expect([again.status, again.body.code]).toEqual([410, 'gone']);
      expect(again.headers['idempotency-replayed']).toBeUndefined();
    });

    it('with an Idempotency-Key that others have too is a comment of its own, unless all of it is the same', async () => {
      const [one, two] = [await readers.article(), await readers.article()];
      const key = { 'idempotency-key': 'comment-1' };
      const short = 'الله يرحمه';
      const sent: [string, string, string][] = [
        [one.id, words, 'سلمى'],
        [one.id, short, 'سلمى'],
        [one.id, short, 'كريم'],
        [two.id, short, 'كريم'],
      ];
      const send = ([id, body, name]: (typeof sent)[number]) => readers.send(id, { body, author: { name } }, key);
      // Each twice at once.
      const answers = await Promise.all([...sent, ...sent].map(send));
      expect(answers.map(({ status }) => status)).toEqual([...sent, ...sent].map(() => 201));
      for (const [at, [articleId, body, name]] of sent.entries()) {
        const [mine, again] = [answers[at], answers[at + sent.length]];
        expect(mine?.body).toMatchObject({ articleId, body, author: { name } });
        expect(again?.body).toEqual(mine?.body);
        const replayed = [mine, again].filter((each) => each?.headers['idempotency-replayed'] === 'true');
        expect(replayed).toHaveLength(1);
      }
      expect([await readers.counts(one.id), await readers.counts(two.id)]).toEqual([
        { shown: 3, approved: 3 },
        { shown: 1, approved: 1 },
      ]);
      // The words of another reader with another key, or none, are a duplicate as ever.
      const duplicate = await readers.send(
        one.id,
        { body: words, author: { name: 'سلمى' } },
        { 'idempotency-key': 'x' },
      );
      expect([duplicate.status, duplicate.body.code]).toEqual([409, 'duplicate-comment']);
    });
  });

  describe('with an Idempotency-Key', () => {
    const key = { 'idempotency-key': 'once' };

    it('is judged by itself when many come at once, and what was refused is not remembered', async () => {
      const [open, closed] = [await readers.article(), await readers.article({ commentMode: 'closed' })];
      const sent: [string, string, string, number][] = [
        ...Array.from({ length: 5 }, (_, n): [string, string, string, number] => [
          open.id,
          `رأي ${n}`,
          author.name,
          201,
        ]),
        [closed.id, 'رأي', author.name, 403],
        [nobody, 'رأي', author.name, 404],
        [open.id, 'رأي باسم الصحيفة', 'صحيفة الفجر', 422],
      ];
      const send = ([id, body, name]: (typeof sent)[number]) => readers.send(id, { body, author: { name } }, key);
      for (const isAgain of [false, true]) {
        const answers = await Promise.all([...sent, ...sent].map(send));
        expect(answers.map(({ status }) => status)).toEqual([...sent, ...sent].map(([, , , status]) => status));
        const replayed = answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true');
        expect(replayed).toHaveLength(isAgain ? 10 : 5);
      }
      expect(await readers.counts(open.id)).toEqual({ shown: 5, approved: 5 });
      await room.call(`${articlesUrl}/${closed.id}`, {
        ...{ as: 'editor', method: 'PATCH', headers: { 'if-match': '*' } },
        body: { comments: { mode: 'post' } },
      });
      await readers.publish(closed.id);
      const opened = await send([closed.id, 'رأي', author.name, 201]);
      expect([opened.status, opened.headers['idempotency-replayed']]).toEqual([201, undefined]);
    });

    it('is taken once by several processes at once', async () => {
      const { id } = await readers.article();
      const other = await room.anotherProcess();
      const payload = { body: 'خبر يستحق المتابعة من كل الجهات', author };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? room.app : other).inject({
            ...{ method: 'POST', url: `/v1/articles/${id}/comments`, headers: key, payload },
          }),
        ),
      );
      await other.close();
      expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
      expect(answers[0]?.statusCode).toBe(201);
      expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(19);
      expect((await readers.counts(id)).shown).toBe(1);
    });

    it('is another one when the same comes again after a day', async () => {
      const { id } = await readers.article();
      const send = () => readers.send(id, { body: 'خبر يستحق المتابعة من كل الجهات', author }, key);
      const first = await send();
      room.pass(dayMs);
      expect((await send()).body.id).toBe(first.body.id);
      room.pass(1);
      const [next, replayed] = await Promise.all([send(), send()]);
      expect(next.body.id).not.toBe(first.body.id);
      expect(replayed.body).toEqual(next.body);
      expect((await readers.counts(id)).shown).toBe(2);
    });
  });

  it('is judged by itself when many come at once', async () => {
    const [open, other, closed, moderated] = await Promise.all(
      (['post', 'post', 'closed', 'pre'] as const).map(
        async (commentMode) => (await readers.article({ commentMode })).id,
      ),
    );
    const parentId = (await readers.say(open ?? '')).id;
    const sent: [string | undefined, string, object, number][] = [
      ...Array.from({ length: 5 }, (_, n): [string | undefined, string, object, number] => [open, `رأي ${n}`, {}, 201]),
      [other, 'رأي', {}, 201],
      [closed, 'رأي', {}, 403],
      [moderated, 'رأي', {}, 201],
      [nobody, 'رأي', {}, 404],
      [open, 'رأي باسم الصحيفة', { author: { name: 'صحيفة الفجر' } }, 422],
      [open, 'رد', { parentId }, 201],
      [other, 'رد على ما ليس هنا', { parentId }, 422],
    ];
    const answers = await Promise.all(
      sent.map(([id, body, rest]) => readers.send(id ?? '', { body, author, ...rest })),
    );
    expect(answers.map(({ status }) => status)).toEqual(sent.map(([, , , status]) => status));
    for (const [at, { body, status }] of answers.entries())
      if (status === 201) expect([body.articleId, body.body]).toEqual([sent[at]?.[0], sent[at]?.[1]]);
    expect(await readers.counts(open ?? '')).toEqual({ shown: 7, approved: 7 });
    expect(await readers.counts(other ?? '')).toEqual({ shown: 1, approved: 1 });
    expect(await readers.counts(moderated ?? '')).toEqual({ shown: 0, approved: 0 });
    const found = await room.call(`${moderationUrl}?q=${encodeURIComponent('رأي')}&article=${open}`, {
      as: 'moderator',
    });
    expect(found.body.data).toHaveLength(5);
  });

  it('is limited by address', async () => {
    const strict = await openNewsroom(engine, { KHABAR_RATE_LIMIT_COMMENTS: '2' });
    try {
      const { id } = await readersOf(strict).article();
      const post = (n: number) => readersOf(strict).send(id, { body: `تعليق ${n}`, author });
      expect([(await post(1)).status, (await post(2)).status, (await post(3)).status]).toEqual([201, 201, 429]);
    } finally {
      await strict.close();
    }
  });
});

/** A database that others change by `change` after each look-up of a write, which sees nothing of that. */
function afterLookUp(db: Database, change: () => Promise<void>): Database {
  const outside = AsyncLocalStorage.snapshot();
  const through = (tx: Tx): Tx => {
    const lookUp: Tx['lookUp'] = async (lookup, values) => {
      const rows = await tx.lookUp(lookup, values);
      await outside(change);
      return rows as never;
    };
    return Object.assign(Object.create(tx) as Tx, { lookUp });
  };
  return { ...db, write: (work) => db.write((tx) => work(through(tx))) };
}
