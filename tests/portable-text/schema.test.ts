import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldErrors } from '../../src/http/validation.ts';
import { bodyInput, readBody } from '../../src/portable-text/body-input.ts';
import { portableText } from '../../src/portable-text/schema.ts';
import { maxBlocks, maxTextLength } from '../../src/portable-text/vocabulary.ts';

const span = (text: string, ...marks: string[]) => ({ _type: 'span', text, marks });
const cell = (fields: object = {}) => ({ _type: 'cell', children: [span('نص')], ...fields });
const row = (...cells: object[]) => ({ _type: 'row', cells });
const table = (rows: object[]) => ({ _type: 'table', rows });
const block = (fields: object = {}) => ({ _type: 'block', children: [span('نص')], ...fields });

function problemsOf(body: unknown) {
  const result = bodyInput.safeParse(body, { reportInput: true });
  return result.success
    ? []
    : fieldErrors(result.error.issues, 'body').map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('a body that is sent', () => {
  it('is filled in: keys, style, marks and level', async () => {
    const sent = bodyInput.parse([{ _type: 'block', listItem: 'bullet', children: [{ _type: 'span', text: 'نقطة' }] }]);
    expect(await readBody(sent)).toEqual([
      {
        _type: 'block',
        _key: 'b1',
        style: 'normal',
        listItem: 'bullet',
        level: 1,
        markDefs: [],
        children: [{ _type: 'span', _key: 's1', text: 'نقطة', marks: [] }],
      },
    ]);
  });

  it('keeps the keys it has, and is given others that differ from them', async () => {
    const sent = bodyInput.parse([block(), block({ _key: 'b1', children: [{ ...span('x'), _key: 's1' }] })]);
    const stored = await readBody(sent);
    expect(stored.map((item) => item._key)).toEqual(['b2', 'b1']);
    expect(stored.map((item) => item._type === 'block' && item.children[0]?._key)).toEqual(['s2', 's1']);
  });

  it('loses link definitions that nothing refers to', async () => {
    const link = { _type: 'link', _key: 'l', href: 'https://example.com' };
    const [unused] = await readBody(bodyInput.parse([block({ markDefs: [link] })]));
    const [used] = await readBody(bodyInput.parse([block({ markDefs: [link], children: [span('x', 'l')] })]));
    expect(unused).toMatchObject({ markDefs: [] });
    expect(used).toMatchObject({ markDefs: [link] });
  });

  it('loses invisible characters, also those that come from entities', async () => {
    expect(await readBody({ html: '<p>&#x202E;نص&#x200B;</p>' })).toMatchObject([{ children: [{ text: 'نص' }] }]);
    expect(await readBody([block({ children: [span('\u202eنص')] })] as never)).toMatchObject([
      { children: [{ text: 'نص' }] },
    ]);
    const picture = { _type: 'image', url: 'https://a.example/1.jpg' };
    const embed = { _type: 'embed', url: 'https://a.example/v' };
    const stored = await readBody([
      { ...picture, alt: 'وص\u202eف', caption: 'ش\u202eرح', credit: 'تص\u202eوير' },
      { ...embed, title: 'عن\u202eوان', provider: 'من\u202eصة' },
      { _type: 'code', language: 'j\u202es', code: 'x\u202e\ny' },
    ] as never);
    expect(stored).toMatchObject([
      { alt: 'وصف', caption: 'شرح', credit: 'تصوير' },
      { title: 'عنوان', provider: 'منصة' },
      { language: 'js', code: 'x\ny' },
    ]);
  });

  it('is given no key that some part of it has already', async () => {
    const text = { _type: 'span', text: 'أ' };
    const cell = { _type: 'cell', children: [text] };
    const taken = { ...cell, _key: 'c1', children: [text, { ...text, _key: 's1' }] };
    const link = { _type: 'link', _key: 's2', href: '/x' };
    const words = { _type: 'block', _key: 'b2', markDefs: [link], children: [{ ...text, _key: 's3', marks: ['s2'] }] };
    const rows = [
      { _type: 'row', cells: [cell, taken] },
      { _type: 'row', _key: 'r1', cells: [cell, cell] },
    ];
    const sent = [
      { _type: 'table', rows },
      { _type: 'block', children: [text, text] },
      { _type: 'image', url: 'https://a.example/1.jpg', captionBlock: words },
    ];
    const stored = JSON.stringify(await readBody(bodyInput.parse(sent)));
    const keys = [...stored.matchAll(/"_key":"(\w+)"/g)].map(([, key]) => key);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('may be a table, of which keys, marks and links may be left out', async () => {
    const link = { _type: 'link', _key: 'l', href: '/x' };
    const cells = [
      { _type: 'cell', head: 'row', children: [span('أ', 'l')], markDefs: [link] },
      { _type: 'cell', colSpan: 2, children: [] },
    ];
    const stored = await readBody(
      bodyInput.parse([{ _type: 'table', caption: 'ش\u202eرح', rows: [{ _type: 'row', cells }] }]),
    );
    const head = {
      _type: 'cell',
      _key: 'c1',
      head: 'row',
      markDefs: [link],
      children: [{ ...span('أ', 'l'), _key: 's1' }],
    };
    const empty = { _type: 'cell', _key: 'c2', colSpan: 2, markDefs: [], children: [{ ...span(''), _key: 's2' }] };
    expect(stored).toEqual([
      { _type: 'table', _key: 'b1', caption: 'شرح', rows: [{ _type: 'row', _key: 'r1', cells: [head, empty] }] },
    ]);
    expect(portableText.parse(stored)).toEqual(stored);
  });

  it('may have captions with links and marks, which are said plainly too', async () => {
    const link = { _type: 'link', _key: 'l', href: '/x' };
    const words = { _type: 'block', markDefs: [link], children: [span('شـ\u202eرح '), span('هنا', 'l')] };
    const plain = { _type: 'block', children: [span('وكالة')] };
    const [image, again] = await readBody(
      bodyInput.parse([
        { _type: 'image', url: 'https://a.example/1.jpg', captionBlock: words, creditBlock: plain },
        {
          _type: 'table',
          caption: 'هنا',
          captionBlock: { ...words, children: [span('هنا', 'l')] },
          rows: [row(cell())],
        },
      ]),
    );
    expect(image).toMatchObject({
      caption: 'شـرح هنا',
      credit: 'وكالة',
      captionBlock: { style: 'normal', markDefs: [link] },
    });
    expect(image).not.toHaveProperty('creditBlock');
    expect(again).toMatchObject({ caption: 'هنا', captionBlock: { children: [{ text: 'هنا', marks: ['l'] }] } });
    expect(portableText.parse([image, again])).toEqual([image, again]);
  });

  it.each([
    [
      'a caption that says something else with marks',
      [{ _type: 'image', url: 'https://a.example/1.jpg', caption: 'أ', captionBlock: block() }],
      '/0/captionBlock other_words',
    ],
    [
      'a credit with a mark without a meaning',
      [{ _type: 'image', url: 'https://a.example/1.jpg', creditBlock: block({ children: [span('x', 'l9')] }) }],
      '/0/creditBlock/children/0/marks/0 unknown_mark',
    ],
    [
      'a caption too long',
      [{ ...table([row(cell())]), captionBlock: block({ children: [span('س'.repeat(5001))] }) }],
      '/0/captionBlock too_big',
    ],
    [
      'a caption that is a list',
      [{ ...table([row(cell())]), captionBlock: block({ listItem: 'bullet' }) }],
      '/0/captionBlock/listItem unknown_field',
    ],
    ['a table without rows', [table([])], '/0/rows too_small'],
    ['a row without cells', [table([{ _type: 'row', cells: [] }])], '/0/rows/0/cells too_small'],
    [
      'a mark without a meaning in a cell',
      [table([row(cell({ children: [span('x', 'l9')] }))])],
      '/0/rows/0/cells/0/children/0/marks/0 unknown_mark',
    ],
    [
      'two cells of one key',
      [table([row(cell({ _key: 'a' }), cell({ _key: 'a' }))])],
      '/0/rows/0/cells/1/_key duplicate_key',
    ],
    [
      'two rows of one key',
      [
        table([
          { ...row(cell()), _key: 'a' },
          { ...row(cell()), _key: 'a' },
        ]),
      ],
      '/0/rows/1/_key duplicate_key',
    ],
    ['a cell of no width', [table([row(cell({ colSpan: 0 }))])], '/0/rows/0/cells/0/colSpan too_small'],
    ['an unknown block', [{ _type: 'gallery' }], '/0/_type invalid_union'],
    ['an unknown field', [block({ onclick: 'x' })], '/0/onclick unknown_field'],
    ['an unknown style', [block({ style: 'h1' })], '/0/style invalid_value'],
    [
      'a mark without a meaning',
      [block(), block({ children: [span('x', 'l9')] })],
      '/1/children/0/marks/0 unknown_mark',
    ],
    [
      'words that two links share',
      [
        block({
          markDefs: ['a', 'b'].map((_key) => ({ _type: 'link', _key, href: `/${_key}` })),
          children: [span('x', 'a'), span('y', 'a', 'em', 'a', 'b')],
        }),
      ],
      '/0/children/1/marks/3 second_link',
    ],
    ['a level outside a list', [block({ level: 2 })], '/0/level level_outside_list'],
    ['a number outside a list', [block({ start: 2 })], '/0/start start_outside_numbers'],
    ['a number of a bullet', [block({ listItem: 'bullet', start: 2 })], '/0/start start_outside_numbers'],
    ['a number below zero', [block({ listItem: 'number', start: -1 })], '/0/start too_small'],
    ['a number that is none', [block({ listItem: 'number', start: 1.5 })], '/0/start invalid_type'],
    ['a number too high', [block({ listItem: 'number', start: 1_000_001 })], '/0/start too_big'],
    ['a level too deep', [block({ listItem: 'bullet', level: 7 })], '/0/level too_big'],
    ['two blocks of one key', [block({ _key: 'a' }), block({ _key: 'a' })], '/1/_key duplicate_key'],
    [
      'a link named like a decorator',
      [block({ markDefs: [{ _type: 'link', _key: 'strong', href: '/' }] })],
      '/0/markDefs/0/_key reserved_key',
    ],
    [
      'an unsafe link',
      [block({ markDefs: [{ _type: 'link', _key: 'l', href: 'javascript:alert(1)' }] })],
      '/0/markDefs/0/href unsafe_link',
    ],
    ['an unsafe image', [{ _type: 'image', url: 'data:image/png;base64,AA' }], '/0/url unsafe_url'],
    ['text that is none', [block({ children: [{ _type: 'span', text: 5 }] })], '/0/children/0/text invalid_type'],
    ['two forms at once', { text: 'a', html: 'b' }, ' one_form'],
    ['no form', {}, ' one_form'],
    ['an unknown form', { rtf: 'x', text: 'a' }, '/rtf unknown_field'],
    ['a form of the wrong type', { markdown: 5 }, '/markdown invalid_type'],
    ['too many blocks', Array.from({ length: maxBlocks + 1 }, () => block()), ' too_many_blocks'],
    ['too much text', [block({ children: [span('س'.repeat(maxTextLength + 1))] })], ' too_much_text'],
  ])('is refused for %s, with a pointer to it', (_, body, problem) => {
    expect(problemsOf(body)).toContain(problem);
  });

  it('is not refused for any of these reasons when it is right', () => {
    const link = { _type: 'link', _key: 'l', href: 'https://example.com' };
    expect(
      problemsOf([block({ listItem: 'number', level: 6, markDefs: [link], children: [span('x', 'em', 'l')] })]),
    ).toEqual([]);
  });

  it('names problems of a converted body under the form that was sent', async () => {
    await expect(readBody({ html: '<p>x'.repeat(maxBlocks + 1) }, '/sections/2/body')).rejects.toMatchObject({
      code: 'invalid-request',
      errors: [{ in: 'body', pointer: '/sections/2/body/html', code: 'too_many_blocks' }],
    });
  });
});

describe('a body that is answered', () => {
  it('is encoded by the schema without being changed', async () => {
    const stored = await readBody({ markdown: '# عنوان\n\n**نص** [رابط](https://example.com)\n\n- أ\n  1. ب\n\n---' });
    expect(z.encode(portableText, stored)).toEqual(stored);
  });

  it('is described in JSON Schema', () => {
    expect(z.toJSONSchema(portableText, { io: 'output' })).toMatchObject({ type: 'array' });
    expect(z.toJSONSchema(bodyInput, { io: 'input' })).toHaveProperty('anyOf');
  });
});
