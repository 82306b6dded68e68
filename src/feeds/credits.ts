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

/** Roles are free text, so the first word that is known decides: a «مصور صحفي» takes pictures, a photo editor chooses them. */
export function partOf(role: string): Part {
  for (const word of fold(role).split(/[^\p{L}]+/u)) {
    const part = partByWord.get(word) ?? partByWord.get(word.replace(/^ال/, ''));
    if (part !== undefined) return part;
  }
  return 'contributor';
}

const words: Record<Part, string> = {
  author: `author writer reporter journalist correspondent columnist
    كاتب كاتبة كتابة بقلم مؤلف مؤلفة تأليف مراسل مراسلة موفد موفدة مبعوث مبعوثة صحفي صحفية صحافي صحافية معد معدة إعداد`,
  editor: 'editor editing محرر محررة تحرير',
  translator: 'translator translation مترجم مترجمة ترجمة',
  contributor: 'photo photos photographer photography video مصور مصورة تصوير صور فيديو',
};

const partByWord: ReadonlyMap<string, Part> = new Map(
  (Object.keys(words) as Part[]).flatMap((part) => words[part].split(/\s+/).map((word) => [fold(word), part] as const)),
);
