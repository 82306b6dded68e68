import { firstStrong } from '../arabic/direction.ts';

/**
 * The attribute with which a text finds its own direction. One without letters, such as the score «3 - 2», has none, and
 * would run from left to right by it (HTML, 3.2.6.4): that keeps the direction of what it stands in.
 */
export function ownDirection(text: string): string {
  return firstStrong(text) === null ? '' : ' dir="auto"';
}
