/** The words of the body format that are ours to choose, in the spelling Portable Text renderers expect. */

export const decorators = ['strong', 'em', 'underline', 'strike-through', 'code', 'sub', 'sup'] as const;
export const styles = ['normal', 'h3', 'h4', 'blockquote'] as const;
export const listItems = ['bullet', 'number'] as const;

export const maxLevel = 6;
/** The highest number a list may begin with: Markdown knows no numbers of ten digits (CommonMark, 5.2). */
export const maxStart = 1_000_000;
/** Columns or rows that one cell may take, as in HTML. */
export const maxSpan = 1000;
export const maxCaptionLength = 5000;
export const maxBlocks = 2000;
export const maxPieces = 20_000;
export const maxTextLength = 200_000;

export type Decorator = (typeof decorators)[number];
export type Style = (typeof styles)[number];
export type ListItem = (typeof listItems)[number];
