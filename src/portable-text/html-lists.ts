import type { Item, List } from './body-writer.ts';
import { attributeOf, type Element } from './html-marks.ts';
import { maxLevel } from './vocabulary.ts';

/** A list within another, if there is one, and the number that it begins with (HTML, 4.4.5). */
export function listAt(element: Element, around: List | undefined): List {
  const isReversed = attributeOf(element, 'reversed') !== undefined;
  const items = element.childNodes.filter((node) => 'tagName' in node && node.tagName === 'li');
  return {
    type: element.tagName === 'ol' ? 'number' : 'bullet',
    level: Math.min((around?.level ?? 0) + 1, maxLevel),
    next: integerOf(element, 'start') ?? (isReversed ? items.length : 1),
    step: isReversed ? -1 : 1,
  };
}

export function itemAt(element: Element, list: List): Item {
  const number = integerOf(element, 'value') ?? list.next;
  list.next = number + list.step;
  return { type: list.type, level: list.level, number, isBegun: false };
}

function integerOf(element: Element, name: string): number | undefined {
  const digits = /^\s*([+-]?\d{1,10})/.exec(attributeOf(element, name) ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
