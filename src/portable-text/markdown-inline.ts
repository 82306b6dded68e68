import {
  buildMarksTree,
  isPortableTextToolkitSpan,
  isPortableTextToolkitTextNode,
  type ToolkitNestedPortableTextSpan,
  type ToolkitTextNode,
} from '@portabletext/toolkit';
import { isSafeHref } from './links.ts';
import type { LinkMark, TextBlock } from './schema.ts';
import { textOf } from './spans.ts';

type Node = ToolkitNestedPortableTextSpan | ToolkitTextNode;

/** The running text of a block as Markdown; line breaks are `\` at the end of a line. */
export function inlineMarkdown(block: TextBlock): string {
  const text = textOf(block);
  let at = 0;
  const markdown = renderAll(buildMarksTree(block as Parameters<typeof buildMarksTree>[0]) as Node[]);
  return withoutEnd(
    markdown
      .split('\n')
      .map(escapeLineStart)
      .join('\n')
      .replace(/^[ \t]+/, ''),
  );

  function renderAll(nodes: readonly Node[]): string {
    return nodes.map(render).join('');
  }

  function render(node: Node): string {
    if (isPortableTextToolkitTextNode(node)) {
      at += node.text.length;
      return node.text === '\n' ? '\\\n' : escapeMarkdown(node.text);
    }
    if (!isPortableTextToolkitSpan(node)) return '';
    const before = text[at - 1] ?? '';
    const start = at;
    const inner = renderAll(node.children as Node[]);
    const raw = text.slice(start, at);
    return raw === '' ? '' : mark(node, { inner, raw, before, after: text[at] ?? '' });
  }
}

type Marked = { inner: string; raw: string; before: string; after: string };

/** Without the spaces and line breaks at the end. A pattern would look for that end anew from each of many spaces. */
function withoutEnd(markdown: string): string {
  let end = markdown.length;
  for (;;) {
    if (/[ \t]/.test(markdown[end - 1] ?? '')) end -= 1;
    else if (markdown.endsWith('\\\n', end)) end -= 2;
    else return markdown.slice(0, end);
  }
}

function mark(node: ToolkitNestedPortableTextSpan, marked: Marked): string {
  const { inner, raw } = marked;
  switch (node.markType) {
    case 'strong':
      return delimited('**', 'strong', marked);
    case 'em':
      return delimited('_', 'em', marked);
    case 'strike-through':
      return delimited('~~', 's', marked);
    case 'code':
      return /^[^`\s\]](?:[^`\n\]]*[^`\s\]])?$/.test(raw) && inner === escapeMarkdown(raw)
        ? `\`${raw}\``
        : `<code>${inner}</code>`;
    case 'underline':
      return `<u>${inner}</u>`;
    case 'sub':
    case 'sup':
      return `<${node.markType}>${inner}</${node.markType}>`;
    case 'link':
      return link((node.markDef as LinkMark | undefined)?.href ?? '', inner);
    default:
      return inner;
  }
}

/**
 * CommonMark opens and closes emphasis only where punctuation and spaces around it allow. Arabic prefixes stand
 * directly before words and quotes (و«نص»), where delimiters would be read as asterisks: there the tag is written.
 */
function delimited(delimiter: string, tag: string, { inner, before, after }: Marked): string {
  const first = inner[0] ?? '';
  const last = inner.at(-1) ?? '';
  const opens = !isSpace(first) && isFree(before, delimiter, first);
  const closes = !isSpace(last) && isFree(after, delimiter, last);
  return opens && closes && !inner.includes('\n') ? delimiter + inner + delimiter : `<${tag}>${inner}</${tag}>`;
}

/** An underscore needs a space or punctuation outside; the others only where there is punctuation inside. */
function isFree(outside: string, delimiter: string, inside: string): boolean {
  if (/[\ud800-\udfff]/.test(outside + inside)) return false;
  if (outside === '' || isSpace(outside) || isPunctuation(outside)) return outside !== delimiter[0];
  return delimiter !== '_' && !isPunctuation(inside);
}

function isSpace(character: string): boolean {
  return character === '' || /\s/.test(character);
}

function isPunctuation(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character);
}

function link(href: string, inner: string): string {
  if (!isSafeHref(href)) return inner;
  return `[${inner}](<${escapeDestination(href)}>)`;
}

/** An address between angle brackets. */
export function escapeDestination(href: string): string {
  return href.replace(/[\\<>&]/g, '\\$&');
}

/** Text in which nothing is taken for Markdown, HTML, an entity or an address, except at the start of a line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~[\]<>]|!$/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/(https?|mailto):/gi, '$1\\:');
}

export function escapeLineStart(line: string): string {
  return line.replace(/^(\s*)([#+=|-]|:(?=-))/, '$1\\$2').replace(/^(\s*\d{1,9})([.)])/, '$1\\$2');
}
