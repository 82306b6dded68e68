import type { PublishedArticle } from '../delivery/schemas.ts';
import { type ChannelDeps, toChannel, toItem } from './channel.ts';

export type FeedFormat = 'rss' | 'atom' | 'json';

/** `documents` are articles as bytes of JSON, newest first. */
export type FeedTask = { format: FeedFormat; documents: readonly Uint8Array[]; about: ChannelDeps };

/** What writes feeds is loaded with the first. */
const renderers = {
  rss: async () => (await import('./rss.ts')).renderRss,
  atom: async () => (await import('./atom.ts')).renderAtom,
  json: async () => (await import('./json-feed.ts')).renderJsonFeed,
};

/** Writes a feed. Done in a thread: fifty articles take tens of milliseconds, and what writes them some hundred to load. */
export async function renderFeed({ format, documents, about }: FeedTask): Promise<string> {
  const articles = documents.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as PublishedArticle);
  const items = articles.map((article) => toItem(article, about.site, about.origin));
  return (await renderers[format]())(toChannel(items, about));
}
