import { generateRssFeed } from 'feedsmith';
import { escapeText } from './article-parts.ts';
import type { Channel, ChannelItem } from './channel.ts';
import { mediaOf } from './media.ts';
import { withoutPadding } from './plain-xml.ts';

/** RSS 2.0 with full text (content), authors (dc), images (media) and its own address (atom). */
export function renderRss(channel: Channel): string {
  const { title, pageUrl: link, description, locale, feedUrl, updated, logoUrl, items } = channel;
  const xml = generateRssFeed({
    title,
    link,
    description,
    language: locale,
    ...(items.length === 0 ? {} : { lastBuildDate: updated }),
    generator: 'Khabar',
    ...(logoUrl === null ? {} : { image: { url: logoUrl, title, link } }),
    atom: { links: [{ href: feedUrl, rel: 'self', type: 'application/rss+xml' }] },
    items: items.map(toItem),
  });
  return withoutPadding(xml);
}

function toItem({
  id,
  url,
  title,
  summary,
  html,
  authors,
  contributors,
  categories,
  published,
  images,
  locale,
}: ChannelItem) {
  return {
    title,
    link: url,
    // Readers take it for HTML, so what is plain text here is escaped once more.
    description: escapeText(summary).replaceAll('\n', '<br>'),
    guid: { value: id, isPermaLink: false },
    pubDate: published,
    categories: categories.map((name) => ({ name })),
    dc: {
      creators: authors.map(({ name }) => name),
      contributors: contributors.map(({ name }) => name),
      languages: [locale],
    },
    ...(html === null ? {} : { content: { encoded: html } }),
    ...(images.length === 0 ? {} : { media: { contents: images.map(mediaOf) } }),
  };
}
