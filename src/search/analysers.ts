import { type Analyser, createAnalyser, standardAnalyser } from '../arabic/analyse.ts';
import { defaultSynonyms } from '../arabic/lexicon.ts';
import { contentHash } from '../http/content-hash.ts';
import type { SearchSettings } from '../settings/schemas.ts';

/** Where the search settings are read; asked at every search, so it must be cheap. */
export type SearchSettingsSource = { search(): SearchSettings };

export const noSearchSettings: SearchSettingsSource = { search: () => ({ synonyms: [], protectedWords: [] }) };

/** An analyser with the settings it was made from, and what names the way it analyses. */
export type SiteAnalyser = { analyser: Analyser; protectedWords: readonly string[]; fingerprint: string };

export type Analysers = ReturnType<typeof createAnalysers>;

/** Keeps the analyser of the site's settings, and makes another one when they have changed. */
export function createAnalysers(settings: SearchSettingsSource = noSearchSettings) {
  let made: { settings: SearchSettings; key: string; site: SiteAnalyser } | null = null;

  return {
    current(): SiteAnalyser {
      const now = settings.search();
      if (made?.settings === now) return made.site;
      const key = JSON.stringify(now);
      made = { settings: now, key, site: made?.key === key ? made.site : siteAnalyser(now) };
      return made.site;
    },
  };
}

export function siteAnalyser({ synonyms, protectedWords }: SearchSettings): SiteAnalyser {
  const isPlain = synonyms.length === 0 && protectedWords.length === 0;
  const analyser = isPlain
    ? standardAnalyser
    : createAnalyser({ protectedWords, synonyms: [...defaultSynonyms, ...synonyms] });
  return { analyser, protectedWords, fingerprint: fingerprintOf(analyser) };
}

/** Stands for the rules and the protected words, which change what is indexed. */
function fingerprintOf({ version }: Analyser): string {
  return contentHash(version);
}
