import { expect, it } from 'vitest';
import type { ChangeListener } from '../../src/db/database.ts';
import { keepByNumber } from '../../src/delivery/kept-by-number.ts';

type Value = { n: number; articleId: string; text: string };

/** What is kept, with a way to announce changes and to see what was made anew. */
function keeping(most: number) {
  let tell: ChangeListener = () => {};
  const kept = keepByNumber<Value>(
    {
      onChange(listener) {
        tell = listener;
        return () => {};
      },
    },
    most,
  );
  const ask = async (n: number, articleId: string, text: string) => {
    const [value] = await kept.all([n], async () => [{ n, articleId, text }]);
    return value?.text;
  };
  return { kept, ask, change: (...tags: string[]) => tell(new Set(tags)) };
}

it('is kept until its article changes, or everything', async () => {
  const { ask, change } = keeping(10);
  expect([await ask(1, 'a', 'one'), await ask(1, 'a', 'two')]).toEqual(['one', 'one']);
  change('article:b', 'list');
  expect(await ask(1, 'a', 'two')).toBe('one');
  change('article:a');
  expect(await ask(1, 'a', 'two')).toBe('two');
  change('everything');
  expect(await ask(1, 'a', 'three')).toBe('three');
});

it('is told of changes of an article that was published again under another number', async () => {
  const { ask, change } = keeping(2);
  await ask(5, 'a', 'before');
  await ask(9, 'a', 'again');
  // Pushes out what is older.
  await ask(1, 'b', 'other');
  await ask(9, 'a', '');
  change('article:a');
  expect(await ask(9, 'a', 'changed')).toBe('changed');
});

it('is not kept when something changed while it was made', async () => {
  const { kept, ask, change } = keeping(10);
  await kept.all([1], async () => {
    change('article:a');
    return [{ n: 1, articleId: 'a', text: 'old' }];
  });
  expect(await ask(1, 'a', 'new')).toBe('new');
});
