import { sql } from 'drizzle-orm';
import { ANALYSER_VERSION, type Analyser } from '../arabic/analyse.ts';
import type { Database } from '../db/database.ts';
import { type SiteAnalyser, siteAnalyser } from './analysers.ts';
import type { IndexedWith } from './state.ts';

/**
 * The analyser that the index was made with, while it is being rebuilt for another one: null otherwise, and where it
 * belonged to another version of this program.
 */
export function formerAnalyser({ prepare }: Pick<Database, 'prepare'>) {
  const readState = prepare<{ value: string }>(sql`select value from search_state where name = 'analyser'`);
  let kept: { value: string; analyser: Analyser | null } | null = null;

  return async (site: SiteAnalyser): Promise<Analyser | null> => {
    const [row] = await readState();
    if (!row || row.value === 'none') return null;
    const { fingerprint, version, protectedWords } = JSON.parse(row.value) as IndexedWith;
    if (fingerprint === site.fingerprint || version !== ANALYSER_VERSION) return null;
    if (kept?.value !== row.value)
      kept = {
        value: row.value,
        analyser: siteAnalyser({ synonyms: [], protectedWords: [...protectedWords] }).analyser,
      };
    return kept.analyser;
  };
}
