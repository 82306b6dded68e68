import fc from 'fast-check';

export type Schema = Record<string, unknown> & { type?: string | string[] };
type Any = fc.Arbitrary<unknown>;

/**
 * Values that fit a schema of the OpenAPI document, or nearly do: half of them have something hostile at some places.
 * Ids are marks such as `§ids:7§`, which the test replaces with ids that exist when the request is sent.
 */
export function valuesOf(schema: Schema, schemas: Record<string, Schema>): Any {
  return fc.oneof(valuesIn({ schemas, isHostile: false }, schema), valuesIn({ schemas, isHostile: true }, schema));
}

type From = { schemas: Record<string, Schema>; isHostile: boolean };

function valuesIn(from: From, schema: Schema, depth = 0): Any {
  const arbitrary = fitting(from, schema, depth);
  return from.isHostile ? fc.oneof({ weight: 10, arbitrary }, { weight: 1, arbitrary: hostile }) : arbitrary;
}

/** What stands in a path or a query: only text can. */
export function textOf(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fitting({ schemas, isHostile: false }, schema, 0).map(String) },
    { weight: 1, arbitrary: oddText },
    { weight: 1, arbitrary: fc.constantFrom('0', '-1', '101', '99999999999999999999', '1e9', 'true', 'null') },
  );
}

function fitting(from: From, schema: Schema, depth: number): Any {
  const inner = (child: Schema) => valuesIn(from, child, depth + 1);
  if (depth > 6) return fc.constant(null);
  if (typeof schema.$ref === 'string')
    return fitting(from, from.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}, depth);
  const branches = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (branches) return fc.oneof(...branches.map((branch) => fitting(from, branch, depth)));
  if (schema.allOf) return fitting(from, Object.assign({}, ...(schema.allOf as Schema[])), depth);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const examples = Array.isArray(schema.examples) ? [fc.constantFrom(...schema.examples)] : [];
  return fc.oneof(...examples, ofType(from, schema, inner));
}

function ofType(from: From, schema: Schema, inner: (child: Schema) => Any): Any {
  const types = [schema.type].flat();
  if (types.includes('object') || schema.properties) return objectOf(from, schema, inner);
  if (types.includes('array'))
    return fc.array(inner((schema.items ?? {}) as Schema), {
      minLength: Math.min(Number(schema.minItems ?? 0), 3),
      maxLength: Math.min(Number(schema.maxItems ?? 3), 3),
    });
  if (types.includes('integer') || types.includes('number'))
    return fc.integer({
      min: Math.max(Number(schema.minimum ?? 0), -1e6),
      max: Math.min(Number(schema.maximum ?? 1000), 1e6),
    });
  if (types.includes('boolean')) return fc.boolean();
  if (types.includes('null')) return fc.constant(null);
  return types.includes('string') ? stringOf(schema) : fc.oneof(fc.jsonValue(), stringOf(schema));
}

function objectOf({ isHostile }: From, schema: Schema, inner: (child: Schema) => Any): Any {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const model = Object.fromEntries(properties.map(([name, child]) => [name, inner(child)]));
  const requiredKeys = (schema.required ?? []) as string[];
  const known = fc.record(model, { requiredKeys });
  if (!isHostile) return known;
  const unknown = fc.dictionary(fc.oneof(oddText, fc.constant('unknown')), fc.jsonValue(), { minKeys: 1, maxKeys: 2 });
  return fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, unknown).map(([a, b]) => ({ ...a, ...b })) },
  );
}

function stringOf(schema: Schema): Any {
  if (schema.format === 'uuid') return idMark;
  if (schema.format === 'email') return fc.nat(50).map((n) => `reader${n}@example.org`);
  if (schema.format === 'date-time')
    return fc
      .date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (schema.format === 'iri') return fc.constantFrom('https://example.org/خبر', 'http://example.org');
  if (schema.format === 'password') return fc.constant('كلمة مرور طويلة');
  const max = Math.min(Number(schema.maxLength ?? 60), 300);
  return fc.oneof(
    fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map((some) => some.join(' ').slice(0, max)),
    fc.string({ unit: 'grapheme', minLength: Math.min(Number(schema.minLength ?? 0), max), maxLength: max }),
    idMark,
  );
}

const words = ['سوريا', 'تُوقّع', 'إعلان', 'التحالف', 'الدولي', '«داعش»', 'ولكن', '2024', '٢٠٢٥', 'news', 'أ', '😀', 'ﷺ'];
export const idMark = fc.nat(200).map((n) => `§ids:${n}§`);

const oddText = fc.oneof(
  fc.constantFrom('', ' ', '\0', '\ud800', '\u202e\u2066', '%00', "' OR 1=1 --", '"', 'NEAR(', 'a AND NOT b*', '-"'),
  fc.constantFrom('__proto__', 'constructor', 'toString', '../..', '{}', '[]', '\u0640'.repeat(500), 'ﷺ'.repeat(500)),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

const hostile: Any = fc.oneof(
  oddText,
  fc.constantFrom(null, true, 0, -1, 1e308, -1e-7, 2 ** 53, 2 ** 31, 1e15, [], {}, [[[[]]]], { a: { b: {} } }),
  fc.constant('خ'.repeat(20_000)),
  fc.constant(Array.from({ length: 500 }, () => ({}))),
  fc.jsonValue({ maxDepth: 3 }),
);
