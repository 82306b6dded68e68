import { setImmediate as nextTick } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, type LocalText } from '../errors.ts';
import { refusal, toPointer } from '../http/validation.ts';
import type { Threads } from '../threads.ts';
import { type BodyProblem, checkBody } from './check.ts';
import { fromText } from './from-text.ts';
import { normaliseBody } from './normalise.ts';
import { htmlReader, markdownReader } from './readers.ts';
import { type PortableText, type SentPortableText, sentPortableText } from './schema.ts';

/** HTML is much longer than its words, so more of it is read than a section may hold. */
const maxHtmlLength = 300_000;
const maxLength = 200_000;

const written = z
  .strictObject({
    markdown: form(maxLength, 'CommonMark, with tables and strikethrough'),
    html: form(
      maxHtmlLength,
      'Read as a browser would, and a blank line outside of all elements begins a new paragraph; scripts are dropped',
    ),
    text: form(maxLength, 'A blank line begins a new paragraph'),
  })
  .refine(
    (forms) => Object.values(forms).filter((form) => form !== undefined).length === 1,
    refusal(
      'one_form',
      'Send exactly one of markdown, html and text.',
      'أرسل صيغة واحدة فقط: markdown أو html أو text.',
    ),
  );

function form(maximum: number, description: string) {
  return z.string().max(maximum).optional().meta({ description });
}

/** A section's body as writers may send it: Portable Text, `{ markdown }`, `{ html }` or `{ text }`. */
export const bodyInput = z.union([sentPortableText, written]).meta({
  description: 'Portable Text, or exactly one of `markdown`, `html` and `text`, from which it is made',
  examples: [{ markdown: 'وقّعت سوريا **إعلان تعاون**.' }],
});
export type BodyInput = z.infer<typeof bodyInput>;

export type BodyResult =
  | { ok: true; body: PortableText }
  | { ok: false; problems: { pointer: string; code: string; message: LocalText }[] };

/**
 * Makes of a validated input the body to store. What cannot be converted is answered as problems, with pointers from
 * the input; it never throws. HTML and Markdown readers are loaded when they are first needed.
 */
export async function toPortableText(input: BodyInput): Promise<BodyResult> {
  if (Array.isArray(input)) return { ok: true, body: normaliseBody(input) };
  if (input.text !== undefined) return checked(fromText(input.text), 'text');
  if (input.html !== undefined) {
    const { fromHtml } = await htmlReader();
    return converted(fromHtml(input.html), 'html');
  }
  const { fromMarkdown } = await markdownReader();
  return converted(fromMarkdown(input.markdown ?? ''), 'markdown');
}

/** The same, for use cases: throws `invalid-request` with pointers under `base`, the place of the body in the request. */
export async function readBody(input: BodyInput, base = '/body'): Promise<PortableText> {
  return bodyOf(await toPortableText(input), base);
}

/** How use cases have bodies read. */
export type ReadBody = typeof readBody;

/** From so many letters on a thread reads them: it takes about a millisecond for each thousand. */
const longText = 10_000;
const here = new URL(import.meta.url);

/** `readBody` for servers: others have their turn before a short text is read, and while a thread reads a long one. */
export function createBodyReader(threads: Pick<Threads, 'run'>): ReadBody {
  return async (input, base = '/body') => {
    if (isLong(input)) return bodyOf(await threads.run<BodyInput, BodyResult>(here, 'toPortableText', input), base);
    await nextTick();
    return readBody(input, base);
  };
}

function isLong(input: BodyInput): boolean {
  return !Array.isArray(input) && Object.values(input).some((text) => text !== undefined && text.length > longText);
}

function bodyOf(result: BodyResult, base: string): PortableText {
  if (result.ok) return result.body;
  throw new AppError('invalid-request', {
    errors: result.problems.map((problem) => ({ in: 'body', ...problem, pointer: base + problem.pointer })),
  });
}

function converted(result: { body: SentPortableText } | { problem: BodyProblem }, form: string): BodyResult {
  return 'problem' in result ? refused([result.problem], form) : checked(normaliseBody(result.body), form);
}

function checked(body: PortableText, form: string): BodyResult {
  const problems = checkBody(body);
  return problems.length === 0 ? { ok: true, body } : refused(problems, form);
}

function refused(problems: BodyProblem[], form: string): BodyResult {
  return { ok: false, problems: problems.map(({ code, message }) => ({ pointer: toPointer([form]), code, message })) };
}
