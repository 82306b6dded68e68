/**
 * Articles made up for measuring: Arabic in letters, lengths and frequencies of words (Zipf), without meaning. The same
 * number always gives the same article.
 */
export type MadeArticle = {
  externalId: string;
  headline: string;
  lead: string;
  source: string;
  category: string[];
  tags: string[];
  authors: string[];
  publishedAt: string;
  status: 'published';
  sections: { heading: string; body: { text: string } }[];
};

const roots =
  'كتب درس علم عمل حكم سلم قتل فتح نصر خرج دخل رفع وقع جمع قطع ضرب شهد حمل نقل بحث طلب عرض حفظ صنع زرع تجر سكن حرب صحف خبر'.split(
    ' ',
  );
const patterns = [
  (a: string, b: string, c: string) => a + b + c,
  (a: string, b: string, c: string) => `${a}ا${b}${c}`,
  (a: string, b: string, c: string) => `م${a}${b}و${c}`,
  (a: string, b: string, c: string) => `ت${a}${b}ي${c}`,
  (a: string, b: string, c: string) => `ا${a}ت${b}ا${c}`,
  (a: string, b: string, c: string) => `${a}${b}ا${c}ة`,
  (a: string, b: string, c: string) => `م${a}${b}${c}ة`,
  (a: string, b: string, c: string) => `ي${a}${b}${c}ون`,
  (a: string, b: string, c: string) => `${a}${b}ي${c}ات`,
  (a: string, b: string, c: string) => `است${a}${b}ا${c}`,
];
const particles = 'في من على إلى أن التي الذي عن مع بعد هذا كان قال بين خلال حول'.split(' ');
const letters = 'بتثجحخدذرزسشصضطظعغفقكلمنه';

const vocabulary = makeVocabulary(40_000);

/** Article number `n` with a body of about `bytes` bytes of UTF-8. */
export function makeArticle(n: number, bytes = 6000): MadeArticle {
  const random = createRandom(n + 1);
  const words = (count: number) => Array.from({ length: count }, () => pickWord(random)).join(' ');
  const sections: MadeArticle['sections'] = [];
  const headline = `${words(9)} ${n}`;
  const lead = words(25);
  const sentence = () => `${words(18)}.`;
  const count = 4;
  for (let s = 0; s < count; s++) {
    let text = '';
    while (Buffer.byteLength(text) < bytes / count - 350)
      text += `${text === '' ? '' : s % 2 === 0 ? ' ' : '\n\n'}${sentence()}`;
    sections.push({ heading: words(5), body: { text } });
  }
  return {
    externalId: `made-${n}`,
    headline,
    lead,
    source: `وكالة ${n % 12}`,
    category: ['أخبار', `قسم ${n % 24}`],
    tags: [0, 1, 2].map((k) => `وسم ${Math.floor(random() ** 3 * 3000) + k}`),
    authors: [`كاتب ${n % 150}`],
    publishedAt: new Date(Date.UTC(2015, 0, 1) + n * 3_000_000).toISOString(),
    status: 'published',
    sections,
  };
}

function makeVocabulary(size: number): string[] {
  const random = createRandom(42);
  const letter = () => letters[Math.floor(random() * letters.length)] ?? '';
  const words = new Set(particles);
  while (words.size < size) {
    const root =
      words.size < 1200 ? (roots[Math.floor(random() * roots.length)] ?? '') : letter() + letter() + letter();
    const make = patterns[Math.floor(random() * patterns.length)];
    const word = make?.(root[0] ?? '', root[1] ?? '', root[2] ?? '') ?? root;
    const prefix = ['', '', 'ال', 'ال', 'وال', 'بال', 'لل', 'و'][Math.floor(random() * 8)] ?? '';
    words.add(prefix + word);
  }
  return [...words];
}

/** Words are met as in a language: the first often, the last hardly ever. */
function pickWord(random: () => number): string {
  const rank = Math.floor(vocabulary.length ** random()) - 1;
  return vocabulary[Math.min(vocabulary.length - 1, Math.max(0, rank))] ?? '';
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
