import { type DefaultTreeAdapterMap, type DefaultTreeAdapterTypes, defaultTreeAdapter, parseFragment } from 'parse5';
import type { BodyProblem } from './check.ts';

/** Deeper than any page that was written by hand or by an editor, and shallow enough to walk. */
const maxDepth = 100;

/** The tree that a browser makes of HTML; null where it is nested too deeply. */
export function parseHtml(html: string): DefaultTreeAdapterTypes.DocumentFragment | null {
  let depth = 0;
  const treeAdapter = {
    ...defaultTreeAdapter,
    onItemPush() {
      if (++depth > maxDepth) throw new TooDeep();
    },
    onItemPop() {
      depth--;
    },
  };
  try {
    return parseFragment<DefaultTreeAdapterMap>(html, { treeAdapter, scriptingEnabled: false });
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

/** Parsing cannot be stopped in any other way. */
class TooDeep extends Error {}

export const tooDeep: BodyProblem = {
  path: [],
  code: 'too_deep',
  message: {
    en: `Elements may be nested ${maxDepth} deep at most.`,
    ar: `الحد الأقصى لتداخل العناصر: ${maxDepth} مستوى.`,
  },
};
