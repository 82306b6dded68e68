import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLinks } from '../../src/comments/links.ts';
import { countApprovedBelow, decide, initialStatus, isShown } from '../../src/comments/moderation.ts';
import { isRecent, periodOf, periodsRemembered, wordsOf } from '../../src/comments/words.ts';
import type { CommentStatus } from '../../src/db/tables.ts';
import { cpuTime } from '../support/cpu-time.ts';

const statuses = ['pending', 'approved', 'rejected', 'spam', 'deleted'] as const;
const status = fc.constantFrom<CommentStatus>(...statuses);

describe('moderation', () => {
  it('begins with what the mode says', () => {
    expect([initialStatus('pre'), initialStatus('post'), initialStatus('closed')]).toEqual([
      'pending',
      'approved',
      null,
    ]);
  });

  it('goes from every status to every other, except from deleted', () => {
    for (const from of statuses)
      for (const to of statuses) {
        const wanted = from === to ? 'unchanged' : from === 'deleted' ? 'refused' : 'changed';
        expect([from, to, decide(from, to).outcome]).toEqual([from, to, wanted]);
      }
  });

  it('adds up to 1 for a comment that ends approved and 0 for any other, whatever happened in between', () => {
    fc.assert(
      fc.property(status, fc.array(status), (first, wishes) => {
        let now = first;
        let counted = first === 'approved' ? 1 : 0;
        for (const wish of wishes) {
          const decision = decide(now, wish);
          if (decision.outcome !== 'changed') continue;
          counted += decision.approvedDelta;
          now = wish;
        }
        expect(counted).toBe(now === 'approved' ? 1 : 0);
      }),
    );
  });

  it('shows what is approved, and the place of what approved replies hang below', () => {
    expect(isShown({ status: 'approved', approvedReplies: 0 })).toBe(true);
    expect(isShown({ status: 'spam', approvedReplies: 1 })).toBe(true);
    for (const each of ['pending', 'rejected', 'spam', 'deleted'] as const)
      expect(isShown({ status: each, approvedReplies: 0 })).toBe(false);
  });

  it('counts approved comments below each one, at any depth', () => {
    const comment = (id: string, parentId: string | null, of: CommentStatus) => ({ id, parentId, status: of });
    const counts = countApprovedBelow([
      comment('a', null, 'deleted'),
      comment('b', 'a', 'spam'),
      comment('c', 'b', 'approved'),
      comment('d', 'a', 'approved'),
      comment('e', 'd', 'pending'),
    ]);
    expect(Object.fromEntries(counts)).toEqual({ a: 2, b: 1 });
  });
});

describe('links', () => {
  it.each([
    ['لا روابط هنا. انتهى.النص', 0],
    ['زوروا http://example.com و https://example.org/سوريا-2025', 2],
    ['HTTPS://EXAMPLE.COM,http://example.net', 2],
    ['www.example.com', 1],
    ['www.example.museum', 1],
    ['زوروا(example.com)، أو:sub.example.co.uk/page?x=1', 2],
    ['example.com,example.net!example.org', 3],
    ['اكتبوا إلى name@example.com', 0],
    ['يستعمل node.js و index.html والإصدار 2.5.1', 0],
    ['ｈｔｔｐ：／／example.com', 1],
    ['http://', 1],
    ['...', 0],
  ])('in «%s»: %i', (text, links) => {
    expect(countLinks(text)).toBe(links);
  });

  it('are as many where a look at the text says that there are none', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '.',
        '/',
        '//',
        'http:',
        'com',
        'www',
        'a',
        '2',
        '-',
        ' ',
        'كلمة',
        '؟',
        '．',
        '…',
        'º',
        '⒈',
        '／',
      ),
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        // A letter with an accent belongs to no link, and has the text read through.
        expect(countLinks(parts.join(''))).toBe(countLinks(`é ${parts.join('')}`));
      }),
      { numRuns: 2000 },
    );
  });

  it('are counted in linear time', async () => {
    const hostile = [`${'a.'.repeat(500_000)}`, 'http:/'.repeat(200_000), '-'.repeat(1_000_000), 'a'.repeat(1_000_000)];
    for (const text of hostile) {
      expect(await cpuTime(() => countLinks(text))).toBeLessThan(800);
    }
  });
});

describe('the words of a comment', () => {
  it('are the same with other marks', () => {
    const { fingerprint } = wordsOf('كلُّ عام وأنتم بخير', 'key');
    expect(wordsOf('كل عـام وانتم بخير!', 'key').fingerprint).toBe(fingerprint);
    expect(wordsOf('كل عام وأنتم بألف خير', 'key').fingerprint).not.toBe(fingerprint);
  });

  it('are refused for 24 hours and no longer', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        fc.integer({ min: 0, max: 3 * 86_400_000 }),
        (posted, later) => {
          const again = new Date(posted.getTime() + later);
          const isLookedAt = periodOf(again) - periodOf(posted) < periodsRemembered;
          expect(isLookedAt && isRecent(posted, again)).toBe(later < 86_400_000);
        },
      ),
    );
  });
});
