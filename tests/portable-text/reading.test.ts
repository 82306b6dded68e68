import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/portable-text/body-input.ts';
import { toHtml } from '../../src/portable-text/to-html.ts';
import { toMarkdown } from '../../src/portable-text/to-markdown.ts';
import { toText } from '../../src/portable-text/to-text.ts';

/** One line for each block: its style or list, and its text with the marks of each span in braces. */
async function outline(input: Parameters<typeof readBody>[0]): Promise<string[]> {
  return (await readBody(input)).map((block) => {
    if (block._type === 'table') {
      const rows = block.rows.map(({ cells }) =>
        cells.map(({ head = '', colSpan = 1, rowSpan = 1, children }) => {
          const span = colSpan + rowSpan > 2 ? ` ${colSpan}x${rowSpan}` : '';
          return `${head[0] ?? ''}(${children.map(({ text, marks }) => text + (marks.length > 0 ? `{${marks}}` : '')).join('')}${span})`;
        }),
      );
      return `table ${block.caption ?? ''}: ${rows.map((cells) => cells.join(' ')).join(' / ')}`;
    }
    if (block._type !== 'block') {
      const { _key, ...rest } = block;
      return JSON.stringify(rest);
    }
    const href = new Map(block.markDefs.map((link) => [link._key, link.href]));
    const text = block.children
      .map((span) => span.text + (span.marks.length > 0 ? `{${span.marks.map((mark) => href.get(mark) ?? mark)}}` : ''))
      .join('');
    return `${block.listItem ? `${block.listItem}${block.level}${block.start === undefined ? '' : `@${block.start}`}` : block.style}: ${text}`;
  });
}

