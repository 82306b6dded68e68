import { setImmediate as nextTick } from 'node:timers/promises';

type HtmlReader = typeof import('./from-html.ts');
type MarkdownReader = typeof import('./from-markdown.ts');

let html: HtmlReader | null = null;
let markdown: MarkdownReader | null = null;

/**
 * What reads HTML, loaded when the first such body comes. It is a hundred modules together with what reads Markdown, so
 * they come in pieces, with a turn for others before each. To read every body in a thread would hold up others even less,
 * but the thread takes 30 MB, and some 300 ms to start in the middle of a save.
 */
export async function htmlReader(): Promise<HtmlReader> {
  if (html !== null) return html;
  await import('parse5');
  await nextTick();
  html = await import('./from-html.ts');
  return html;
}

export async function markdownReader(): Promise<MarkdownReader> {
  if (markdown !== null) return markdown;
  await htmlReader();
  await nextTick();
  await import('markdown-it/lib/common/utils.mjs');
  await nextTick();
  await import('markdown-it');
  await nextTick();
  markdown = await import('./from-markdown.ts');
  return markdown;
}
