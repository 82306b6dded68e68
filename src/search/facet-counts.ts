import { inArray } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { Names } from '../delivery/names.ts';
import type { Settings } from '../settings/service.ts';
import {
  type FacetCount,
  type FacetKind,
  type Finder,
  facetsCountedOver,
  type Matching,
  valuesOfFacet,
} from './finder.ts';

type NamedCount = { id: string; name: string; slug: string; count: number };
export type FacetCounts = {
  counted: number;
  category?: NamedCount[];
  tag?: NamedCount[];
  author?: NamedCount[];
  year?: { year: number; count: number }[];
};

type Deps = {
  db: Database;
  finder: Finder;
  settings: Pick<Settings, 'site'>;
  names: Pick<Names, 'lineAbove'>;
};

export type CountFacets = ReturnType<typeof createFacetCounter>;

/** Counts what was found by category, tag, author and year: of each, as many as the filter by it finds. */
export function createFacetCounter({ db, finder, settings, names }: Deps) {
  const { categories, tags, authors } = db.tables;

  return async function countFacets(matching: Matching, kinds: readonly FacetKind[]): Promise<FacetCounts> {
    const counted = await finder.count(matching, facetsCountedOver);
    const found = await finder.facets(matching, kinds, settings.site().timeZone);
    const of = (kind: FacetKind) => found.filter((each) => each.kind === kind);
    const counts: FacetCounts = { counted };
    for (const kind of kinds) {
      if (kind === 'year') counts.year = of('year').map(({ value, count }) => ({ year: Number(value), count }));
      else if (kind === 'category') counts.category = await named(categories, withThoseAbove(of('category')));
      else counts[kind] = await named(kind === 'tag' ? tags : authors, of(kind));
    }
    return counts;
  };

  /** Adds what a category has to all that it stands below: a filter by one of those finds it too. */
  function withThoseAbove(counts: readonly FacetCount[]): FacetCount[] {
    const sums = new Map<string, number>();
    for (const { value, count } of counts)
      for (const each of names.lineAbove(value)) sums.set(each, (sums.get(each) ?? 0) + count);
    return [...sums]
      .map(([value, count]): FacetCount => ({ kind: 'category', value, count }))
      .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
      .slice(0, valuesOfFacet);
  }

  async function named(
    { id, name, slug }: typeof categories | typeof tags | typeof authors,
    counts: readonly FacetCount[],
  ): Promise<NamedCount[]> {
    const ids = counts.map(({ value }) => value);
    const rows = await db.read.select({ id, name, slug }).from(id.table).where(inArray(id, ids));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return counts.flatMap(({ value, count }) => {
      const row = byId.get(value);
      return row ? [{ ...row, count }] : [];
    });
  }
}
