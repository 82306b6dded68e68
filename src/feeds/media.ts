import { type ArticleImage, xmlText } from './article-parts.ts';

/** An image as Media RSS has it. */
export function mediaOf({ url, caption, alt, credit, width, height }: ArticleImage) {
  const words = caption || alt;
  return {
    url,
    medium: 'image',
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(words === '' ? {} : { description: { value: xmlText(words), type: 'plain' } }),
    ...(credit === '' ? {} : { credits: [{ value: xmlText(credit) }] }),
  };
}
