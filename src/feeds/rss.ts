import { generateRssFeed } from 'feedsmith';
import type { Channel, ChannelItem } from './channel.ts';
import { mediaOf } from './media.ts';

/** RSS 2.0 with full text (content), authors (dc), images (media) and its own address (atom). */
export function renderRss(channel: Channel): string {
  const { title, pageUrl: link, description, locale, feedUrl, updated, logoUrl, items } = channel;
  return generateRssFeed({
    title,
    link,
    description,
    language: locale,
    lastBuildDate: updated,
    generator: 'Khabar',
    ...(logoUrl === null ? {} : { image: { url: logoUrl, title, link } }),
    atom: { links: [{ href: feedUrl, rel: 'self', type: 'application/rss+xml' }] },
    items: items.map(toItem),
  });
}

function toItem({ id, url, title, summary, html, authors, categories, published, images, locale }: ChannelItem) {
  return {
    title,
    link: url,
    description: summary,
    guid: { value: id, isPermaLink: false },
    pubDate: published,
    categories: categories.map((name) => ({ name })),
    dc: { creators: authors, languages: [locale] },
    ...(html === null ? {} : { content: { encoded: html } }),
    ...(images.length === 0 ? {} : { media: { contents: images.map(mediaOf) } }),
  };
}
