import { describe, expect, it } from 'vitest';
import { createAnalyser, indexText, standardAnalyser } from '../../src/arabic/analyse.ts';
import { fold } from '../../src/arabic/fold.ts';
import { parseQuery } from '../../src/arabic/query.ts';
import { stem } from '../../src/arabic/stem.ts';

/** Families of words that a reader takes for one. */
const families = {
  'the alliance': 'التحالف تحالف تحالفات والتحالف بالتحالف للتحالف لتحالف التحالفات تحالفا وبالتحالف تحالفهم',
  Syria: 'سوريا سورية السورية السوري السوريين بسوريا وسوريا لسوريا السوريون',
  America: 'الأميركي الأمريكي أمريكا أميركا الأمريكية الأميركية الأميركيين الأمريكيون',
  conference: 'مؤتمر المؤتمرات مؤتمرات مؤتمرا بمؤتمر المؤتمر مؤتمرين',
  agreement: 'اتفاق إتفاق الاتفاقية اتفاقيات باتفاق الاتفاق اتفاقا',
  'Islamic State': 'داعش لداعش وداعش بداعش',
  responsible: 'مسؤول مسئول المسؤولون المسئولين مسؤولين',
  Gaza: 'غزة غزه بغزة لغزة',
  Lebanon: 'لبنان لبناني اللبنانية بلبنان اللبنانيين ولبنان للبنان للبنانيين',
  refugees: 'لاجئ لاجئين اللاجئين للاجئين وللاجئين',
  committee: 'لجنة اللجنة للجنة وللجنة باللجنة لجنتها',
  meeting: 'لقاء اللقاء للقاء بلقاء للقاءات واللقاءات',
  crisis: 'أزمة الأزمة للأزمة أزمات للأزمات',
  summit: 'قمة القمة للقمة',
  pound: 'جنيه الجنيه للجنيه',
  lira: 'ليرة الليرة لليرة بالليرة ليرات الليرات ليرته',
  God: 'الله لله ولله بالله والله',
  simple: 'بسيط البسيط بسيطة البسيطة ببسيط',
  patriarch: 'بطريرك البطريرك بطريركية للبطريرك',
  ballistic: 'باليستي الباليستي باليستية الباليستية',
  balloon: 'بالون البالون بالونات البالونات',
  volcanoes: 'براكين البراكين',
  land: 'بري البري برية البرية',
  oasis: 'واحة الواحة واحات الواحات',
  Britain: 'بريطانيا البريطاني بريطانية البريطانيين لبريطانيا',
  Germany: 'ألمانيا المانيا الألمانية ألماني بألمانيا',
  'to rise': 'ارتفاع ارتفع يرتفع ترتفع الارتفاع سيرتفع',
  'to resign': 'استقال يستقيل استقالوا الاستقالة استقالته',
  car: 'سيارة سيارات السيارة سيارته بسيارة سيارتين السيارتان وسيارتين سيارتي سيارتهم',
  company: 'شركة الشركة شركات شركتين الشركتان شركتي شركتها بشركتين',
  state: 'ولاية الولايات ولايتين ولايتي بولايتي للولايتين ولايته',
  operation: 'عملية عمليات عمليتين العمليتان عمليتي عملياته',
  language: 'لغة اللغات لغتين اللغتان لغتها لغته لغتنا',
  direction: 'جهة الجهات جهتين جهته جهتها بجهتي',
  health: 'صحة الصحة صحته صحتها',
  ministry: 'وزارة الوزارات وزارتي وزارتين وزارتها',
  Emirates: 'الإمارات إماراتي الإماراتية الإماراتيين',
  information: 'معلومات المعلومات معلوماتي المعلوماتية معلوماته',
  logistic: 'لوجستي اللوجستية لوجستيا',
  level: 'مستوى المستوى مستواه بمستواها مستويات',
  meaning: 'معنى المعنى معناه معناها',
  equality: 'مساواة المساواة مساواتها بالمساواة',
  life: 'حياة الحياة لحياة وحياة حياته حياتها لحياتهم',
  death: 'وفاة وفاته لوفاته وفاتها',
  match: 'مباراة المباراة مباراته مباراتين المباراتان',
  proof: 'إثبات الإثبات إثباته بإثباتها',
  debts: 'ديون الديون وديون بديون ديونها وديونها',
  'to become': 'بات باتت وباتت باتوا',
  parents: 'والد والدة الوالدة والدته والدتها ووالدتها والديه والديها والدهم والده',
  religion: 'دين الدين والدين بالدين',
  temporary: 'مؤقت مؤقتة مؤقتا المؤقت',
  girl: 'الفتيات فتيات للفتيات',
  year: 'سنوات السنوات سنوي السنوية سنواته',
  'this year': 'سنة السنة سنه بسنة سنتين وسنتين سنتان',
  forces: 'قوة قوات القوات بقوات قواته قواتهم',
} as const;

