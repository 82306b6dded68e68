import { z } from 'zod';
import { refusal } from '../http/validation.ts';

const maxBytes = 16_384;
const maxDepth = 16;

/** A newsroom's own fields: any JSON object of at most 16 KiB, nested at most 16 deep. */
export const customObject = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => isPlainJson(value, 1),
    refusal(
      'too_deep',
      `Expected finite numbers and at most ${maxDepth} levels.`,
      `يجب أن تكون الأعداد منتهية وألا يتجاوز التداخل ${maxDepth} مستوى.`,
    ),
  )
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= maxBytes,
    refusal('too_large', `It has at most ${maxBytes} bytes as JSON.`, `الحد الأقصى ${maxBytes} بايت بصيغة JSON.`),
  )
  .meta({ type: 'object', description: 'Any JSON object of at most 16 KiB: fields of your own' });

/** JSON.parse reads 1e999 as Infinity, which would be stored as null: such a number is refused, not changed. */
function isPlainJson(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth <= maxDepth && Object.values(value).every((child) => isPlainJson(child, depth + 1));
}
