import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Analyser, createAnalyser, standardAnalyser } from '../../src/arabic/analyse.ts';
import { createNameIndex } from '../../src/search/names-index.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { countTurns } from '../support/turns.ts';

const words = ['دمشق', 'القمة', 'السوري', 'قمم', 'حلب', 'الحلبي', 'Reuters', 'كرة'];
const phrases = words.map((word) => standardAnalyser.terms(word));
const other = createAnalyser({ protectedWords: ['القمة'], synonyms: [] });

describeEachEngine('names of tags and authors in memory', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterAll(() => room.close());

  type Index = ReturnType<typeof createNameIndex>;
  const found = async (index: Index, analyser: Analyser) => {
    const tokens = (await index.finder(analyser))(phrases);
    const completed = [];
    for (const prefix of ['دم', 'قم', 'حل', 're', 'كر']) completed.push(await index.completeTags([prefix], 50));
    return { tokens: tokens.map((each) => [...each].sort()), completed };
  };

  it('are the same after any changes as those that are read anew', async () => {
    const index = createNameIndex(room.db);
    const kept: { kind: 'tags' | 'authors'; id: string }[] = [];
    const name = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((all) => all.join(' '));
    const step = fc.record({
      what: fc.constantFrom('make', 'make', 'rename', 'remove', 'look', 'all'),
      kind: fc.constantFrom('tags' as const, 'authors' as const),
      name,
      which: fc.nat(),
      analyser: fc.constantFrom(standardAnalyser, standardAnalyser, other),
    });
    let unique = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const { what, kind, name, which, analyser } of steps) {
          const one = kept[which % Math.max(1, kept.length)];
          if (what === 'make') {
            const slug = `اسم-${unique++}`;
            const made = await room.call(`/v1/editorial/${kind}`, { as: 'admin', body: { name, slug } });
            kept.push({ kind, id: made.body.id });
          } else if (what === 'look') await found(index, analyser);
          else if (what === 'all') await room.db.write(async (tx) => tx.announce('everything'));
          else if (one && what === 'rename') await press.change(one.kind, one.id, { name });
          else if (one) {
            await press.send('DELETE', `/v1/editorial/${one.kind}/${one.id}`);
            kept.splice(kept.indexOf(one), 1);
          }
        }
        const fresh = createNameIndex(room.db);
        expect(await found(index, standardAnalyser)).toEqual(await found(fresh, standardAnalyser));
        fresh.stop();
      }),
      { numRuns: 25 },
    );
    index.stop();
  });

  it('are read while others have their turn, keep no writer waiting, and know what was renamed meanwhile', async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({
      ...{ id: `01a20e40-06cb-7775-8f90-${String(n).padStart(12, '0')}`, name: `وسم رقم ${n}`, sortKey: String(n) },
      ...{ slug: `وسم-${n}`, slugKey: `وسم-${n}`, createdAt: new Date(), updatedAt: new Date() },
    }));
    await room.db.write(async (tx) => {
      await tx.insertMany(room.db.tables.tags, rows);
    });
    const index = createNameIndex(room.db);
    let isMade = false;
    const turns = countTurns();
    const looking = index.finder(standardAnalyser).finally(() => {
      isMade = true;
    });
    const last = rows.at(-1)?.id ?? '';
    const { tags } = room.db.tables;
    await room.db.write(async (tx) => {
      await tx.update(tags).set({ name: 'كوكب زحل' }).where(eq(tags.id, last));
      tx.announce(`tag:${last}`, 'tags');
    });
    expect(isMade).toBe(false);
    await looking;
    expect(turns.stop()).toBeGreaterThan(20);
    const find = await index.finder(standardAnalyser);
    expect(find([standardAnalyser.terms('زحل')])[0]).toHaveLength(1);
    expect(await index.completeTags(['زح'], 5)).toMatchObject([{ id: last, name: 'كوكب زحل' }]);
    expect(find([standardAnalyser.terms('4999')])[0]).toEqual([]);
    index.stop();
  });
});
