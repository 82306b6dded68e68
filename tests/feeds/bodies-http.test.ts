import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('what a body says, in all its forms', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://sham.example' });
    press = pressOf(room);
  });
  afterAll(() => room.close());

  /** A body of an article of one section, as readers and partners get it. */
  async function formsOf(body: object) {
    const { id } = await press.article({ sections: [{ body }] });
    const rendered = async (form: 'html' | 'markdown' | 'text') =>
      (await press.get(id, `?render=${form}`)).body.sections[0][form] as string;
    const { body: json } = await press.get(id);
    const { body: ninjs } = await press.get(id, '?format=ninjs');
    const feed = (await room.call('/feeds/feed.json')).body.items.find(({ id: of }: { id: string }) => of.endsWith(id));
    return {
      blocks: json.sections[0].body as object[],
      ...{ html: await rendered('html'), markdown: await rendered('markdown'), text: await rendered('text') },
      elsewhere: [ninjs.bodies[1].value, feed.content_html, (await press.get(id, '?format=html')).text] as string[],
      page: (await press.get(id, '?format=markdown')).text,
    };
  }

  it('is numbered on where a picture stands between the items of a list', async () => {
    const picture = '<figure><img src="https://cdn.sham.example/1.jpg" alt="سوق"></figure>';
    const { blocks, html, markdown, elsewhere, page } = await formsOf({
      html: `<ol><li>دمشق<li>حلب</ol>${picture}<ol start="3"><li>حمص<ul><li>الوعر</ul>وهي في الوسط.<li>حماة</ol>`,
    });
    const numbered = { _type: 'block', listItem: 'number', level: 1 };
    expect(blocks[3]).toMatchObject({ ...numbered, start: 3 });
    expect(blocks[5]).not.toHaveProperty('listItem');
    expect(blocks[6]).toMatchObject({ ...numbered, start: 4 });
    for (const written of [html, ...elsewhere]) {
      expect(written).toContain(
        '<ol start="3">\n<li dir="auto">حمص<ul>\n<li dir="auto">الوعر</li>\n</ul>\n</li>\n</ol>',
      );
      expect(written).toContain('<p dir="auto">وهي في الوسط.</p>\n<ol start="4">\n<li dir="auto">حماة</li>\n</ol>');
    }
    for (const written of [markdown, page])
      expect(written).toContain('\n\n3. حمص\n   - الوعر\n\nوهي في الوسط.\n\n4. حماة\n');
    const again = await formsOf({ markdown });
    expect([again.blocks, again.html]).toEqual([blocks, html]);
    expect((await formsOf(blocks)).blocks).toEqual(blocks);
  });

  it('has the paragraphs and poems of old posts, and posts of networks as embeds', async () => {
    const tweet =
      '<blockquote class="twitter-tweet"><p>نص</p>— فلان <a href="https://twitter.com/f/status/1">أمس</a></blockquote>';
    const { html, markdown, elsewhere, text } = await formsOf({
      html: `وقف <em>الشاعر</em>\nوقال:\n\n<pre>قفا نبكِ\nبسقط اللوى</pre>\n\n${tweet}\n\nثم مضى.`,
    });
    const embed =
      '<figure data-embed dir="auto"><a href="https://twitter.com/f/status/1" rel="noopener">نص — فلان أمس</a></figure>';
    const poem = '<p dir="auto">وقف <em>الشاعر</em> وقال:</p>\n<p dir="auto">قفا نبكِ<br>\nبسقط اللوى</p>\n';
    for (const form of [html, ...elsewhere]) expect(form).toContain(`${poem}${embed}\n<p dir="auto">ثم مضى.</p>`);
    expect(markdown).toBe(`وقف _الشاعر_ وقال:\n\nقفا نبكِ\\\nبسقط اللوى\n\n${embed}\n\nثم مضى.\n`);
    expect(text).toBe('وقف الشاعر وقال:\n\nقفا نبكِ\nبسقط اللوى\n\nنص — فلان أمس\n\nثم مضى.');
  });

  it('has notes with their signs, and no links to what is not there', async () => {
    const sign = '<sup data-fn="0b" class="fn"><a href="#0b" id="0b-link">1</a></sup>';
    const note = '<li id="0b">التقرير السنوي. <a href="#0b-link" aria-label="Jump to footnote reference 1">↩︎</a></li>';
    const { html, markdown, elsewhere, text, page } = await formsOf({
      html: `<p>نما الاقتصاد${sign}.</p><ol class="wp-block-footnotes">${note}</ol>`,
    });
    expect(html).toContain('الاقتصاد<sup>1</sup>.</p>\n<ol>\n<li dir="auto">التقرير السنوي.</li>');
    for (const form of [html, markdown, ...elsewhere, text, page]) expect(form).not.toMatch(/#0b|↩/);
  });

  it('has links and marks in captions and credits, which are plain where a form knows plain words only', async () => {
    const figcaption =
      'سوق <em>الحميدية</em>، <a href="/souq">هنا</a> <small>تصوير <a href="https://agency.example/1">وكالة</a></small>';
    const url = 'https://cdn.sham.example/1.jpg';
    const { blocks, html, markdown, elsewhere, text } = await formsOf({
      html: `<figure><img src="${url}"><figcaption>${figcaption}</figcaption></figure><p>نص.</p>`,
    });
    expect(blocks[0]).toMatchObject({ caption: 'سوق الحميدية، هنا', credit: 'تصوير وكالة' });
    const written = (souq: string) =>
      `<span>سوق <em>الحميدية</em>، <a href="${souq}">هنا</a></span> <small>تصوير <a href="https://agency.example/1" rel="noopener">وكالة</a></small></figcaption>`;
    for (const form of [html, markdown, elsewhere[2]]) expect(form).toContain(written('/souq'));
    for (const form of elsewhere.slice(0, 2)) expect(form).toContain(written('https://sham.example/souq'));
    expect(text).toBe('سوق الحميدية، هنا\n\nنص.');
    const again = await formsOf({ markdown });
    expect([again.blocks, again.html]).toEqual([blocks, html]);
    expect((await formsOf(blocks)).blocks).toEqual(blocks);
    const found = await room.call(`/v1/search?q=${encodeURIComponent('الحميدية')}`);
    expect(JSON.stringify(found.body.data[0]).match(/الحميدية/g)).toHaveLength(1);
  });
});
