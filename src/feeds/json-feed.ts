import { generateJsonFeed } from 'feedsmith';
import { toJson } from './article-parts.ts';
import type { Channel, ChannelItem } from './channel.ts';

/** JSON Feed 1.1. */
export function renderJsonFeed(channel: Channel): string {
  const { title, description, pageUrl, feedUrl, locale, logoUrl, siteName, items } = channel;
  const feed = generateJsonFeed({
    title,
    description,
    home_page_url: pageUrl,
    feed_url: feedUrl,
    language: locale,
    ...(logoUrl === null ? {} : { icon: logoUrl }),
    authors: [{ name: siteName }],
    items: items.map(toItem),
  });
  // The library leaves out what is empty, but a feed has items even where it has none (JSON Feed 1.1, top-level).
  return toJson({ ...(feed as object), items: (feed as { items?: unknown[] }).items ?? [] });
}

function toItem({
  id,
  url,
  title,
  summary,
  html,
  authors,
  categories,
  published,
  updated,
  images,
  locale,
}: ChannelItem) {
  const [image] = images;
  return {
    id,
    url,
    title,
    ...(summary === '' ? {} : { summary }),
    // An item needs one of the two (JSON Feed 1.1, items).
    ...(html === null ? { content_text: summary } : { content_html: html }),
    ...(image ? { image: image.url } : {}),
    date_published: published,
    date_modified: updated,
    language: locale,
    ...(authors.length === 0
      ? {}
      : { authors: authors.map(({ name, url: page }) => ({ name, ...(page === null ? {} : { url: page }) })) }),
    ...(categories.length === 0 ? {} : { tags: categories }),
  };
}
