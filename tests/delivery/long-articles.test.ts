import { afterAll, beforeAll, expect, it } from 'vitest';
import { articleForms, renderArticle } from '../../src/feeds/render-article.ts';
import { readBody } from '../../src/portable-text/body-input.ts';
import { toHtml } from '../../src/portable-text/to-html.ts';
import { maxBlocks } from '../../src/portable-text/vocabulary.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { countTurns } from '../support/turns.ts';

const paragraphs = (count: number) => Array.from({ length: count }, (_, n) => `فقرة **رقم ${n}** من نص طويل جدًا.`);

describeEachEngine('long articles, which threads read and write', (engine) => {
  const origin = 'https://sham.example';
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: origin });
    press = pressOf(room);
  });
  afterAll(() => room.close());

  const forms = {
    markdown: paragraphs(500).join('\n\n'),
    html: paragraphs(500)
      .map((text) => `<p>${text} <b>غ</b></p>`)
      .join(''),
    // As it is, it is read quickest: of as few as the others it would be done within a few turns of a busy machine.
    text: paragraphs(2000).join('\n\n'),
  };

  it('are stored as short ones are, while others have their turns', async () => {
    for (const [name, text] of Object.entries(forms)) {
      const input = { [name]: text };
      const turns = countTurns();
      const { sections } = await press.create({ sections: [{ body: input }] });
      expect(turns.stop(), name).toBeGreaterThan(100);
      expect(sections[0].body).toEqual(await readBody(input));
    }
  });

  it('are told what cannot be read of them, and where', async () => {
    const html = '<p>نص'.repeat(maxBlocks + 1);
    const answer = await room.call('/v1/editorial/articles', {
      as: 'editor',
      body: { headline: 'خبر', sections: [{ body: { text: 'نص' } }, { body: { html } }] },
    });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/sections/1/body/html']);
  });

  it('stand in feeds that hold up nobody, however long they take to write', async () => {
    const spans = Array.from({ length: 4000 }, (_, n) => ({
      ...{ _type: 'span', text: `كلمة ${n} `, marks: ['strong', 'em', 'underline'].slice(0, (n % 3) + 1) },
    }));
    await press.article({ sections: [{ body: [{ _type: 'block', children: spans }] }] });
    const before = performance.eventLoopUtilization();
    const { status, text } = await room.call('/feeds/rss.xml');
    const { active } = performance.eventLoopUtilization(before);
    expect([status, text.includes('كلمة 3999')]).toEqual([200, true]);
    expect(active).toBeLessThan(100);
  });

  it('have all forms that short ones have', async () => {
    const { id } = await press.article({
      sections: [{ body: { markdown: forms.markdown } }, { body: { text: 'نص' } }],
    });
    const article = (await press.get(id)).body;
    const site = (await room.call('/v1/editorial/settings', { as: 'admin' })).body;
    for (const form of articleForms) {
      const { text } = await press.get(id, `?format=${form}`);
      expect(text).toBe(renderArticle({ form, document: JSON.stringify(article), site, origin }));
    }
    const sections = article.sections.map((section: { body: never }) => ({ ...section, html: toHtml(section.body) }));
    expect((await press.get(id, '?render=html')).body).toEqual({ ...article, sections });
    expect((await press.get(id, '/sections?render=html')).body.data).toEqual(sections);
    expect((await press.get(id, `/sections/${sections[1].id}?render=html`)).body).toEqual(sections[1]);
    expect((await press.get(id, `/sections/${id}`)).status).toBe(404);
  });
});
