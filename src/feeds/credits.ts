import { fold } from '../arabic/fold.ts';
import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { termUrl } from '../settings/urls.ts';
import type { Origin } from './article-parts.ts';
import { uriOf } from './uris.ts';

/** What a byline makes somebody of an article, in the words of schema.org. */
export type Part = 'author' | 'editor' | 'translator' | 'contributor';
export type Credited = { type: 'Person' | 'Organization'; name: string; url: string | null };
export type Other = Credited & { part: Exclude<Part, 'author'> };

/**
 * Who stands for an article, and who else had a part in it. Where no writer is named it is the outlet that the story came
 * from, because a translator or an editor of the house has not written that; where there is none either, whoever is named.
 */
export function creditsOf(
  { authors, source }: PublishedArticle,
  site: SiteSettings,
  origin: Origin,
): { authors: Credited[]; others: Other[] } {
  const people = authors.map((author): Credited & { part: Part } => ({
    ...{ type: 'Person', name: author.name, url: termUrl(site, 'author', author, origin) },
    part: partOf(author.role),
  }));
  const writers = people.filter(({ part }) => part === 'author');
  const others = people.filter((person): person is Other => person.part !== 'author');
  if (writers.length > 0) return { authors: writers, others };
  if (source === null) return { authors: people, others: [] };
  return { authors: [{ type: 'Organization', name: source.name, url: uriOf(source.url) }], others };
}

/** What is done for an article, as far as words for it are known here. */
export type Work = Exclude<Part, 'contributor'> | 'photography' | 'video';

/** Roles are free text, so the first word that is known decides: a «مصور صحفي» takes pictures, a photo editor chooses them. */
export function partOf(role: string): Part {
  for (const word of wordsOf(role)) {
    const work = workNamed(word);
    if (work !== undefined) return work === 'photography' || work === 'video' ? 'contributor' : work;
  }
  return 'contributor';
}

/** The work that a role names in one word; a role of more words says more than any one word of ours. */
export function workOf(role: string): Work | undefined {
  const [word, ...others] = wordsOf(role);
  return word === undefined || others.length > 0 ? undefined : workNamed(word);
}

function wordsOf(role: string): string[] {
  return fold(role)
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}

function workNamed(word: string): Work | undefined {
  return workByWord.get(word) ?? workByWord.get(word.replace(/^ال/, ''));
}

const words: Record<Work, string> = {
  author: `author writer reporter journalist correspondent columnist
    كاتب كاتبة كتابة بقلم مؤلف مؤلفة تأليف مراسل مراسلة موفد موفدة مبعوث مبعوثة صحفي صحفية صحافي صحافية معد معدة إعداد`,
  editor: 'editor editing محرر محررة تحرير',
  translator: 'translator translation مترجم مترجمة ترجمة',
  photography: 'photo photos photographer photography مصور مصورة تصوير صور',
  video: 'video فيديو',
};

const workByWord: ReadonlyMap<string, Work> = new Map(
  (Object.keys(words) as Work[]).flatMap((work) => words[work].split(/\s+/).map((word) => [fold(word), work] as const)),
);
