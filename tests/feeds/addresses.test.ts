import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uriOf } from '../../src/feeds/uris.ts';
import { isMediaUrl } from '../../src/portable-text/links.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { readXml } from './xml.ts';

const ajv = new Ajv();
addFormats.default(ajv);
const isUri = ajv.compile<string>({ type: 'string', format: 'uri' });

/** An address that browsers read and RFC 3986 does not know. */
const readable = 'https://cdn.example/صور/"أ">|[1].jpg?q={ب}&r[]=%zz#ق#2';
const encoded =
  'https://cdn.example/%D8%B5%D9%88%D8%B1/%22%D8%A3%22%3E%7C%5B1%5D.jpg?q=%7B%D8%A8%7D&r%5B%5D=%25zz#%D9%82%232';

describeEachEngine('addresses sent to other programs', (engine) => {
  let room: Newsroom;
  let press: Press;
  let id: string;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://sham.example' });
    press = pressOf(room);
    await press.send('PATCH', '/v1/editorial/settings', { logoUrl: readable, socialAccounts: [readable] }, 'admin');
    const link = (href: string, index: number) => ({
      _type: 'block',
      markDefs: [{ _type: 'link', _key: `l${index}`, href }],
      children: [{ _type: 'span', text: 'رابط', marks: [`l${index}`] }],
    });
    const body = [{ _type: 'image', url: readable }, ...links.map(link)];
    const source = { name: 'رويترز', url: readable };
    ({ id } = await press.article({ source, seo: { canonicalUrl: readable }, sections: [{ body }] }));
  });
  afterAll(() => room.close());

  const longest = `/${'س'.repeat(400)}`;
  const links = ['/about', 'page/2', '//cdn.example/x', '#part', '?page=2', 'mailto:a@b.example', longest];
  const linksIn = (html: string) => [...html.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href);
  const feed = async (file: string) => (await room.call(`/feeds/${file}`)).text;
  const form = async (name: string) => (await press.get(id, `?format=${name}`)).body;

  it('are whole where a text stands far from its page', async () => {
    const { url } = (await press.get(id)).body;
    const expected = [
      ...['https://sham.example/about', new URL('page/2', url).href, 'https://cdn.example/x'],
      ...[`${url}#part`, `${url}?page=2`, 'mailto:a@b.example', `https://sham.example${encodeURI(longest)}`],
    ];
    const texts = [
      readXml(await feed('rss.xml')).one('//item/content:encoded'),
      readXml(await feed('atom.xml')).one('//atom:entry/atom:content'),
      JSON.parse(await feed('feed.json')).items[0].content_html,
      (await form('ninjs')).bodies[1].value,
    ];
    for (const html of texts) expect(linksIn(html)).toEqual(expected);
    // A fragment is put into the very page that its links were written for.
    expect(linksIn((await press.get(id, '?format=html')).text).slice(1)).toEqual(links);
  });

  it('are URIs (RFC 3986)', async () => {
    const [rss, atom, json] = [
      readXml(await feed('rss.xml')),
      readXml(await feed('atom.xml')),
      JSON.parse(await feed('feed.json')),
    ];
    const [ninjs, document] = [await form('ninjs'), await form('jsonld')];
    const sent = [
      ...[rss.one('//channel/image/url'), rss.one('//item/media:content/@url')],
      ...[atom.one('/atom:feed/atom:logo'), atom.one('//media:content/@url')],
      ...[json.icon, json.items[0].image],
      ...[ninjs.infoSources[0].uri, ninjs.associations[0].uri, ninjs.associations[0].renditions[0].href],
      ...[document.image[0], document.publisher.logo.url, document.publisher.sameAs[0], document.author[0].url],
      ...[document.sourceOrganization.url, document.mainEntityOfPage['@id']],
    ];
    expect(sent).toEqual(sent.map(() => encoded));
    expect(isUri(encoded)).toBe(true);
    expect(isUri(readable)).toBe(false);
  });
});

it('makes a URI of every address that may be stored, once and for all', () => {
  const part = fc.string({
    unit: fc.constantFrom(...'a1%2F~|^`{}[]"<>\'\\#?&=@:;,!$()*+أ\u{1f600}/.-_'),
    maxLength: 12,
  });
  const host = fc.constantFrom('a.example', 'دمشق.example', '[::1]:3000', 'user:p|w@a.example');
  const address = fc.tuple(fc.constantFrom('http', 'https'), host, part).map(([scheme, name, rest]) => {
    return `${scheme}://${name}/${rest}`;
  });
  fc.assert(
    fc.property(address.filter(isMediaUrl), (url) => {
      const uri = uriOf(url) ?? expect.unreachable();
      expect(uri).toSatisfy(isUri);
      expect(uriOf(uri)).toBe(uri);
    }),
    { numRuns: 2000 },
  );
  for (const none of [null, undefined, '', 'javascript:alert(1)', '/x', 'https://']) expect(uriOf(none)).toBeNull();
});
