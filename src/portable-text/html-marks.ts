import type { DefaultTreeAdapterTypes } from 'parse5';
import { type Decorator, decorators } from './vocabulary.ts';

export type Element = DefaultTreeAdapterTypes.Element;

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

export function classesOf(element: Element): string[] {
  return attributeOf(element, 'class')?.split(/\s+/) ?? [];
}

/**
 * The decorators that hold inside an element: those around it, changed by what its tag and its style say. Word
 * processors write styles rather than tags, and Google Docs wraps everything in a `b` that is not bold.
 */
export function decoratorsWithin(
  element: Element,
  { decorators: around, href }: { decorators: ReadonlySet<Decorator>; href?: string },
): ReadonlySet<Decorator> {
  const own = byTag.get(element.tagName);
  const style = attributeOf(element, 'style')?.toLowerCase();
  if (own === undefined && style === undefined) return around;
  const within = new Set(around);
  if (own !== undefined) within.add(own);
  if (style !== undefined) applyStyle(style, within, href !== undefined || element.tagName === 'a');
  return within;
}

/** In one fixed order, so that equal texts become equal bodies. */
export function inOrder(marks: ReadonlySet<Decorator>): Decorator[] {
  return marks.size === 0 ? [] : decorators.filter((decorator) => marks.has(decorator));
}

const byTag: ReadonlyMap<string, Decorator> = new Map<string, Decorator>([
  ['b', 'strong'],
  ['strong', 'strong'],
  ['i', 'em'],
  ['em', 'em'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strike-through'],
  ['strike', 'strike-through'],
  ['del', 'strike-through'],
  ['code', 'code'],
  ['kbd', 'code'],
  ['samp', 'code'],
  ['tt', 'code'],
  ['sub', 'sub'],
  ['sup', 'sup'],
]);

function applyStyle(style: string, marks: Set<Decorator>, isLink: boolean): void {
  const weight = /font-weight\s*:\s*(bold|normal|[1-9]00)/.exec(style)?.[1];
  if (weight !== undefined) toggle(marks, 'strong', weight === 'bold' || Number(weight) >= 600);
  const slant = /font-style\s*:\s*(italic|oblique|normal)/.exec(style)?.[1];
  if (slant !== undefined) toggle(marks, 'em', slant !== 'normal');
  const line = /text-decoration(?:-line)?\s*:([^;]*)/.exec(style)?.[1] ?? '';
  // Links are underlined anyway, which word processors say with each.
  if (line.includes('underline') && !isLink) marks.add('underline');
  if (line.includes('line-through')) marks.add('strike-through');
  const height = /vertical-align\s*:\s*(sub|super)/.exec(style)?.[1];
  if (height !== undefined) marks.add(height === 'sub' ? 'sub' : 'sup');
}

function toggle(marks: Set<Decorator>, decorator: Decorator, on: boolean): void {
  if (on) marks.add(decorator);
  else marks.delete(decorator);
}
