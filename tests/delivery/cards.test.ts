import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChangeListener } from '../../src/db/database.ts';
import { createPublications } from '../../src/delivery/publications.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('cards of publications', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterAll(() => room.close());

  /** Publications that tell how many rows they read, and can be made to wait with them before they are answered. */
  function watched() {
    const listeners: ChangeListener[] = [];
    const seen = { rows: 0, gate: Promise.resolve() };
    const publications = createPublications({
      ...room.db,
      prepare: (query) => {
        const run = room.db.prepare(query);
        return async (values) => {
          const rows = await run(values);
          seen.rows += rows.length;
          await seen.gate;
          return rows as never[];
        };
      },
      onChange: (listener) => {
        listeners.push(listener);
        return room.db.onChange(listener);
      },
    });
    const tell = (...tags: string[]) => Promise.all(listeners.map((listener) => listener(new Set(tags))));
    const headlines = async (numbers: number[]) =>
      (await publications.cards(numbers)).map(({ card }) => JSON.parse(card.toString()).headline as string);
    return { publications, seen, tell, headlines };
  }

  async function published(headline: string): Promise<{ id: string; n: number }> {
    const { id } = await press.article({ headline });
    const publication = await createPublications(room.db).find(id);
    return { id, n: publication?.n ?? 0 };
  }

  it('are read once, and again when their article has changed', async () => {
    const { seen, headlines, tell, publications } = watched();
    const [one, two] = [await published('أول'), await published('ثان')];
    const numbers = [two.n, one.n];
    expect(await headlines(numbers)).toEqual(['ثان', 'أول']);
    expect([await headlines(numbers), seen.rows]).toEqual([['ثان', 'أول'], 2]);

    await press.patch(one.id, { headline: 'أول جديد' });
    await press.publish(one.id);
    expect([await headlines(numbers), seen.rows]).toEqual([['ثان', 'أول جديد'], 3]);

    await tell('list', `article:${two.id}`);
    expect([await headlines(numbers), seen.rows]).toEqual([['ثان', 'أول جديد'], 4]);
    await tell('everything');
    expect([await headlines(numbers), seen.rows]).toEqual([['ثان', 'أول جديد'], 6]);
    publications.stop();
  });

  it('leave out what was taken back, and keep their order whichever of them are known', async () => {
    const { headlines, publications } = watched();
    const made = [await published('ا'), await published('ب'), await published('ت'), await published('ث')];
    const [a, b, c, d] = made.map(({ n }) => n) as [number, number, number, number];
    await headlines([c, a]);
    expect(await headlines([d, c, b, a])).toEqual(['ث', 'ت', 'ب', 'ا']);
    await press.unpublish(made[2]?.id ?? '');
    expect(await headlines([d, c, b, a])).toEqual(['ث', 'ب', 'ا']);
    expect(await headlines([])).toEqual([]);
    publications.stop();
  });

  it('are not kept when something changed while they were read', async () => {
    const { seen, headlines, publications } = watched();
    const { id, n } = await published('قديم');
    const gate = Promise.withResolvers<void>();
    seen.gate = gate.promise;
    const first = headlines([n]);
    await expect.poll(() => seen.rows).toBe(1);
    await press.comment(id, 'تعليق');
    gate.resolve();
    expect(await first).toEqual(['قديم']);
    const [now] = await publications.cards([n]);
    expect([now?.commentCount, seen.rows]).toEqual([1, 2]);
    publications.stop();
  });
});
