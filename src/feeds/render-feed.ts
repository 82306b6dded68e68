import type { Channel } from './channel.ts';

export type FeedFormat = 'rss' | 'atom' | 'json';

export type FeedTask = { format: FeedFormat; channel: Channel };

/** What writes feeds is loaded with the first. */
const renderers = {
  rss: async () => (await import('./rss.ts')).renderRss,
  atom: async () => (await import('./atom.ts')).renderAtom,
  json: async () => (await import('./json-feed.ts')).renderJsonFeed,
};

/** Writes a feed. Done in a thread: fifty articles take tens of milliseconds, and what writes them some hundred to load. */
export async function renderFeed({ format, channel }: FeedTask): Promise<string> {
  return (await renderers[format]())(channel);
}
