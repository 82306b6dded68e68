import { generateRssFeed } from 'feedsmith';
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
    // What has no words of its own is described by its pictures: content alone is not enough (RSS Best Practices Profile).
    description: summary === '' ? (html ?? '') : textHtml(summary),
    guid: { value: id, isPermaLink: false },
    pubDate: published,
    categories: categories.map((name) => ({ name })),
    dc: {
      creators: authors.map(({ name }) => name),
      contributors: contributors.map(({ name }) => name),
      languages: [locale],
    },
    ...(html === null || summary === '' ? {} : { content: { encoded: html } }),
    ...(images.length === 0 ? {} : { media: { contents: images.map(mediaOf) } }),
  };
}

/**
 * Readers take a description for HTML, so what is plain text here is escaped once more; quotes, which news are full of, stay
 * legible to those that do not.
 */
function textHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');
}
