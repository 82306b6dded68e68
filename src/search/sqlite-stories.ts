import { toPublication } from '../delivery/publications.ts';
import type { Threads } from '../threads.ts';
import type { ListedStories, ThreadStories, ThreadTask } from './sqlite-stories-thread.ts';
import type { FoundStories, StoriesTask } from './stories.ts';

const threadModule = new URL('./sqlite-stories-thread.ts', import.meta.url);

/** Finds pages of stories in a file: a thread finds them, reads them and cuts the excerpts. */
export function createSqliteStories(file: string, threads: Pick<Threads, 'run'>) {
  return async (task: StoriesTask): Promise<FoundStories> => {
    const { json, cards } = await threads.run<ThreadTask, ThreadStories>(threadModule, 'stories', { ...task, file });
    const { hits, ...rest } = JSON.parse(json) as ListedStories;
    let end = 0;
    return {
      ...rest,
      hits: hits.map(({ row, size, ...story }) => {
        const card = Buffer.from(cards.buffer, cards.byteOffset + end, size);
        end += size;
        return { ...story, publication: toPublication({ ...row, card }) };
      }),
    };
  };
}
