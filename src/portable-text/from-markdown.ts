import markdownIt from 'markdown-it';
import { fromHtml } from './from-html.ts';

/**
 * Reads Markdown (CommonMark, with tables and strikethrough) as the HTML it stands for, so that there is one reader
 * and one place where unsafe things are left out. Full addresses become links; "example.com" does not.
 */
export function fromMarkdown(markdown: string): ReturnType<typeof fromHtml> {
  return fromHtml(reader.render(markdown));
}

const reader = markdownIt({ html: true, linkify: true });
// Beyond this markdown-it drops what is nested deeper without a word. It is more than `fromHtml` takes, so that such
// input is refused there.
reader.set({ maxNesting: 150 } as never);
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
reader.linkify.add('//', null as never).add('ftp:', null as never);
const { testSchemaAt } = reader.linkify;
const punctuation = new Set('.,;:!?…،؛؟۔«»‹›“”‘’');
// What ends a sentence or a quotation ends no address, but markdown-it knows this of ASCII only.
reader.linkify.testSchemaAt = function (text, schema, start) {
  let end = start + testSchemaAt.call(this, text, schema, start);
  while (end > start && punctuation.has(text.charAt(end - 1))) end--;
  return end - start;
};
// Addresses are kept as they were written, in Arabic letters too; `fromHtml` decides which are safe.
reader.normalizeLink = (url) => url;
reader.normalizeLinkText = (text) => text;
reader.validateLink = () => true;

// A note of other programs, «[^1]: وكالة», is no address of a link here either, in which its words would be lost.
const reference = reader.block.ruler.getRules('').find(({ name }) => name === 'reference');
reader.block.ruler.at('reference', (state, line, ...rest) => {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  return !state.src.startsWith('[^', start) && reference?.(state, line, ...rest) === true;
});

const { renderInlineAsText } = reader.renderer;
// An escaped character is a token of its own, which markdown-it forgets in the text of an image.
reader.renderer.renderInlineAsText = function (tokens, ...rest) {
  return tokens
    .map((token) => (token.type === 'text_special' ? token.content : renderInlineAsText.call(this, [token], ...rest)))
    .join('');
};
