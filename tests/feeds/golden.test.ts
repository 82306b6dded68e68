import { describe, expect, it } from 'vitest';
import { renderAtom } from '../../src/feeds/atom.ts';
import { renderJsonFeed } from '../../src/feeds/json-feed.ts';
import { articleForms, renderArticle } from '../../src/feeds/render-article.ts';
import { renderRss } from '../../src/feeds/rss.ts';
import { renderNewsSitemap, renderRobots, renderSitemap, renderSitemapIndex } from '../../src/feeds/sitemap.ts';
import { channelOf, fullArticle, origin, seedArticle, site } from './fixtures.ts';

const golden = (name: string) => `./golden/${name}`;
const endings = { ninjs: 'ninjs.json', jsonld: 'jsonld.json', html: 'html', markdown: 'md', text: 'txt' };
const articles = { seed: seedArticle, full: fullArticle };

describe('what each format looks like', () => {
  for (const form of articleForms)
    for (const [name, article] of Object.entries(articles))
      it(`${name} as ${form}`, async () => {
        const text = renderArticle({ form, document: JSON.stringify(article), site, origin });
        const shown = form === 'ninjs' || form === 'jsonld' ? indented(text) : text;
        await expect(shown).toMatchFileSnapshot(golden(`${name}.${endings[form]}`));
      });

  const subject = { kind: 'category' as const, id: 'x', name: 'سياسة', slug: 'سياسة', description: 'أخبار السياسة' };
  const feeds = { rss: renderRss, atom: renderAtom, json: renderJsonFeed };
  for (const [format, render] of Object.entries(feeds)) {
    const ending = format === 'json' ? 'feed.json' : `${format}.xml`;
    const shown = (text: string) => (format === 'json' ? indented(text) : text);
    it(`the site as ${format}`, async () => {
      const about = { site, origin, feedUrl: `https://sham.example/feeds/${ending}`, subject: null };
      await expect(shown(render(channelOf([seedArticle, fullArticle], about)))).toMatchFileSnapshot(
        golden(`site.${ending}`),
      );
    });
    it(`summaries of a category as ${format}`, async () => {
      const about = { origin, feedUrl: `https://sham.example/feeds/x/${ending}`, id: 'urn:x', subject };
      const channel = channelOf([seedArticle], { ...about, site: { ...site, feedText: 'summary' } });
      await expect(shown(render(channel))).toMatchFileSnapshot(golden(`category.${ending}`));
    });
  }

  it('sitemaps and robots', async () => {
    const entries = [seedArticle, fullArticle].map(({ url, updatedAt, headline, locale, publishedAt }) => ({
      ...{ url, updatedAt: new Date(updatedAt), headline, locale, publishedAt: new Date(publishedAt) },
    }));
    const index = [{ url: 'https://sham.example/sitemap-0.xml', updatedAt: null }];
    await expect(renderSitemap(entries)).toMatchFileSnapshot(golden('sitemap.xml'));
    await expect(renderSitemapIndex(index)).toMatchFileSnapshot(golden('sitemap-index.xml'));
    await expect(renderNewsSitemap(site.name, entries)).toMatchFileSnapshot(golden('news-sitemap.xml'));
    await expect(renderRobots(['https://sham.example/sitemap.xml'])).toMatchFileSnapshot(golden('robots.txt'));
  });
});

/** One line of JSON cannot be compared by eye. */
function indented(json: string): string {
  return `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
}
