import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveAnchor, prepareSections } from '../../src/sections/prepare.ts';

describe('sections that come with their article', () => {
  it('are refused when they are too much together', async () => {
    const body = { text: 'أ'.repeat(190_000) };
    const { errors, code } = await prepareSections([{ body }, { body }, { body }]).catch((error) => error);
    expect([code, errors[0].pointer]).toEqual(['unprocessable', '/sections/2/body']);
    expect(await prepareSections([{ body }, { body }])).toHaveLength(2);
  });

  it('point at the body that cannot be read', async () => {
    const input = [{ body: { text: 'أ' } }, { body: { text: 'أ\n\n'.repeat(3000) } }];
    const { errors, code } = await prepareSections(input).catch((error) => error);
    expect([code, errors[0].pointer]).toEqual(['invalid-request', '/sections/1/body/text']);
  });

  it('let a chosen anchor stand before one that is made from a heading', async () => {
    const sections = await prepareSections([{ heading: 'خلفية' }, { anchor: 'خلفية' }, {}, {}]);
    expect(sections.map((section) => section.anchor)).toEqual(['خلفية-2', 'خلفية', 's1', 's2']);
  });
});

describe('anchors', () => {
  it('made from any headings are never empty, never the same, and never longer than 80 letters', () => {
    const heading = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('خلفية', 's1', 'S1', 'خلفية-2', 'ك'.repeat(100)),
    );
    fc.assert(
      fc.property(fc.array(heading, { maxLength: 30 }), (headings) => {
        const taken = new Set<string>();
        for (const each of headings) {
          const anchor = deriveAnchor(each, taken);
          expect(taken.has(anchor)).toBe(false);
          expect(anchor).not.toBe('');
          expect([...anchor].length).toBeLessThanOrEqual(80);
          taken.add(anchor);
        }
      }),
    );
  });
});