/** The same word as it may be typed, printed or stored. */
const spellings: Record<string, (word: string) => string> = {
  'as it is': (word) => word,
  'with vowel marks': (word) => word.replace(/(?<=.)(?=.)/gu, '\u064e').replace(/و/g, 'و\u0651'),
  'with tatweel': (word) => word.replace(/(?<=[بتسشعفقكلمنه])(?=\p{L})/gu, 'ــ'),
  'in presentation forms': (word) => word.replace(/[ابتدرسفقكلمني]/g, (letter) => presentationForms[letter] ?? letter),
  'with letters of a Persian keyboard': (word) => word.replaceAll('ك', 'ک').replaceAll('ي', 'ی'),
  decomposed: (word) => word.normalize('NFD'),
};

const presentationForms: Record<string, string> = {
  ا: 'ﺎ',
  ب: 'ﺒ',
  ت: 'ﺘ',
  د: 'ﺪ',
  ر: 'ﺮ',
  س: 'ﺴ',
  ف: 'ﻔ',
  ق: 'ﻘ',
  ك: 'ﻜ',
  ل: 'ﻠ',
  م: 'ﻤ',
  ن: 'ﻨ',
  ي: 'ﻴ',
};

/** Whether a search for one word finds a text of the other, at the latest when it is widened to other forms. */
function finds(query: string, text: string): boolean {
  const [word] = parseQuery(query).words;
  const terms = indexText(text);
  const phrases = [
    ...(word?.terms ?? []),
    ...(word?.alternatives ?? []).map((names) => names.join(' ')),
    ...(word?.related ?? []),
  ];
  return phrases.some((phrase) => ` ${terms} `.includes(` ${phrase} `));
}

describe('families of words', () => {
  describe.each(Object.entries(families))('%s', (_, family) => {
    it.each(Object.entries(spellings))('has one stem %s', (_, spell) => {
      const stems = new Set(family.split(' ').map((word) => indexText(spell(word))));
      expect([...stems]).toHaveLength(1);
    });
  });

  it.each([
    ['وزير', 'وزراء'],
    ['وزراء', 'الوزير'],
    ['وزير', 'الوزارة'],
    ['وزارة', 'وزيرها'],
    ['خبر', 'أخبار'],
    ['الأخبار', 'خبر'],
    ['مدينة', 'المدن'],
    ['قضايا', 'قضية'],
    ['داعش', 'تنظيم الدولة'],
    ['أميركا', 'الولايات المتحدة'],
    ['انجلترا', 'إنكلترا'],
    ['فيسبوك', 'فايسبوك'],
    ['elysee', 'Élysée'],
    ['2024', '٢٠٢٤'],
    ['نوفمبر', '11نوفمبر'],
    ['احمد', 'أحمد'],
    ['القاهره', 'القاهرة'],
  ])('a search for %s finds %s', (query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  it.each([
    ['لبنان', 'لبن'],
    ['وزارة', 'زر'],
    ['قانون', 'قانو'],
    ['بيروت', 'بيرو'],
    ['ألعاب', 'عاب'],
    ['والد', 'ولد'],
    ['مياه', 'مي'],
    ['غزة', 'غاز'],
    ['تونس', 'يونس'],
    ['فلسطين', 'فلس'],
    ['كلمة', 'كيلومتر'],
    ['التي', 'إله'],
    ['بيتين', 'بية'],
    ['المفتي', 'مفه'],
    ['الفتيات', 'ألف'],
    ['أختها', 'أخها'],
    ['سنوات', 'نواة'],
    ['وتراكم', 'وتر'],
    ['بلاتيني', 'لاتيني'],
  ])('does not take %s for %s', (word, other) => {
    expect(stem(fold(word))).not.toBe(stem(fold(other)));
  });

  it('never leaves fewer than three letters of a longer word, and does not touch other scripts', () => {
    for (const word of Object.values(families).join(' ').split(' ')) {
      expect(stem(fold(word)).length, word).toBeGreaterThanOrEqual(3);
    }
    expect(stem('running')).toBe('running');
    expect(stem('في')).toBe('في');
  });
});

describe('the settings of an analyser', () => {
  it('keeps protected words whole behind what is joined to them, and changes its version', () => {
    const analyser = createAnalyser({ protectedWords: ['الوفد', 'برقين'] });
    expect(standardAnalyser.indexText('برقين')).toBe('برق');
    expect(analyser.indexText('برقين وبرقين لبرقين البرقين')).toBe('برقين برقين برقين برقين');
    expect(analyser.indexText('الوفد')).toBe('الوفد');
    expect(analyser.version).not.toBe(standardAnalyser.version);
  });

  it('has the same version whatever the order of protected words and whatever the synonyms', () => {
    const one = createAnalyser({ protectedWords: ['برقين', 'الوفد'], synonyms: [] });
    const two = createAnalyser({ protectedWords: ['الوفد', 'بَرقين'], synonyms: [['أ', 'ب']] });
    expect(one.version).toBe(two.version);
  });
});
