import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { articlesUrl, type Desk, deskOf } from '../articles/desk.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const nobody = '0198c0de-0000-7000-8000-000000000000';
type Shown = { id: string; anchor: string; heading: string | null; position: number; version: number };

describeEachEngine('sections', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  let article: { id: string; sections: Shown[] };
  let url: string;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
    article = await desk.create({ sections: [{ heading: 'أول' }, { heading: 'ثان' }, { heading: 'ثالث' }] });
    url = desk.sectionsOf(article.id);
  });
  afterEach(() => room.close());

  const add = (body: object) => room.call(url, { as: 'editor', body });
  const list = () => room.call(url, { as: 'editor' });
  const headings = async () => {
    const { data } = (await list()).body as { data: Shown[] };
    expect(data.map((section) => section.position)).toEqual(data.map((_, index) => index));
    return data.map((section) => section.heading);
  };
  const idOf = (index: number) => article.sections[index]?.id ?? '';

  it('are listed whole and in order, with the version of the list', async () => {
    const answer = await list();
    expect([answer.status, answer.etag]).toEqual([200, '"v1"']);
    expect(answer.body.page).toEqual({ next: null, limit: 200 });
    expect(answer.body.data[1]).toEqual({
      ...article.sections[1],
      articleId: article.id,
      locale: 'ar',
      dir: 'rtl',
      createdAt: '2025-11-11T08:00:00.000Z',
      updatedAt: '2025-11-11T08:00:00.000Z',
    });
    expect(await headings()).toEqual(['أول', 'ثان', 'ثالث']);
  });

  it('are added at the end, or where a position says', async () => {
    const last = await add({ heading: 'رابع', body: { text: 'نص' } });
    expect([last.status, last.etag]).toEqual([201, '"v1"']);
    expect(last.headers.location).toBe(`${url}/${last.body.id}`);
    expect(last.body).toMatchObject({ position: 3, anchor: 'رابع', version: 1 });
    expect((await room.call(`${url}/${last.body.id}`, { as: 'editor' })).body).toEqual(last.body);
    await add({ heading: 'قبل', position: 0 });
    await add({ heading: 'وسط', position: 2 });
    expect(await headings()).toEqual(['قبل', 'أول', 'وسط', 'ثان', 'ثالث', 'رابع']);
    const beyond = await add({ position: 7 });
    expect([beyond.status, beyond.body.errors[0].pointer]).toEqual([422, '/position']);
    expect(await headings()).toHaveLength(6);
  });

  it('are created once for an Idempotency-Key', async () => {
    const send = () =>
      room.call(url, { as: 'editor', body: { heading: 'رابع' }, headers: { 'idempotency-key': 'key-1' } });
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    expect(await headings()).toHaveLength(4);
  });

  it.each([
    [
      'Portable Text',
      [
        {
          _type: 'block',
          children: [
            { _type: 'span', text: 'نص ' },
            { _type: 'span', text: 'مهم', marks: ['strong'] },
          ],
        },
      ],
    ],
    ['Markdown', { markdown: 'نص **مهم**' }],
    ['HTML', { html: '<p>نص <b>مهم</b></p><script>alert(1)</script>' }],
  ])('take a body as %s', async (_form, body) => {
    const { id } = (await add({ body })).body;
    const read = await room.call(`${url}/${id}`, { as: 'editor' });
    expect(read.body.body).toMatchObject([
      { _type: 'block', style: 'normal', children: [{ text: 'نص ' }, { text: 'مهم', marks: ['strong'] }] },
    ]);
    expect(read.text).not.toContain('alert');
  });

  describe('have anchors', () => {
    it('from their heading, each its own', async () => {
      expect((await add({ heading: 'أول!' })).body.anchor).toBe('أول-2');
      expect((await add({ heading: 'أول' })).body.anchor).toBe('أول-3');
      expect((await add({})).body.anchor).toBe('s1');
      expect((await add({ heading: '؟' })).body.anchor).toBe('s2');
      expect((await add({ heading: 'كلمة '.repeat(50) })).body.anchor.length).toBeLessThanOrEqual(80);
    });

    it('that stay when the heading changes, and change when one is sent', async () => {
      const section = `${url}/${idOf(0)}`;
      expect((await desk.send('PATCH', section, { heading: 'غيره' })).body.anchor).toBe('أول');
      expect((await desk.send('PATCH', section, { anchor: 'المرساة' })).body.anchor).toBe('المرساة');
      expect((await desk.send('PATCH', section, { anchor: 'المرساة' })).status).toBe(200);
      const taken = await desk.send('PATCH', section, { anchor: 'ثان' });
      expect([taken.status, taken.body.code, taken.body.errors[0].pointer]).toEqual([409, 'already-exists', '/anchor']);
      expect((await add({ anchor: 'ثان' })).status).toBe(409);
    });
  });

  it('change alone: neither their neighbours nor the article get another version', async () => {
    room.pass(1000);
    const changed = await desk.send(
      'PATCH',
      `${url}/${idOf(1)}`,
      { heading: null, body: { text: 'نص' } },
      'editor',
      '"v1"',
    );
    expect([changed.status, changed.etag]).toEqual([200, '"v2"']);
    expect(changed.body).toMatchObject({
      heading: null,
      anchor: 'ثان',
      version: 2,
      updatedAt: '2025-11-11T08:00:01.000Z',
    });
    const read = (await desk.read(article.id)).body;
    expect(read).toMatchObject({ version: 1, updatedAt: '2025-11-11T08:00:01.000Z' });
    expect(read.sections.map((section: Shown) => section.version)).toEqual([1, 2, 1]);
    expect((await list()).etag).toBe('"v1"');
  });

  it('refuse a change without or with a stale If-Match', async () => {
    const section = `${url}/${idOf(0)}`;
    expect((await room.call(section, { as: 'editor', method: 'PATCH', body: { heading: 'x' } })).status).toBe(428);
    expect((await room.call(section, { as: 'editor', method: 'DELETE' })).status).toBe(428);
    expect((await desk.send('PATCH', section, { heading: 'x' }, 'editor', '"v1"')).status).toBe(200);
    expect((await desk.send('PATCH', section, { heading: 'y' }, 'editor', '"v1"')).status).toBe(412);
    expect((await desk.send('DELETE', section, undefined, 'editor', '"v1"')).status).toBe(412);
    expect(await headings()).toEqual(['x', 'ثان', 'ثالث']);
  });

  it('leave no gap when they are deleted', async () => {
    expect((await desk.send('DELETE', `${url}/${idOf(1)}`, undefined, 'editor', '"v1"')).status).toBe(204);
    expect(await headings()).toEqual(['أول', 'ثالث']);
    expect((await room.call(`${url}/${idOf(1)}`, { as: 'editor' })).status).toBe(404);
    expect((await desk.send('DELETE', `${url}/${idOf(1)}`)).status).toBe(404);
  });

  it('of another article do not exist here', async () => {
    const other = await desk.create({ sections: [{ heading: 'غريب' }] });
    const foreign = `${url}/${other.sections[0].id}`;
    expect((await room.call(foreign, { as: 'editor' })).status).toBe(404);
    expect((await desk.send('PATCH', foreign, { heading: 'x' })).status).toBe(404);
    expect((await desk.send('DELETE', foreign)).status).toBe(404);
    expect((await desk.send('PUT', `${url}/order`, { ids: [idOf(0), idOf(1), other.sections[0].id] })).status).toBe(
      409,
    );
    expect((await desk.read(other.id)).body.sections).toEqual(other.sections);
  });

  it('may be put into order where there are none', async () => {
    const empty = await desk.create({ headline: 'بلا أقسام' });
    const answer = await desk.send('PUT', `/v1/editorial/articles/${empty.id}/sections/order`, { ids: [] });
    expect([answer.status, answer.body.data]).toEqual([200, []]);
  });

  it('move the version of the list when they come, go or change places', async () => {
    const tags = [(await list()).etag];
    const { id } = (await add({})).body;
    tags.push((await list()).etag);
    await desk.send('PUT', `${url}/order`, { ids: [id, idOf(0), idOf(1), idOf(2)] });
    tags.push((await list()).etag);
    await desk.send('DELETE', `${url}/${id}`);
    tags.push((await list()).etag);
    expect(tags).toEqual(['"v1"', '"v2"', '"v3"', '"v4"']);
    expect((await desk.read(article.id)).body.version).toBe(1);
  });

  describe('are put into another order', () => {
    const order = (ids: string[], tag?: string) =>
      room.call(`${url}/order`, {
        as: 'editor',
        method: 'PUT',
        body: { ids },
        headers: tag === undefined ? {} : { 'if-match': tag },
      });

    it('all at once', async () => {
      const answer = await order([idOf(2), idOf(0), idOf(1)]);
      expect([answer.status, answer.etag]).toEqual([200, '"v2"']);
      expect(answer.body.data.map((section: Shown) => section.heading)).toEqual(['ثالث', 'أول', 'ثان']);
      expect(await headings()).toEqual(['ثالث', 'أول', 'ثان']);
      expect(answer.body.data.map((section: Shown) => section.version)).toEqual([1, 1, 1]);
    });

    it('or not at all, when the ids are not exactly the article’s', async () => {
      const cases: [string[], number][] = [
        [[idOf(0), idOf(1)], 409],
        [[idOf(0), idOf(1), nobody], 409],
        [[idOf(0), idOf(1), idOf(2), nobody], 409],
        [[], 409],
        [[idOf(0), idOf(1), idOf(1)], 400],
        [['x'], 400],
      ];
      for (const [ids, status] of cases) expect([ids, (await order(ids)).status]).toEqual([ids, status]);
      expect([await headings(), (await list()).etag]).toEqual([['أول', 'ثان', 'ثالث'], '"v1"']);
    });

    it('against the list that was read, where If-Match says so', async () => {
      expect((await order([idOf(1), idOf(0), idOf(2)], '"v1"')).status).toBe(200);
      expect((await order([idOf(2), idOf(1), idOf(0)], '"v1"')).status).toBe(412);
      expect(await headings()).toEqual(['ثان', 'أول', 'ثالث']);
    });
  });

  it('are at most 200, and together not more than an article can hold', async () => {
    const many = await desk.create({ sections: Array.from({ length: 200 }, () => ({})) });
    const full = await room.call(desk.sectionsOf(many.id), { as: 'editor', body: {} });
    expect([full.status, full.body.code]).toEqual([409, 'conflict']);
    const long = { text: 'أ'.repeat(190_000) };
    const big = await desk.create({ sections: [{ body: long }, { body: long }] });
    const bigUrl = desk.sectionsOf(big.id);
    const tooMuch = await room.call(bigUrl, { as: 'editor', body: { body: long } });
    expect([tooMuch.status, tooMuch.body.errors[0].pointer]).toEqual([422, '/body']);
    expect((await desk.send('PATCH', `${bigUrl}/${big.sections[0].id}`, { body: long })).status).toBe(200);
    const short = await room.call(bigUrl, { as: 'editor', body: { body: { text: 'نص' } } });
    const grown = await desk.send('PATCH', `${bigUrl}/${short.body.id}`, { body: long });
    expect([grown.status, grown.body.errors[0].pointer]).toEqual([422, '/body']);
  });

  it('of an article that does not exist are 404', async () => {
    const other = desk.sectionsOf(nobody);
    expect((await room.call(other, { as: 'editor' })).status).toBe(404);
    expect((await room.call(other, { as: 'editor', body: {} })).status).toBe(404);
    expect((await desk.send('PUT', `${other}/order`, { ids: [] })).status).toBe(404);
    expect((await room.call(`${articlesUrl}/x/sections`, { as: 'editor' })).status).toBe(400);
  });

  it('leave a trace of every change', async () => {
    const { id } = (await add({})).body;
    await desk.send('PATCH', `${url}/${id}`, { heading: 'x' });
    await desk.send('PATCH', `${url}/${id}`, { heading: 'y' }, 'editor', '"v1"');
    await desk.send('DELETE', `${url}/${id}`);
    const rows = await room.db.read.select().from(room.db.tables.auditLog);
    const own = rows.filter((row) => row.subjectId === id);
    expect(own.map((row) => row.action).sort()).toEqual(['section.created', 'section.deleted', 'section.updated']);
    expect(own.every((row) => row.detail?.articleId === article.id)).toBe(true);
  });
});
