import { z } from 'zod';
import { refusal } from '../http/validation.ts';
import { checkBody } from './check.ts';
import { isMediaUrl, isSafeHref } from './links.ts';
import { listItems, maxCaptionLength, maxLevel, maxSpan, maxStart, styles } from './vocabulary.ts';

/**
 * The body of a section: Portable Text (https://www.portabletext.org) narrowed to what a news story needs, so that
 * every renderer can know all of it. Whatever a converter makes fits here, and nothing else does.
 */

const key = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .meta({ description: 'Names this piece within its list; given when it is not sent' });
const mediaUrl = z
  .string()
  .refine(
    isMediaUrl,
    refusal('unsafe_url', 'Expected an http or https URL.', 'يجب أن تكون القيمة رابطًا من نوع http أو https.'),
  )
  .meta({ format: 'iri', maxLength: 2000 });
const href = z
  .string()
  .refine(
    isSafeHref,
    refusal(
      'unsafe_link',
      'A link is http, https, mailto, tel, or an address within the site.',
      'الروابط المقبولة: http أو https أو mailto أو tel أو عنوان داخل الموقع.',
    ),
  )
  .meta({ maxLength: 2000 });
const caption = z.string().max(maxCaptionLength);
const pixels = z.number().int().min(1).max(100_000);

const span = z.strictObject({
  _type: z.literal('span'),
  _key: key,
  text: z.string(),
  marks: z.array(z.string().max(64)).max(32).meta({ description: 'Decorators, and keys of the links in markDefs' }),
});
const link = z.strictObject({ _type: z.literal('link'), _key: key, href });
const textBlock = z
  .strictObject({
    _type: z.literal('block'),
    _key: key,
    style: z.enum(styles),
    listItem: z.enum(listItems).optional(),
    level: z.number().int().min(1).max(maxLevel).optional(),
    start: z.number().int().min(0).max(maxStart).optional().meta({
      description:
        'The number of a numbered item that does not follow from the item before it; those after it count on',
    }),
    markDefs: z.array(link),
    children: z.array(span),
  })
  .meta({ id: 'TextBlock' });
/** Words of a caption or credit that hold links or marks. What reads stored JSON counts on these coming last in a block. */
const markedWords = z
  .strictObject({
    _type: z.literal('block'),
    _key: key,
    style: z.literal('normal'),
    markDefs: z.array(link),
    children: z.array(span),
  })
  .meta({ id: 'CaptionBlock', description: 'The same words with their links and marks, where they have any' });
const image = z
  .strictObject({
    _type: z.literal('image'),
    _key: key,
    url: mediaUrl,
    alt: caption.optional(),
    caption: caption.optional(),
    credit: caption.optional(),
    width: pixels.optional(),
    height: pixels.optional(),
    captionBlock: markedWords.optional(),
    creditBlock: markedWords.optional(),
  })
  .meta({ id: 'ImageBlock' });
const embed = z
  .strictObject({
    _type: z.literal('embed'),
    _key: key,
    url: mediaUrl,
    title: caption.optional(),
    provider: z.string().max(200).optional(),
  })
  .meta({ id: 'EmbedBlock' });
const code = z
  .strictObject({
    _type: z.literal('code'),
    _key: key,
    language: z.string().max(50).optional(),
    code: z.string(),
  })
  .meta({ id: 'CodeBlock' });
const rule = z.strictObject({ _type: z.literal('break'), _key: key }).meta({ id: 'BreakBlock' });

const spanning = z.number().int().min(1).max(maxSpan).optional();
const cell = z.strictObject({
  _type: z.literal('cell'),
  _key: key,
  head: z.enum(['column', 'row']).optional().meta({ description: 'What it is the head of, if it is one' }),
  colSpan: spanning,
  rowSpan: spanning,
  markDefs: z.array(link),
  children: z.array(span),
});
const row = z.strictObject({ _type: z.literal('row'), _key: key, cells: z.array(cell).min(1) });
const table = z
  .strictObject({
    _type: z.literal('table'),
    _key: key,
    caption: caption.optional(),
    rows: z.array(row).min(1),
    captionBlock: markedWords.optional(),
  })
  .meta({ id: 'TableBlock' });

const blocks = [textBlock, image, embed, code, rule, table] as const;

export const portableTextBlock = z.discriminatedUnion('_type', blocks).meta({
  id: 'PortableTextBlock',
  // Languages without unions of shapes have to be told where to look (OpenAPI, 4.8.25).
  discriminator: {
    propertyName: '_type',
    mapping: Object.fromEntries(
      blocks.map((block) => [block.shape._type.value, `#/components/schemas/${block.meta()?.id}`]),
    ),
  },
});

/** A body as it is stored and answered: every key is there. It changes nothing, so answers can be encoded by it. */
export const portableText = z
  .array(portableTextBlock)
  .superRefine(refuseProblems)
  .meta({ description: 'Portable Text: blocks of text, images, embeds, code, breaks and tables' });

const keyless = { _key: key.optional() };
const sentContent = {
  markDefs: textBlock.shape.markDefs.optional(),
  children: z.array(span.extend({ ...keyless, marks: span.shape.marks.optional() })),
};
const sentTextBlock = textBlock.extend({
  ...keyless,
  style: textBlock.shape.style.optional(),
  ...sentContent,
});
const sentMarkedWords = markedWords
  .extend({ ...keyless, style: markedWords.shape.style.optional(), ...sentContent })
  .meta({ id: 'CaptionBlockSent', description: 'The same words with their links and marks; they alone are enough' })
  .optional();
const sentRow = row.extend({
  ...keyless,
  cells: z.array(cell.extend({ ...keyless, ...sentContent })).min(1),
});
const sentBlock = z
  .discriminatedUnion('_type', [
    sentTextBlock,
    image.extend({ ...keyless, captionBlock: sentMarkedWords, creditBlock: sentMarkedWords }),
    embed.extend(keyless),
    code.extend(keyless),
    rule.extend(keyless),
    table.extend({ ...keyless, rows: z.array(sentRow).min(1), captionBlock: sentMarkedWords }),
  ])
  .meta({ id: 'PortableTextBlockSent' });

/** A body as writers may send it: keys, marks and the normal style may be left out. `normaliseBody` fills them in. */
export const sentPortableText = z.array(sentBlock).superRefine(refuseProblems);

export type PortableText = z.infer<typeof portableText>;
export type PortableTextBlock = PortableText[number];
export type TextBlock = z.infer<typeof textBlock>;
export type Table = z.infer<typeof table>;
export type Cell = z.infer<typeof cell>;
export type MarkedWords = z.infer<typeof markedWords>;
export type Span = z.infer<typeof span>;
export type LinkMark = z.infer<typeof link>;
export type SentPortableText = z.infer<typeof sentPortableText>;
export type SentBlock = SentPortableText[number];

function refuseProblems(body: SentPortableText, context: z.RefinementCtx): void {
  for (const { path, code, message } of checkBody(body))
    context.addIssue({ code: 'custom', path, input: body, params: { code, message } });
}
