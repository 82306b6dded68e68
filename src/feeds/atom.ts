import { generateAtomFeed } from 'feedsmith';
import type { Channel, ChannelItem } from './channel.ts';
import { mediaOf } from './media.ts';
import { withoutPadding } from './plain-xml.ts';

/** Atom 1.0 (RFC 4287). */
export function renderAtom(channel: Channel): string {
  const { id, title, description, pageUrl, feedUrl, locale, logoUrl, siteName, updated, items } = channel;
  const xml = generateAtomFeed({
    id,
    title: { value: title },
    subtitle: { value: description },
    updated,
    generator: { text: 'Khabar' },
    // An entry without authors needs one of the feed (RFC 4287, 4.1.1).
    authors: [{ name: siteName }],
    links: [
      { href: feedUrl, rel: 'self', type: 'application/atom+xml' },
      { href: pageUrl, rel: 'alternate', type: 'text/html' },
    ],
    ...(logoUrl === null ? {} : { logo: logoUrl }),
    xml: { lang: locale },
    entries: items.map(toEntry),
  });
  return withoutPadding(xml);
}

function toEntry({
  id,
  url,
  title,
  summary,
  html,
  authors,
  contributors,
  categories,
  published,
  updated,
  images,
  locale,
}: ChannelItem) {
  return {
    id,
    title: { value: title },
    links: [{ href: url, rel: 'alternate', type: 'text/html' }],
    published,
    updated,
    summary: { value: summary },
    ...(authors.length === 0 ? {} : { authors: authors.map(toPerson) }),
    ...(contributors.length === 0 ? {} : { contributors: contributors.map(toPerson) }),
    categories: categories.map((term) => ({ term })),
    ...(html === null ? {} : { content: { value: html, type: 'html' } }),
    ...(images.length === 0 ? {} : { media: { contents: images.map(mediaOf) } }),
    xml: { lang: locale },
  };
}

function toPerson({ name, url }: ChannelItem['authors'][number]) {
  return { name, ...(url === null ? {} : { uri: url }) };
}
