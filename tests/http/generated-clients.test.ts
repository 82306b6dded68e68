import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { describedApi } from './api.ts';

type Schema = { [keyword: string]: unknown };
type Parameter = { name: string; schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> };
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  responses: Record<string, { content?: Media }>;
  requestBody?: unknown;
};
type Media = Record<string, { schema: Schema }>;
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

describe('what generators of clients read in the OpenAPI document', () => {
  let room: Newsroom;
  let document: Document;
  let operations: Operation[];
  beforeAll(async () => {
    room = await openNewsroom('sqlite');
    document = (await room.app.openApi()) as unknown as Document;
    operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  });
  afterAll(() => room.close());

  it('is of the type that it says', () => {
    const wrong: unknown[] = [];
    visit(document, (schema, place) => {
      for (const value of [schema.enum ?? [], schema.default ?? []].flat())
        if (typeof schema.type === 'string' && !isOf(schema.type, value)) wrong.push([place, schema.type, value]);
      if (schema.type !== 'string' && typeof schema.type === 'string' && 'pattern' in schema)
        wrong.push([place, schema.type, 'pattern']);
    });
    expect(wrong).toEqual([]);
  });

  it('says of parameters what they are when they are not sent, and what they may look like', () => {
    expect(parameter('listArticles', 'limit').schema).toMatchObject({ type: 'integer', default: 20 });
    expect(parameter('listRelated', 'limit').schema).toMatchObject({ type: 'integer', default: 5 });
    expect(parameter('listArticles', 'sort').schema).toMatchObject({ default: '-publishedAt' });
    expect(parameter('listArticles', 'urgency').schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 9 });
    expect(parameter('search', 'fresh').schema).toMatchObject({ type: 'boolean', default: true });
    expect(parameter('listArticles', 'fields').example).toBe('id,headline,publishedAt');
    expect(parameter('getArticle', 'display').example).toBe('ar-SY');
    expect(parameter('search', 'facets').example).toBe('category,year');
  });

  it('has a name for each shape of an article, and for what they share', () => {
    expect(answerOf('getArticle')).toEqual({ $ref: '#/components/schemas/Article' });
    expect(itemsOf('listArticles')).toEqual({ $ref: '#/components/schemas/Article' });
    expect(itemsOf('listRelated')).toEqual({ $ref: '#/components/schemas/ArticleSummary' });
    const { Article, ArticleSummary, SearchHit } = document.components.schemas;
    for (const { properties } of [Article, ArticleSummary, SearchHit] as { properties: Schema }[]) {
      expect(properties.authors).toMatchObject({ items: { $ref: '#/components/schemas/Byline' } });
      expect(properties.tags).toMatchObject({ items: { $ref: '#/components/schemas/TermName' } });
      expect(properties.category).toMatchObject({ anyOf: [{ $ref: '#/components/schemas/TermName' }, {}] });
    }
    // Lists have no member that only the article itself has.
    expect(ArticleSummary).not.toHaveProperty('properties.sections');
    expect(SearchHit).not.toHaveProperty('properties.sections');
    expect(ArticleSummary?.required).toContain('headline');
  });

  it('tells the blocks of a body from one another by their _type', () => {
    const block = document.components.schemas.PortableTextBlock as {
      oneOf: { $ref: string }[];
      discriminator: { propertyName: string; mapping: Record<string, string> };
    };
    expect(block.discriminator.propertyName).toBe('_type');
    expect(Object.values(block.discriminator.mapping)).toEqual(block.oneOf.map(({ $ref }) => $ref));
    for (const [type, $ref] of Object.entries(block.discriminator.mapping))
      expect(document.components.schemas[$ref.split('/').at(-1) ?? '']).toMatchObject({
        properties: { _type: { const: type } },
      });
  });

  it('names nothing twice', () => {
    const names = Object.keys(document.components.schemas);
    expect(names.filter((name) => name.endsWith('Input'))).toEqual([]);
    expect(names).toContain('PortableTextBlockSent');
  });

  it('leaves room in answers for members that come later, and none in what is sent', () => {
    const closed = (value: unknown) => JSON.stringify(value).match(/"additionalProperties":false/g)?.length ?? 0;
    expect(operations.filter(({ responses }) => closed(responses) > 0).map(({ operationId }) => operationId)).toEqual(
      [],
    );
    const { schemas } = document.components;
    expect(Object.keys(schemas).filter((name) => !name.endsWith('Sent') && closed(schemas[name]) > 0)).toEqual([]);
    expect(closed(schemas.PortableTextBlockSent)).toBeGreaterThan(6);
    expect(operations.filter(({ requestBody }) => requestBody && closed(requestBody) === 0)).toEqual([]);
  });

  it('calls no address a URI that may have Arabic letters', async () => {
    const api = await describedApi(room.app);
    const body = {
      headline: 'صور من حلب',
      source: { name: 'وكالة', url: 'https://agency.example/أخبار' },
      sections: [{ body: { markdown: '![القلعة](https://img.example/صور/حلب.jpg)' } }],
    };
    const made = await room.call('/v1/editorial/articles', { as: 'editor', body });
    expect(made.body.sections[0].body[0].url).toBe('https://img.example/صور/حلب.jpg');
    const createArticle = api.operations.find((each) => each.operationId === 'createArticle');
    expect(createArticle && api.faultOf(createArticle, 201, 'application/json', made.text)).toBeNull();
    expect(JSON.stringify(operation('createArticle'))).not.toContain('"format":"uri"');
  });

  function parameter(operationId: string, name: string): Parameter {
    const found = operation(operationId).parameters?.find((each) => each.name === name);
    if (!found) throw new Error(`${operationId} has no ${name}`);
    return found;
  }

  function answerOf(operationId: string): Schema | undefined {
    return operation(operationId).responses['200']?.content?.['application/json']?.schema;
  }

  function itemsOf(operationId: string): unknown {
    return (answerOf(operationId) as { properties: { data: { items: Schema } } }).properties.data.items;
  }

  function operation(operationId: string): Operation {
    const found = operations.find((each) => each.operationId === operationId);
    if (!found) throw new Error(`there is no ${operationId}`);
    return found;
  }
});

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return true;
  return value === null ? type === 'null' : typeof value === type;
}

/** Every schema, wherever it stands. */
function visit(value: unknown, look: (schema: Schema, place: string) => void, place = ''): void {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) look(value as Schema, place);
  for (const [key, child] of Object.entries(value)) visit(child, look, `${place}/${key}`);
}
