import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, createAnalyser, indexText } from '../../src/arabic/analyse.ts';
import { highlight, snippet } from '../../src/arabic/highlight.ts';
import { parseQuery } from '../../src/arabic/query.ts';
import { anyText } from './arbitraries.ts';

describe('analyse', () => {
  it('gives terms with the place of their word in the original', () => {
    const text = 'وَالتَّحالُفاتُ، ٢٠٢٥!';
    const tokens = analyse(text).map(({ term, start, end }) => [term, text.slice(start, end)]);
    expect(tokens).toEqual([
      ['تحالف', 'وَالتَّحالُفاتُ'],
      ['2025', '٢٠٢٥'],
    ]);
  });

  it('does not cut a word at marks, tatweel, joiners or directional marks', () => {
    for (const word of ['مَدْرَسَة', 'مـدرســة', 'مد\u200cرسة', 'مد\u200fرسة', 'مد\u00adرسة', 'مدرسة\u200f']) {
      expect(indexText(word), word).toBe(indexText('مدرسة'));
    }
  });

  it('reads a book of 200,000 characters, and no further', () => {
    const book = 'ب '.repeat(99_998);
    expect(indexText(`${book}تحالف ثقة`).slice(-8)).toBe('ب ب تحال');
    expect(analyse(`${book}تحالف ثقة`).at(-1)).toEqual({ term: 'تحال', start: 199_996, end: 200_000 });
  });

  it('indexes what analyse finds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(indexText(text)).toBe(
          analyse(text)
            .map(({ term }) => term)
            .join(' '),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('has places in order, whose text gives the same term again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let last = 0;
        for (const { term, start, end } of analyse(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(indexText(text.slice(start, end)).split(' ')).toContain(term);
          last = start;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives terms that hold nothing a query language knows', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { term } of analyse(text)) expect(term).toMatch(/^[\p{L}\p{N}\p{M}]{1,64}$/u);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parseQuery', () => {
  const terms = (query: string) => parseQuery(query).words.flatMap((word) => word.terms);

  it('reads words, phrases in any quotation marks, and what is excluded', () => {
    const query = parseQuery('سوريا "التحالف الدولي" «وزير الخارجية» “a b” -تركيا -"مجلس الأمن"');
    expect(query.words.map((word) => word.terms)).toEqual([['سور']]);
    expect(query.phrases).toEqual([
      ['تحالف', 'دول'],
      ['وزير', 'خارج'],
      ['a', 'b'],
    ]);
    expect(query.excluded).toEqual([['ترك'], ['مجلس', 'امن']]);
  });

  it('leaves out words of grammar when others remain', () => {
    expect(terms('ما هي عاصمة سوريا')).toEqual(['عاصم', 'سور']);
    expect(terms('وفي سوريا')).toEqual(['سور']);
    expect(terms('من هو')).toEqual(['من', 'هو']);
  });

  it('does not take a hyphen inside a word for a sign', () => {
    expect(parseQuery('covid-19').excluded).toEqual([]);
    expect(terms('covid-19')).toEqual(['covid', '19']);
  });

  it('finds names of several words among the synonyms, in both directions', () => {
    const [word] = parseQuery('تنظيم الدولة').words;
    expect(word?.terms).toEqual(['تنظيم', 'دول']);
    expect(word?.alternatives).toContainEqual(['داعش']);
    expect(parseQuery('داعش').words[0]?.alternatives).toContainEqual(['تنظيم', 'دول']);
    const synonyms = [
      ['الأمم المتحدة', 'UN'],
      ['الأمم', 'الشعوب'],
    ];
    // The longest that stands there.
    const [longest, ...others] = parseQuery('الأمم المتحدة', createAnalyser({ synonyms })).words;
    expect([longest?.alternatives, others]).toEqual([[['un']], []]);
  });

  it('uses the synonyms of a site instead of its own', () => {
    const analyser = createAnalyser({
      synonyms: [
        ['قسد', 'قوات سوريا الديمقراطية'],
        ['قسد', 'sdf'],
      ],
    });
    expect(parseQuery('قسد', analyser).words[0]?.alternatives).toEqual([['قوه', 'سور', 'ديمقراط'], ['sdf']]);
    expect(parseQuery('داعش', analyser).words[0]?.alternatives).toEqual([]);
  });

  it.each(['', '"', '""', '-', '--', '«', '- -', '"""', '* ^ : ( ) NEAR(', '\0', '\ud800', 'ـــ'])(
    'finds nothing to fear in %j',
    (query) => {
      expect(() => parseQuery(query)).not.toThrow();
    },
  );

  it('ignores phrases of nothing but the commonest words when others remain', () => {
    expect(parseQuery('"في من" "سوريا في"').phrases).toEqual([['سور', 'في']]);
    expect(parseQuery('"في من" سوريا').phrases).toEqual([]);
    expect(parseQuery('"في من" "من على"').phrases).toEqual([['في', 'من']]);
  });

  it('is bounded, and never throws', () => {
    const long = fc.array(anyText, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(long, (query) => {
        const { words, phrases, excluded } = parseQuery(query);
        expect(words.length).toBeLessThanOrEqual(24);
        expect(phrases.length).toBeLessThanOrEqual(4);
        expect(excluded.length).toBeLessThanOrEqual(8);
        for (const phrase of [...phrases, ...excluded]) expect(phrase.length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 500 },
    );
  });
});

describe('highlight', () => {
  const marks = (query: string) => parseQuery(query).marks;

  it('marks words of the original whose stem was asked for', () => {
    expect(highlight('وقّعت مع التحالفات، لا تحالف', marks('تحالف'))).toBe(
      'وقّعت مع <mark>التحالفات</mark>، لا <mark>تحالف</mark>',
    );
  });

  it('marks a phrase as one, and its words elsewhere not at all', () => {
    expect(highlight('التحالف الدولي والتحالف', marks('"تحالف دولي"'))).toBe('<mark>التحالف الدولي</mark> والتحالف');
  });

  it('escapes everything, marked or not', () => {
    expect(highlight('<b>"سوريا" & \'مصر\'</b>', ['سور', 'b'])).toBe(
      '&lt;<mark>b</mark>&gt;&quot;<mark>سوريا</mark>&quot; &amp; &#39;مصر&#39;&lt;/<mark>b</mark>&gt;',
    );
  });

  it('marks overlapping phrases once', () => {
    expect(highlight('a b c', [['a', 'b'], ['b', 'c'], 'b'])).toBe('<mark>a b c</mark>');
  });

  it('gives the text back when the marks are taken off, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const html = highlight(text, [...indexText(text).split(' ').slice(0, 3), ['a', 'b']]);
        expect(html.replaceAll('<mark>', '').replaceAll('</mark>', '')).not.toMatch(/[<>"']/);
        expect(unescapeHtml(html.replace(/<\/?mark>/g, ''))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('snippet', () => {
  const filler = 'كلام آخر طويل '.repeat(40);

  it('shows the place that answers most of what was asked', () => {
    const text = `بدأت سوريا ${filler}في سوريا وقع التحالف الاتفاق ${filler}`;
    const html = snippet(text, parseQuery('سوريا التحالف اتفاق').marks, 100);
    expect(html).toContain('<mark>سوريا</mark> وقع <mark>التحالف</mark> <mark>الاتفاق</mark>');
    expect(html).toMatch(/^….*…$/u);
  });

  it('shows a word also where other letters stand in it than in what was asked', () => {
    for (const [asked, written] of [
      ['استقالة', 'يستقيل'],
      ['انضمام', 'بانضمامِها'],
      ['ارتفع', 'سترتفع'],
      ['أميركا', 'امريكا'],
      ['قوات', 'قوّة'],
      ['مسؤول', 'المسئـولين'],
      ['2025', '٢٠٢٥'],
      ['elysee', 'Élysée'],
    ] as const)
      expect(snippet(`${filler}${written} ${filler}`, parseQuery(asked).marks, 60)).toContain(
        `<mark>${written}</mark>`,
      );
  });

  it('is the beginning when nothing is found, and everything when it fits', () => {
    expect(snippet(filler, ['سور'], 30)).toBe('كلام آخر طويل كلام آخر طويل…');
    expect(snippet('سوريا & مصر', ['سور'], 30)).toBe('<mark>سوريا</mark> &amp; مصر');
  });

  it('is never longer than asked, never cuts a word or a character, and holds a hit if there is one', () => {
    const query = fc.constantFrom('تحالف', 'كريم', 'مدرسه', 'نوفمبر');
    fc.assert(
      fc.property(
        fc.array(anyText, { maxLength: 12 }),
        query,
        fc.integer({ min: 40, max: 120 }),
        (parts, term, maxChars) => {
          const text = parts.join(' ');
          const plain = unescapeHtml(snippet(text, [term], maxChars).replace(/<\/?mark>/g, ''));
          const shown = plain.replace(/^…|…$/gu, '');
          expect(shown.length).toBeLessThanOrEqual(maxChars);
          expect(text).toContain(shown);
          if (text.isWellFormed()) expect(plain.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function unescapeHtml(html: string): string {
  const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => signs[name] ?? '');
}