describe('HTML', () => {
  it.each<[string, string, string[]]>([
    [
      'paragraphs and marks',
      '<p>ماء H<sub>2</sub>O <u>خط</u></p><p>ثان',
      ['normal: ماء H2{sub}O خط{underline}', 'normal: ثان'],
    ],
    ['text of unknown elements', 'أ <custom-x>ب</custom-x> <blink>ج</blink>', ['normal: أ ب ج']],
    [
      'nested elements with a break between their words',
      '<div>أ<div>ب<p>ج</p>د</div></div>',
      ['normal: أ', 'normal: ب', 'normal: ج', 'normal: د'],
    ],
    ['headings below the heading of the section', '<h1>أ</h1><h3>ب</h3><h6>ج</h6>', ['h3: أ', 'h3: ب', 'h4: ج']],
    ['paragraphs of a quotation', '<blockquote><p>أ<p>ب</blockquote>', ['blockquote: أ', 'blockquote: ب']],
    ['lists within lists', '<ul><li>أ<ol><li>ب</ol><li>ج</ul>', ['bullet1: أ', 'number2: ب', 'bullet1: ج']],
    ['what browsers put quotation marks around', '<p>قال: <q>نعم، <q>ربما</q></q>.', ['normal: قال: "نعم، "ربما"".']],
    ['paragraphs of one list item as one item', '<ul><li><p>أ<p>ب</ul>', ['bullet1: أ\nب']],
    [
      'numbers of lists that begin elsewhere, go on after a picture, or begin again',
      '<ol start="4"><li>أ<li>ب</ol><img src="https://a.example/1.jpg"><ol start=6><li>ج<li value=9>د<li>هـ</ol><ol><li>و</ol>',
      [
        ...['number1@4: أ', 'number1: ب', '{"_type":"image","url":"https://a.example/1.jpg"}'],
        ...['number1@6: ج', 'number1@9: د', 'number1: هـ', 'number1@1: و'],
      ],
    ],
    [
      'numbers that count down, and those of items without words',
      '<ol reversed><li>أ<ol start=-2><li>ب</ol><li>ج</ol><p>د<ol><li><li>هـ<li>و</ol>',
      [...['number1@2: أ', 'number2: ب', 'number1@1: ج', 'normal: د', 'number1@2: هـ', 'number1: و']],
    ],
    [
      'numbers of lists as browsers count them, whose lists within stand beside items',
      '<ol reversed><li>أ</li><ul><li>ب</ul><li>ج</ol><p>د<ol start=" 7."><li>هـ</ol>',
      ['number1@2: أ', 'bullet2: ب', 'number1@1: ج', 'normal: د', 'number1@7: هـ'],
    ],
    [
      'lists within one another no deeper than bodies have them',
      '<ul><li>أ'.repeat(8),
      [...[1, 2, 3, 4, 5, 6, 6, 6].map((level) => `bullet${level}: أ`)],
    ],
    [
      'what follows a list, a picture or a quotation in an item as a paragraph, after which the numbers go on',
      '<ol><li>أ<ul><li>ب</ul>ج<br><br>ج<li><p>د<p>هـ<figure><img src="https://a.example/1.jpg"></figure><p>و<p>ز<li><img src="https://a.example/2.jpg">ح<li>ط<blockquote>ي</blockquote>ك<li><h3>ل</h3>م<li>ن</ol>',
      [
        ...['number1: أ', 'bullet2: ب', 'normal: ج', 'normal: ج', 'number1@2: د\nهـ'],
        ...['{"_type":"image","url":"https://a.example/1.jpg"}', 'normal: و', 'normal: ز'],
        ...['{"_type":"image","url":"https://a.example/2.jpg"}', 'number1@3: ح'],
        ...['number1: ط', 'blockquote: ي', 'normal: ك', 'number1@5: ل', 'normal: م', 'number1@6: ن'],
      ],
    ],
    ['text of a list that is in no item', '<ul>أ<li>ب</ul><li>ج', ['normal: أ', 'bullet1: ب', 'normal: ج']],
    ['breaks as lines, two breaks as paragraphs', 'أ<br>ب<br><br>ج', ['normal: أ\nب', 'normal: ج']],
    ['a table', '<table><tr><th>أ<th>ب<tr><td>1<td><p>2</p>3</table>', ['table : c(أ) c(ب) / (1) (2 3)']],
    [
      'heads of columns and rows, by place and by scope',
      '<table><caption>نقاط <b>الفرق</b></caption><thead><tr><td><th>أ</thead><tr><th>ب<td><b>1</b><tr><th scope=col>ج<td>2</table>',
      ['table نقاط الفرق: c() c(أ) / r(ب) (1{strong}) / c(ج) (2)'],
    ],
    [
      'merged cells, no further than their section goes',
      '<table><thead><tr><th colspan=2 rowspan=9>أ</thead><tr><td rowspan=0>ب<td colspan=1>ج<tr><td>د<tr><td>هـ</table>',
      ['table : c(أ 2x1) / (ب 1x3) (ج) / (د) / (هـ)'],
    ],
    [
      'the foot of a table below its body, wherever it was written',
      '<table><tfoot><tr><td>المجموع<td>3<tbody><tr><td>أ<td>3</table>',
      ['table : (أ) (3) / (المجموع) (3)'],
    ],
    [
      'the caption of a WordPress table',
      '<figure class="wp-block-table"><table><tr><td>أ<td>ب</table><figcaption>شرح</figcaption></figure>',
      ['table شرح: (أ) (ب)'],
    ],
    [
      'tables that only lay a page out as what is in them',
      '<table><tr><td><p>أ</p><img src="https://a.example/1.jpg"><td>ب</table><table><tr><td>ج</table><table role=presentation><tr><td>د<td>هـ</table>',
      ['normal: أ', '{"_type":"image","url":"https://a.example/1.jpg"}', 'normal: ب', 'normal: ج', 'normal: د | هـ'],
    ],
    [
      'pictures in the cells of a table behind it, and what they show in cells of their own',
      '<figure><table><thead><tr><th>صورة<th>لاعب<th>أهداف</thead><tr><td><figure><img src="https://a.example/1.jpg"><figcaption>خلال مباراة</figcaption></figure><td>أحمد<td>3<tr><td><img src="https://a.example/2.jpg" alt="سالم"><td>سالم <img src="https://a.example/3.png" alt="علم"> علي<td>2</table><figcaption>الهدافون</figcaption></figure>ن',
      [
        'table الهدافون: c(صورة) c(لاعب) c(أهداف) / () (أحمد) (3) / (سالم) (سالم علي) (2)',
        '{"_type":"image","url":"https://a.example/1.jpg","caption":"خلال مباراة"}',
        '{"_type":"image","url":"https://a.example/2.jpg","alt":"سالم"}',
        '{"_type":"image","url":"https://a.example/3.png","alt":"علم"}',
        'normal: ن',
      ],
    ],
    [
      'a table without heads, when words stand side by side in every row',
      '<table><tr><td><img src="https://a.example/1.png"> سوريا<td>2<tr><td>لبنان<td>1</table>',
      ['table : (سوريا) (2) / (لبنان) (1)', '{"_type":"image","url":"https://a.example/1.png"}'],
    ],
    [
      'the portrait over a table of facts behind it',
      '<table><tr><td colspan=2><img src="https://a.example/1.jpg"><tr><th>الاسم<td>ليلى<tr><th>المدينة<td>حلب</table>',
      ['table : r(الاسم) (ليلى) / r(المدينة) (حلب)', '{"_type":"image","url":"https://a.example/1.jpg"}'],
    ],
    [
      'a picture that cannot be kept as its words, in its cell',
      '<table><tr><th>بلد<th>نقاط<tr><td><img src="/flag.png" alt="سوريا"><td>2</table>',
      ['table : c(بلد) c(نقاط) / (سوريا) (2)'],
    ],
    [
      'pictures laid out with their captions and texts by a table as what they are',
      '<table><tr><td><img src="https://a.example/1.jpg"><td><img src="https://a.example/2.jpg"><tr><td>أ<td>ب</table><table><tr><th><img src="https://a.example/3.jpg"><td>سيرة<tr><th><img src="https://a.example/4.jpg"><td>أخرى</table><table><tr><td><img src="https://a.example/5.jpg">ج<td><img src="https://a.example/6.jpg">د<tr><td><img src="https://a.example/7.jpg">هـ<td><img src="https://a.example/8.jpg">و</table>',
      [
        ...['{"_type":"image","url":"https://a.example/1.jpg"}', '{"_type":"image","url":"https://a.example/2.jpg"}'],
        'normal: أ | ب',
        ...['{"_type":"image","url":"https://a.example/3.jpg"}', 'normal: سيرة'],
        ...['{"_type":"image","url":"https://a.example/4.jpg"}', 'normal: أخرى'],
        ...['{"_type":"image","url":"https://a.example/5.jpg"}', 'normal: ج'],
        ...['{"_type":"image","url":"https://a.example/6.jpg"}', 'normal: د'],
        ...['{"_type":"image","url":"https://a.example/7.jpg"}', 'normal: هـ'],
        ...['{"_type":"image","url":"https://a.example/8.jpg"}', 'normal: و'],
      ],
    ],
    [
      'styles of word processors',
      '<b style="font-weight:normal"><span style="font-weight:700">أ</span> ب</b>',
      ['normal: أ{strong} ب'],
    ],
    [
      'notes without links to places that bodies do not keep, and without the arrows back',
      [
        '<h2 id="أ">عنوان</h2><p>نص<sup data-fn="0b" class="fn"><a href="#0b" id="0b-link">1</a></sup> <a href="#%D8%A3">عنوان</a> <a href="#s2">قسم</a> <a href="#">أعلى</a></p>',
        '<ol><li id="0b">حاشية <a href="/x">هنا</a>. <a href="#0b-link">↩︎</a></li></ol>',
        '<p>نص<a href="#_ftn2" name="_ftnref2">[2]</a><a name="n" href="#m">*</a> <a href="#n">حاشية</a>',
      ].join(''),
      [
        ...['h3: عنوان', 'normal: نص1{sup} عنوان قسم{#s2} أعلى{#}', 'number1: حاشية هنا{/x}.'],
        'normal: نص[2]*{#m} حاشية',
      ],
    ],
    [
      'links of word processors without their underlines',
      '<a href="/x" style="text-decoration:underline"><span style="text-decoration:underline">أ</span></a> <span style="text-decoration:underline">ب</span>',
      ['normal: أ{/x} ب{underline}'],
    ],
    [
      'every style that has a form here, in whatever case it is written',
      '<i>أ<span style="font-style: normal">ب</span></i><span STYLE="FONT-STYLE:OBLIQUE">ج</span> <span style="text-decoration:underline line-through">د</span> <span style="vertical-align:sub">هـ</span><span style="vertical-align:super">و</span> <span style="font-weight:500">ز</span>',
      ['normal: أ{em}بج{em} د{underline,strike-through} هـ{sub}و{sup} ز'],
    ],
    ['safe links', '<a href=" https://example.com/a b ">أ</a>', ['normal: أ{https://example.com/a%20b}']],
    [
      'no scripts, styles or empty paragraphs',
      '<script>x</script><style>y</style><p>&nbsp;<p>&#8203;<p>أ',
      ['normal: أ'],
    ],
    [
      'a figure with its caption and credit',
      '<figure><img src="https://a.example/1.jpg" alt="ص" width="10"><figcaption>شرح <small>وكالة</small></figcaption></figure>',
      ['{"_type":"image","url":"https://a.example/1.jpg","alt":"ص","caption":"شرح","credit":"وكالة","width":10}'],
    ],
    [
      'a caption with its links and marks, beside its plain words',
      '<figure><img src="https://a.example/1.jpg"><figcaption><p>شرح <a href="/x"><i>هنا</i></a></p><p>أ</p> <small>وكالة <a href="/y">ص</a></small></figcaption></figure><table><caption><b>ن</b></caption><tr><td>أ<td>ب</table>',
      [
        '{"_type":"image","url":"https://a.example/1.jpg","caption":"شرح هنا\\nأ","credit":"وكالة ص","captionBlock":{"_type":"block","_key":"b2","style":"normal","markDefs":[{"_type":"link","_key":"l1","href":"/x"}],"children":[{"_type":"span","_key":"s1","text":"شرح ","marks":[]},{"_type":"span","_key":"s2","text":"هنا","marks":["em","l1"]},{"_type":"span","_key":"s3","text":"\\n","marks":[]},{"_type":"span","_key":"s4","text":"أ","marks":[]}]},"creditBlock":{"_type":"block","_key":"b3","style":"normal","markDefs":[{"_type":"link","_key":"l1","href":"/y"}],"children":[{"_type":"span","_key":"s5","text":"وكالة ","marks":[]},{"_type":"span","_key":"s6","text":"ص","marks":["l1"]}]}}',
        'table ن: (أ) (ب)',
      ],
    ],
    [
      'paragraphs that old editors left blank lines between, outside of elements only',
      'أ <b>ب</b>\nج\n&nbsp;\nد\n\n<i>هـ</i>\n\n<h2>و</h2>\n<p>ز\n\nح</p>\n<div>ط\n\nي</div>\n\nك',
      ['normal: أ ب{strong} ج', 'normal: د', 'normal: هـ{em}', 'h3: و', 'normal: ز ح', 'normal: ط ي', 'normal: ك'],
    ],
    ['a blank line in a cell of a table as a space', '<table><tr><td>أ\n\nب<td>ج</table>', ['table : (أ ب) (ج)']],
    [
      'breaks around a line of blanks as paragraphs, and no blanks at the ends of one',
      '<p>&nbsp;&nbsp;أ<br>ب&nbsp;<br>&nbsp;<br>ج&nbsp;</p>',
      ['normal: أ\nب', 'normal: ج'],
    ],
    [
      'poems as lines with their marks, programs as code',
      '<pre class="wp-block-verse">Do not go\n  <em>gentle</em></pre><pre>قفا نبكِ\nبسقط اللوى\n\nفتوضح</pre><pre>ls # عرض</pre><pre># عرض\n  ls</pre><pre><code>س = 1</code></pre>',
      [
        ...['normal: Do not go\ngentle{em}', 'normal: قفا نبكِ\nبسقط اللوى', 'normal: فتوضح'],
        ...['{"_type":"code","code":"ls # عرض"}', '{"_type":"code","code":"# عرض\\n  ls"}'],
        '{"_type":"code","code":"س = 1"}',
      ],
    ],
    [
      'posts of networks as embeds that say their words',
      [
        '<blockquote class="twitter-tweet"><p lang="ar">نص <a href="https://t.co/x">رابط</a></p>— فلان (@f) <a href="https://twitter.com/f/status/1">11 نوفمبر</a></blockquote><script src="https://platform.twitter.com/widgets.js"></script>',
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/X/"><div><a href="https://www.instagram.com/p/X/?a=b">منشور</a></div></blockquote>',
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@f/video/1"><section>كلمة</section><section>أخرى</section></blockquote>',
        '<div class="fb-post" data-href="https://www.facebook.com/f/posts/1"></div>',
        '<figure class="kg-card kg-bookmark-card"><a href="https://a.example/1"><div>عنوان</div><div>وصف<img src="https://a.example/icon.png"></div></a></figure>',
        '<blockquote class="text-post-media" data-text-post-permalink="https://www.threads.com/@f/post/1"><style>p{}</style>نص <strong>مه</strong>م<div>سطر</div>آخر</blockquote>',
        '<blockquote class="twitter-tweet">بلا عنوان</blockquote>',
        `<blockquote class="twitter-tweet" cite="https://twitter.com/f/status/2">${'س'.repeat(5001)}</blockquote>`,
      ].join(''),
      [
        '{"_type":"embed","url":"https://twitter.com/f/status/1","title":"نص رابط — فلان (@f) 11 نوفمبر"}',
        '{"_type":"embed","url":"https://www.instagram.com/p/X/","title":"منشور"}',
        '{"_type":"embed","url":"https://www.tiktok.com/@f/video/1","title":"كلمة أخرى"}',
        '{"_type":"embed","url":"https://www.facebook.com/f/posts/1"}',
        '{"_type":"embed","url":"https://a.example/1","title":"عنوان وصف"}',
        '{"_type":"embed","url":"https://www.threads.com/@f/post/1","title":"نص مهم سطر آخر"}',
        ...['blockquote: بلا عنوان', `blockquote: ${'س'.repeat(5001)}`],
      ],
    ],
    [
      'players and files without their buttons',
      '<figure class="kg-card kg-video-card"><div><video src="https://a.example/v.mp4"></video><div class="kg-video-player-container"><span>0:00</span><button>1×</button></div></div><figcaption>شرح</figcaption></figure><div class="wp-block-file"><a href="https://a.example/1.pdf">التقرير</a><a class="wp-block-file__button" href="https://a.example/1.pdf" download>تنزيل</a></div>',
      ['{"_type":"embed","url":"https://a.example/v.mp4","title":"شرح"}', 'normal: التقرير{https://a.example/1.pdf}'],
    ],
    [
      'pictures that are loaded late, and not what stands in for them',
      '<img src="https://a.example/blank.gif" data-src="https://a.example/1.jpg"><img src="data:x" data-lazy-src="https://a.example/2.jpg"><noscript><img src="https://a.example/2.jpg"></noscript><img src="data:x" data-srcset=" https://a.example/3,w.jpg 1x, https://a.example/4.jpg 2x">',
      [
        ...['{"_type":"image","url":"https://a.example/1.jpg"}', '{"_type":"image","url":"https://a.example/2.jpg"}'],
        '{"_type":"image","url":"https://a.example/3,w.jpg"}',
      ],
    ],
    [
      'the caption of a figure before the title of its picture, and as paragraphs where it holds more than words',
      '<figure><img src="https://a.example/1.jpg" title="DSC_1"><figcaption>شرح</figcaption></figure><figure><img src="https://a.example/2.jpg"><figcaption>أ<img src="https://a.example/3.jpg"></figcaption></figure><table><caption>ب<img src="https://a.example/4.jpg"></caption><tr><td>ج<td>د</table>',
      [
        ...['{"_type":"image","url":"https://a.example/1.jpg","caption":"شرح"}'],
        ...[
          '{"_type":"image","url":"https://a.example/2.jpg"}',
          'normal: أ',
          '{"_type":"image","url":"https://a.example/3.jpg"}',
        ],
        ...['normal: ب', '{"_type":"image","url":"https://a.example/4.jpg"}', 'normal: ج | د'],
      ],
    ],
    ['the words of an image it cannot keep', '<img src="data:x" alt="وصف">', ['normal: وصف']],
    [
      'frames as embeds',
      '<iframe src="//video.example/1" title="فيديو"></iframe><iframe src="about:blank" data-src="https://video.example/2"></iframe><video><source src="/3.webm"><source src="https://video.example/3.mp4"></video>',
      [
        '{"_type":"embed","url":"https://video.example/1","title":"فيديو"}',
        '{"_type":"embed","url":"https://video.example/2"}',
        '{"_type":"embed","url":"https://video.example/3.mp4"}',
      ],
    ],
    [
      'an address in a WordPress embed, with its caption',
      '<figure class="wp-block-embed"><div>\nhttps://video.example/1\n</div></figure><figure class="wp-block-embed"><div>https://video.example/2</div><figcaption>شرح <a href="/x">هنا</a></figcaption></figure>',
      [
        '{"_type":"embed","url":"https://video.example/1"}',
        ...['{"_type":"embed","url":"https://video.example/2"}', 'normal: شرح هنا{/x}'],
      ],
    ],
    [
      'code with its language',
      '<pre><code class="language-js">a\n  b\n</code></pre>',
      ['{"_type":"code","language":"js","code":"a\\n  b"}'],
    ],
  ])('is read: %s', async (_, html, expected) => {
    expect(await outline({ html })).toEqual(expected);
  });
});

