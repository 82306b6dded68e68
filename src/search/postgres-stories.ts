import { unpackForNow } from '../db/packing.ts';
import type { Publications } from '../delivery/publications.ts';
import type { Threads } from '../threads.ts';
import type { Excerpt, ExcerptsTask } from './excerpts.ts';
import type { StoryFinder } from './finder.ts';
import { excerptTaskOf, type FoundStories, findStories, type StoriesTask } from './stories.ts';

const nothing = new Uint8Array();
const excerptsModule = new URL('./excerpts.ts', import.meta.url);

/** Finds pages of stories: the server finds, and a thread cuts the excerpts. */
export function createPostgresStories(
  finder: StoryFinder,
  publications: Pick<Publications, 'documents'>,
  threads: Pick<Threads, 'run'>,
) {
  return async (task: StoriesTask): Promise<FoundStories> => {
    const { hits, ...rest } = await findStories(finder, task);
    const documents = await publications.documents(hits.map(({ n }) => n));
    if (documents.length === 0) return { ...rest, hits: [] };
    const excerptsTask = {
      ...excerptTaskOf(task, rest),
      documents: documents.map(({ card, packedRest }) => ({
        card,
        // In memory of its own: a buffer that shares its memory would be handed to the thread with all of that.
        rest: packedRest === null ? nothing : new Uint8Array(unpackForNow(packedRest)),
      })),
    };
    const shown = await threads.run<ExcerptsTask, Excerpt[]>(excerptsModule, 'excerpts', excerptsTask);
    const scores = new Map(hits.map(({ n, score }) => [n, score]));
    return {
      ...rest,
      hits: documents.flatMap((publication, at) => {
        const highlight = shown[at];
        const score = scores.get(publication.n) ?? 0;
        return highlight ? [{ publication: { ...publication, packedRest: null }, highlight, score }] : [];
      }),
    };
  };
}
