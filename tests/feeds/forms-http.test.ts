import MarkdownIt from 'markdown-it';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('what an article says in other forms', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://sham.example', KHABAR_SITE_NAME: 'صحيفة الشام' });
    press = pressOf(room);
  });
  afterAll(() => room.close());

  async function formOf(name: string, body: object) {
    const { id } = await press.article(body);
    return press.get(id, `?format=${name}`);
  }

  it('names as author of an unsigned story its source, with no address but its own', async () => {
    const authorOf = async (source: object | null) => (await formOf('jsonld', { source })).body.author;
    const organization = { '@type': 'Organization', name: 'Reuters' };
    expect(await authorOf({ name: 'Reuters' })).toEqual([organization]);
    const url = 'https://reuters.example/';
    expect(await authorOf({ name: 'Reuters', url })).toEqual([{ ...organization, url }]);
    expect(await authorOf(null)).toEqual([{ ...organization, name: 'صحيفة الشام', url: 'https://sham.example/' }]);
  });

  it('has the pictures of the article, and not the logo of the site for one', async () => {
    const logoUrl = 'https://cdn.sham.example/logo.png';
    await press.send('PATCH', '/v1/editorial/settings', { logoUrl }, 'admin');
    const url = 'https://cdn.sham.example/a.jpg';
    const pictured = (await formOf('jsonld', { sections: [{ body: [{ _type: 'image', url }] }] })).body;
    expect([pictured.image, pictured.publisher.logo.url]).toEqual([[url], logoUrl]);
    const plain = (await formOf('jsonld', {})).body;
    expect(plain).not.toHaveProperty('image');
    expect(plain.publisher.logo.url).toBe(logoUrl);
  });

  it('counts the words and letters of a body in that body, without the captions of pictures', async () => {
    const bodyOf = async (body: object) => (await formOf('ninjs', body)).body.bodies[0];
    const headline = 'ثلاث كلمات هنا';
    expect(await bodyOf({ headline })).toMatchObject({ wordCount: 0, charCount: 0, value: '' });
    const sections = [{ heading: 'عنوان', body: { text: 'فقرة فيها أربع كلمات.' } }];
    expect(await bodyOf({ headline, lead: 'مقدمة.', sections })).toMatchObject({ wordCount: 5, charCount: 28 });
    const picture = { body: [{ _type: 'image', url: 'https://cdn.sham.example/a.jpg', caption: 'شرح الصورة' }] };
    expect(await bodyOf({ headline, sections: [...sections, picture] })).toMatchObject({
      ...{ wordCount: 5, charCount: 28, value: 'عنوان\n\nفقرة فيها أربع كلمات.\n\nشرح الصورة' },
    });
  });

  it('tells a partner the language and direction of a body, which its tables take their order from', async () => {
    const sections = [{ body: { markdown: '| أ | 1 |\n|---|---|\n| 2 | 3 |' } }];
    const { value } = (await formOf('ninjs', { sections, locale: 'ar-SY' })).body.bodies[1];
    expect(value).toMatch(/^<div lang="ar-SY" dir="rtl"><table>[\s\S]*<\/table>\n<\/div>$/);
  });

  it('keeps lists of neighbouring sections and blocks apart in Markdown (CommonMark 5.3)', async () => {
    const parser = new MarkdownIt('commonmark');
    /** Lists as another parser reads them: the words of their items. */
    const listsOf = async (sections: object[]) => {
      const tokens = parser.parse((await formOf('markdown', { sections })).text, {});
      const lists: string[][] = [];
      for (const { type, content, level } of tokens) {
        if (type === 'ordered_list_open' || type === 'bullet_list_open') lists.push([]);
        if (type === 'inline' && level > 0) lists.at(-1)?.push(content);
      }
      return lists;
    };
    const item = (text: string, listItem = 'number') => ({ _type: 'block', listItem, children: [span(text)] });
    const span = (text: string) => ({ _type: 'span', text });
    const [first, second] = [
      [item('أ'), item('ب')],
      [item('ج'), item('د')],
    ];
    const apart = [
      ['أ', 'ب'],
      ['ج', 'د'],
    ];
    const empty = { _type: 'block', children: [span('')] };
    expect(await listsOf([{ body: first }, { body: second }])).toEqual(apart);
    expect(await listsOf([{ body: first }, { body: [empty] }, { body: second }])).toEqual(apart);
    expect(await listsOf([{ body: [...first, empty, ...second] }])).toEqual(apart);
    expect(await listsOf([{ body: [item('أ', 'bullet')] }, { body: [item('ب', 'bullet')] }])).toEqual([['أ'], ['ب']]);
    // Nothing is written where nothing would be read as one.
    const plain = { body: { text: 'فقرة' } };
    for (const sections of [
      [{ body: first }, { heading: 'عنوان', body: second }],
      [{ body: first }, plain, { body: second }],
      [{ body: [{ _type: 'code', code: 'x\n\n1. y' }] }, { body: second }],
    ])
      expect((await formOf('markdown', { sections })).text).not.toContain('<!--');
    // Quotations of two sections are two.
    const quote = { _type: 'block', style: 'blockquote', children: [span('قال')] };
    const { text } = await formOf('markdown', { sections: [{ body: [quote, quote] }, { body: [quote] }] });
    expect(parser.parse(text, {}).filter(({ type }) => type === 'blockquote_open')).toHaveLength(2);
  });

  it('is written in the language of the article, its date and what stands between names too', async () => {
    await press.send('PATCH', '/v1/editorial/settings', { timeZone: 'Asia/Damascus' }, 'admin');
    const publishedAt = '2025-11-10T22:05:00Z';
    const [one, two] = [await press.term('authors', 'ليلى حداد'), await press.term('authors', 'سامر الخطيب')];
    const authors = [one.id, two.id];
    const written: Record<string, [date: RegExp, comma: string]> = {
      ar: [/^الثلاثاء 11 نوفمبر 2025 01:05 صباحًا$/, '، '],
      'en-GB': [/^Tuesday, November 11, 2025 at 1:05 AM$/, ', '],
      'ur-PK': [/^منگل، 11 نومبر، 2025 .*1:05/, '، '],
      // The calendar is that of all other dates here, the digits are those of the language.
      'fa-IR': [/^سه‌شنبه ۱۱ نوامبر ۲۰۲۵ .*۱:۰۵/, '، '],
      ckb: [/تشرینی دووەم.*سێشەممە/, '، '],
      he: [/^יום שלישי, 11 בנובמבר 2025 .*1:05$/, ', '],
      fr: [/^mardi 11 novembre 2025 .*01:05$/, ', '],
      // Names of months and days are known in Latin letters alone, in part, or not at all.
      'ku-Arab': [/^2025-11-11 01:05$/, '، '],
      'ku-IQ': [/^2025-11-11 01:05$/, '، '],
      dv: [/^2025-11-11 01:05$/, '، '],
      ht: [/^2025-11-11 01:05$/, ', '],
    };
    for (const [locale, [date, comma]] of Object.entries(written)) {
      const { id } = await press.article({ locale, publishedAt, authors, source: { name: 'رويترز' } });
      const [html, text, markdown, ninjs] = await Promise.all(
        ['html', 'text', 'markdown', 'ninjs'].map((form) => press.get(id, `?format=${form}`)),
      );
      const shown = /<time [^>]*>([^<]*)</.exec(html?.text ?? '')?.[1] ?? '';
      expect([locale, shown]).toEqual([locale, expect.stringMatching(date)]);
      expect(html?.text).toContain(`ليلى حداد</bdi>${comma}<bdi`);
      expect(text?.text).toContain(`رويترز${comma}${shown}\n`);
      expect(markdown?.text).toContain(`ليلى حداد${comma}سامر الخطيب${comma}رويترز${comma}${shown}\n`);
      expect(ninjs?.body.by).toBe(`ليلى حداد${comma}سامر الخطيب`);
    }
  });
});
