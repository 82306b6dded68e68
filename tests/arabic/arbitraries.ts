import fc from 'fast-check';

/** Pieces that text functions stumble over: marks, joiners, controls, presentation forms, halves of characters. */
const troublesome = [
  ...'اأإآٱبتةىيیکگؤئءهولسـ',
  ...'۱١1²½ﷺﻻﱢﹱK Å ßİΣAaéÉ',
  ...['\u064b', '\u0651', '\u0653', '\u0654', '\u0655', '\u0670', '\u0301', '\u0323', '\u0345', '\u034f'],
  ...['\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u061c', '\u202a', '\u202c', '\u202e', '\u2066', '\u2069'],
  ...[
    '\u00ad',
    '\ufeff',
    '\u0000',
    '\u001a',
    '\u0085',
    '\u2028',
    '\r',
    '\n',
    '\t',
    ' ',
    '\ue000',
    '\uffff',
    '\ud800',
    '\udc00',
  ],
  ...['👩‍👩‍👧', '🇸🇾', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\u{1f3f4}', '\u{e0067}', '\u{e007f}', '\ufe0f', '❤️', 'ᄀ', 'ᅡ', 'ᆨ', 'क', '्', 'न्‍'],
  ...'"«»“”-*():<>&\'%/?#.…،؛',
];

/** Words of news with what writers add to them, and anything else that a text may hold. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...troublesome), { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc
    .array(
      fc.constantFrom(
        'والتحالفات',
        'مَدْرَسَةٌ',
        'عـــاجل',
        'كريم',
        'کریم',
        'ﻻجئ',
        '٢٠٢٥',
        '11نوفمبر',
        'Élysée',
        '،',
        '«',
        '»',
      ),
    )
    .map((words) => words.join(' ')),
);
