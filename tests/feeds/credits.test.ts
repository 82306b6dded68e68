import { describe, expect, it } from 'vitest';
import type { PublishedArticle } from '../../src/delivery/schemas.ts';
import { renderAtom } from '../../src/feeds/atom.ts';
import { partOf } from '../../src/feeds/credits.ts';
import { renderHtml } from '../../src/feeds/html.ts';
import { renderJsonFeed } from '../../src/feeds/json-feed.ts';
import { renderJsonLd } from '../../src/feeds/json-ld.ts';
import { renderMarkdown } from '../../src/feeds/markdown.ts';
import { renderNinjs } from '../../src/feeds/ninjs.ts';
import { renderRss } from '../../src/feeds/rss.ts';
import { articleOf, channelOf, fixedId, origin, site } from './fixtures.ts';
import { readXml } from './xml.ts';

const people = (...roles: string[]) =>
  roles.map((role, n) => ({ id: fixedId(40 + n), name: `من ${role}`, slug: `n${n}`, role }));
const source = { name: 'وكالة', url: 'https://agency.example/' };
const all = articleOf({
  id: fixedId(3),
  source,
  authors: people('author', 'photographer', 'ترجمة', 'editor', 'كاتبة'),
});

describe('who is the author of an article', () => {
  it.each([
    ['author', 'author'],
    ['Staff writer', 'author'],
    ['كَاتِبة', 'author'],
    ['مراسل من حلب', 'author'],
    ['إعداد:', 'author'],
    ['اعداد', 'author'],
    ['editor', 'editor'],
    ['رئيس التحرير', 'editor'],
    ['المحرّر', 'editor'],
    ['Translator', 'translator'],
    ['ترجمة', 'translator'],
    ['photographer', 'contributor'],
    ['Photo editor', 'contributor'],
    ['مصور صحفي', 'contributor'],
    ['تصوير وكتابة', 'contributor'],
    ['researcher', 'contributor'],
    ['constructor', 'contributor'],
    ['…', 'contributor'],
  ])('%s is the role of an %s', (role, part) => {
    expect(partOf(role)).toBe(part);
  });

  const linked = (article: PublishedArticle) => JSON.parse(renderJsonLd(article, site, origin));
  const namesOf = (things: { name: string }[]) => things.map(({ name }) => name);

  it('is told apart from other parts in JSON-LD', () => {
    const { author, editor, translator, contributor } = linked(all);
    expect(namesOf(author)).toEqual(['من author', 'من كاتبة']);
    expect([editor, translator, contributor].map(namesOf)).toEqual([['من editor'], ['من ترجمة'], ['من photographer']]);
    expect(editor[0]).toEqual({
      ...{ '@type': 'Person', name: 'من editor', url: 'https://sham.example/authors/n3/' },
    });
    const edited = linked({ ...all, authors: people('author', 'editor', 'محرر') });
    expect(namesOf(edited.editor)).toEqual(['من editor', 'من محرر']);
  });

  it('is the outlet where nobody named writes, else whoever is named, else the house', () => {
    const authors = people('ترجمة', 'photographer');
    expect(linked({ ...all, authors }).author).toEqual([{ '@type': 'Organization', ...source }]);
    const own = linked({ ...all, authors, source: null });
    expect(namesOf(own.author)).toEqual(['من ترجمة', 'من photographer']);
    for (const part of ['translator', 'contributor']) expect(own).not.toHaveProperty(part);
    expect(namesOf(linked({ ...all, authors: [], source: null }).author)).toEqual([site.name]);
  });

  it('is told apart from others in feeds', () => {
    const channel = channelOf([all]);
    const rss = readXml(renderRss(channel));
    expect(rss.values('//dc:creator')).toEqual(['من author', 'من كاتبة']);
    expect(rss.values('//dc:contributor')).toEqual(['من photographer', 'من ترجمة', 'من editor']);
    const atom = readXml(renderAtom(channel));
    expect(atom.values('//atom:entry/atom:author/atom:name')).toEqual(['من author', 'من كاتبة']);
    expect(atom.values('//atom:entry/atom:contributor/atom:name')).toEqual([
      'من photographer',
      'من ترجمة',
      'من editor',
    ]);
    expect(atom.values('//atom:contributor/atom:uri')).toContain('https://sham.example/authors/n1/');
    // JSON Feed 1.1 has authors alone.
    const [item] = JSON.parse(renderJsonFeed(channel)).items;
    expect(namesOf(item.authors)).toEqual(['من author', 'من كاتبة']);
  });

  it('is in feeds the outlet, too, where nobody named writes', () => {
    const channel = channelOf([
      { ...all, authors: people('ترجمة') },
      { ...all, authors: [], source: null },
    ]);
    expect(readXml(renderRss(channel)).values('//dc:creator')).toEqual(['وكالة']);
    const atom = readXml(renderAtom(channel));
    expect(atom.values('//atom:entry/atom:author/atom:name')).toEqual(['وكالة']);
    expect(atom.values('//atom:entry/atom:author/atom:uri')).toEqual([source.url]);
  });

  it('stands with everyone else in a byline, each with their part', () => {
    expect(renderHtml(all, site)).toContain(
      '<bdi class="author">من author</bdi>، <bdi class="contributor">من photographer</bdi>، <bdi class="translator">',
    );
    const item = JSON.parse(renderNinjs(all, site, origin));
    expect(item.people.map(({ rel }: { rel: string }) => rel)).toEqual(all.authors.map(({ role }) => role));
  });

  it('is said in Markdown in the words of the newsroom, or in those of the language of the article', () => {
    const line = (locale: string, ...roles: string[]) =>
      renderMarkdown(articleOf({ id: fixedId(3), locale, authors: people(...roles) }), site).split('\n')[2];
    expect(line('ar-SY', 'author', 'editor', 'ترجمة:', 'Photographer', 'كاتبة', 'إعداد الرسوم', 'مدقق')).toMatch(
      /^من author، من editor \(تحرير\)، من ترجمة: \(ترجمة\)، من Photographer \(تصوير\)، من كاتبة، من إعداد الرسوم، من مدقق \(مدقق\)، الثلاثاء/,
    );
    expect(line('en', 'Writer', 'ترجمة', 'Translator', 'Photo editor', 'مدقق', '…')).toMatch(
      /^من Writer, من ترجمة \(translation\), من Translator \(Translator\), من Photo editor \(Photo editor\), من مدقق \(مدقق\), من …, /,
    );
    // Of more words than one, none is taken for the whole, and other languages keep what was written.
    expect(line('ar', 'Photo editor', 'data *desk*')).toContain(
      ' (Photo editor)، من data \\*desk\\* (data \\*desk\\*)،',
    );
    expect(line('fa', 'editor')).toContain('من editor (editor)، ');
  });
});
