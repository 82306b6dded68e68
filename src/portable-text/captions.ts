import type { SentBlock } from './schema.ts';

type MarkedCaption = {
  name: 'captionBlock' | 'creditBlock';
  words: NonNullable<Extract<SentBlock, { _type: 'table' }>['captionBlock']>;
  /** The same without links and marks, where it was sent. */
  plain: string | undefined;
};

/** The captions and credits of a block that hold links or marks. */
export function markedCaptionsOf(block: SentBlock): MarkedCaption[] {
  const found: MarkedCaption[] = [];
  if ((block._type === 'image' || block._type === 'table') && block.captionBlock)
    found.push({ name: 'captionBlock', words: block.captionBlock, plain: block.caption });
  if (block._type === 'image' && block.creditBlock)
    found.push({ name: 'creditBlock', words: block.creditBlock, plain: block.credit });
  return found;
}
