import { z } from 'zod';
import { refusal } from '../http/validation.ts';

const maxBytes = 16_384;
const maxDepth = 16;

/** A newsroom's own fields: any JSON object of at most 16 KiB, nested at most 16 deep. */
export const customObject = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => isWithinDepth(value, 1),
    refusal('too_deep', `It has at most ${maxDepth} levels.`, `الحد الأقصى للتداخل ${maxDepth} مستوى.`),
  )
  .refine(
    hasExactNumbers,
    refusal(
      'out_of_range',
      `A number beyond ${Number.MAX_SAFE_INTEGER} loses digits: send it as text.`,
      `العدد الذي يتجاوز ${Number.MAX_SAFE_INTEGER} يفقد بعض أرقامه، فأرسله نصًا.`,
    ),
  )
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= maxBytes,
    refusal('too_large', `It has at most ${maxBytes} bytes as JSON.`, `الحد الأقصى ${maxBytes} بايت بصيغة JSON.`),
  )
  .meta({ type: 'object', description: 'Any JSON object of at most 16 KiB: fields of your own' });

function isWithinDepth(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth <= maxDepth && Object.values(value).every((child) => isWithinDepth(child, depth + 1));
}

/**
 * JSON.parse reads 12345678901234567890 as another whole number and 1e999 as Infinity, which would be stored as null:
 * such a number is refused, not changed.
 */
function hasExactNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return typeof value !== 'object' || value === null || Object.values(value).every(hasExactNumbers);
}