describe('HTML of any shape', () => {
  const tags =
    'b i u p div ul ol li table caption thead tr td th img h1 h5 blockquote figure figcaption pre code a span x-y dl dt details br hr sub center font button noscript';
  const tag = fc.constantFrom(...tags.split(' '));
  const token = fc.oneof(
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
    fc.constant(''),
  );

  it('never loses a word', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(token, fc.constantFrom('', ' ', '\n\n')), { maxLength: 40 }),
        async (parts) => {
          const words: string[] = [];
          const html = parts.map(
            ([markup, space]) =>
              markup + (space === '' ? '' : `${space}${words[words.push(`كلمة${words.length}`) - 1]}${space}`),
          );
          const text = toText(await readBody({ html: html.join('') }));
          expect(text.match(/كلمة\d+/g)?.sort() ?? []).toEqual(words.sort());
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('Markdown', () => {
  it.each<[string, string, string[]]>([
    ['lines that run on, and lines that break', 'أ\nب\\\nج', ['normal: أ ب\nج']],
    ['marks', '**أ** *ب* ~~ج~~ `د` <u>هـ</u>', ['normal: أ{strong} ب{em} ج{strike-through} د{code} هـ{underline}']],
    ['headings', '# أ\n\n#### ب', ['h3: أ', 'h4: ب']],
    ['lists', '- أ\n\n  ب\n- ج\n  1. د', ['bullet1: أ\nب', 'bullet1: ج', 'number2: د']],
    [
      'numbers of lists',
      '4. أ\n5. ب\n\n   - ج\n\n   د\n\n---\n\n6. هـ',
      ['number1@4: أ', 'number1: ب', 'bullet2: ج', 'normal: د', '{"_type":"break"}', 'number1@6: هـ'],
    ],
    ['quotations, also nested', '> أ\n>\n> > ب\n>\n> ج', ['blockquote: أ', 'blockquote: ب', 'blockquote: ج']],
    [
      'full addresses as links, and no others',
      'https://a.example/x_y و a.example',
      ['normal: https://a.example/x_y{https://a.example/x_y} و a.example'],
    ],
    [
      'addresses without the punctuation behind them, Arabic too',
      'https://a.example/خ، «https://a.example/?ب=؟ج»؛ https://a.example؟!…',
      [
        'normal: https://a.example/خ{https://a.example/خ}، «https://a.example/?ب=؟ج{https://a.example/?ب=؟ج}»؛ https://a.example{https://a.example}؟!…',
      ],
    ],
    ['Arabic addresses as they are', '[أ](https://a.example/خبر)', ['normal: أ{https://a.example/خبر}']],
    [
      'images with alternative text and caption',
      '![و\\*صف](https://a.example/1.jpg "شرح")',
      ['{"_type":"image","url":"https://a.example/1.jpg","alt":"و*صف","caption":"شرح"}'],
    ],
    ['unsafe links as their words', '[أ](javascript:alert(1)) <javascript:x>', ['normal: أ javascript:x']],
    [
      'code, breaks and tables',
      '```js\nx\n```\n\n---\n\n|أ|ب|\n|-|-|\n|1|2|',
      ['{"_type":"code","language":"js","code":"x"}', '{"_type":"break"}', 'table : c(أ) c(ب) / (1) (2)'],
    ],
    [
      'notes as they are written, beside addresses for links',
      'نص[^1] [رابط][أ]\n\n[^1]: وكالة\n\n[^2]: https://a.example/1\n\n[أ]: /x',
      ['normal: نص[^1] رابط{/x}', 'normal: [^1]: وكالة', 'normal: [^2]: https://a.example/1{https://a.example/1}'],
    ],
    [
      'pictures in tables',
      '|بلد|نقاط|\n|-|-|\n|![علم](https://a.example/1.png) سوريا|2|',
      ['table : c(بلد) c(نقاط) / (سوريا) (2)', '{"_type":"image","url":"https://a.example/1.png","alt":"علم"}'],
    ],
  ])('is read: %s', async (_, markdown, expected) => {
    expect(await outline({ markdown })).toEqual(expected);
  });

  it('is written with tags where Arabic prefixes would keep delimiters from being seen', async () => {
    expect(toMarkdown(await readBody({ html: 'و<b>«نص»</b> ثم <b>نص</b> آخر' }))).toBe(
      'و<strong>«نص»</strong> ثم **نص** آخر\n',
    );
  });
});

describe('a table', () => {
  const html =
    '<table><caption>النتائج</caption><thead><tr><th colspan="2">فريق</th><th>نقاط</th></tr></thead><tr><th>1</th><td>الوحدة <a href="/w">هنا</a></td><td></td></tr></table>';

  it('is written with its caption, heads and merged cells', async () => {
    const body = await readBody({ html });
    const written = [
      '<table>\n<caption dir="auto">النتائج</caption>\n<thead>\n',
      '<tr><th scope="col" colspan="2" dir="auto">فريق</th><th scope="col" dir="auto">نقاط</th></tr>\n</thead>\n<tbody>\n',
      '<tr><th scope="row">1</th><td dir="auto">الوحدة <a href="/w">هنا</a></td><td></td></tr>\n',
      '</tbody>\n</table>\n',
    ].join('');
    expect(toHtml(body)).toBe(written);
    expect(toHtml(body, 'https://a.example/x/')).toContain('<a href="https://a.example/w">');
    // Markdown has no form for the merged cell.
    expect(toMarkdown(body)).toBe(written);
    expect(toText(body)).toBe('النتائج\nفريق\tنقاط\n1\tالوحدة هنا\t');
  });

  it('is Markdown where Markdown has a form for it', async () => {
    const markdown = '| أ | **ب** |\n| --- | --- |\n| 1\\. | [هنا](</w>) |\n|  | 2 |\n';
    expect(toMarkdown(await readBody({ markdown }))).toBe(markdown);
    expect(toMarkdown(await readBody({ markdown: '|أ|ب|\n|-|-|\n|1|2 \\| 3|' }))).toMatch(/^<table>/);
  });
});

describe('a body as HTML', () => {
  it('has one quotation where its paragraphs follow one another, and names an embed without a title by its address', async () => {
    const body = await readBody({ markdown: '> أ\n>\n> ب\n\nج\n\n> د' });
    expect(toHtml(body)).toBe(
      [
        '<blockquote><p dir="auto">أ</p>\n<p dir="auto">ب</p></blockquote>\n<p dir="auto">ج</p>\n',
        '<blockquote><p dir="auto">د</p></blockquote>\n',
      ].join(''),
    );
    const video = await readBody([{ _type: 'embed', url: 'https://a.example/v' }]);
    expect(toHtml(video)).toContain('<a href="https://a.example/v" rel="noopener">https://a.example/v</a>');
  });
});

describe('plain text', () => {
  it('is read: blank lines part paragraphs, other breaks stay', async () => {
    expect(await outline({ text: '\r\n\r\n أ\r\nب \n \t\nج\n\n\n' })).toEqual(['normal: أ\nب', 'normal: ج']);
  });

  it('has no paragraphs of directional marks alone, nor has HTML: Word leaves them on blank lines', async () => {
    const body = ['normal: أ\u200f', 'normal: ب'];
    expect(await outline({ text: '\u200f\n\nأ\u200f\n \u200f\nب\n\n\u200e\n\u061c' })).toEqual(body);
    expect(await outline({ html: '<p>أ&rlm;</p><p>&nbsp;&rlm;</p><p>ب</p><ul><li>&lrm;</ul>' })).toEqual(body);
  });

  it('is written with the words of captions, lists and code, and without addresses', async () => {
    const markdown = '# عنوان\n\nنص **مهم**\n\n- أ\n- ب\n\n![بديل](https://a.example/1.jpg "شرح")\n\n---\n\n    رمز';
    expect(toText(await readBody({ markdown }))).toBe('عنوان\n\nنص مهم\n\nأ\nب\n\nشرح\n\nرمز');
  });
});
