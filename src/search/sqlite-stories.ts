import type { Threads } from '../db/threads.ts';
import { toPublication } from '../delivery/publications.ts';
import type { ThreadStories, ThreadTask } from './sqlite-stories-thread.ts';
import type { FoundStories, StoriesTask } from './stories.ts';

const threadModule = new URL('./sqlite-stories-thread.ts', import.meta.url);

/** Finds pages of stories in a file: a thread finds them, reads them and cuts the excerpts. */
export function createSqliteStories(file: string, threads: Pick<Threads, 'run'>) {
  return async (task: StoriesTask): Promise<FoundStories> => {
    const { hits, ...rest } = await threads.run<ThreadTask, ThreadStories>(threadModule, 'stories', { ...task, file });
    return {
      ...rest,
      hits: hits.map(({ row: { card, ...row }, ...story }) => ({
        ...story,
        publication: toPublication({ ...row, card: Buffer.from(card.buffer, card.byteOffset, card.byteLength) }),
      })),
    };
  };
}
