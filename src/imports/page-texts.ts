import { counted } from '../arabic/counted.ts';

const parts = { headline: 'العنوان مفقود', source: 'المصدر مفقود', date: 'التاريخ مفقود' };

/** What is told about a news page that lacks something, or of which something was guessed. */
export const pageTexts = {
  empty: { en: 'The file has no text.', ar: 'لا نص في الملف.' },
  noText: {
    en: 'The text is missing: nothing follows the line with headline, source and date.',
    ar: 'النص مفقود: لا شيء بعد سطر العنوان والمصدر والتاريخ.',
  },
  missing: (part: keyof typeof parts) => ({
    en: `The ${part} is missing: a line «headline - source, date» is expected near the top.`,
    ar: `${parts[part]}: يُتوقع قرب البداية سطر على شكل «العنوان - المصدر، التاريخ».`,
  }),
  badDate: (date: string) => ({
    en: `The date «${date}» cannot be read, does not exist, or contradicts its weekday.`,
    ar: `التاريخ «${date}» غير مفهوم أو لا وجود له أو لا يوافق اسم يومه.`,
  }),
  noTime: (date: string) => ({
    en: `The date «${date}» has no time of day; the start of that day is taken.`,
    ar: `التاريخ «${date}» بلا ساعة، فاعتُمد أول ذلك اليوم.`,
  }),
  cut: (count: number) => ({
    en: `${counted(count, 'lines', 'en')} after the comment count ${count === 1 ? 'was' : 'were'} left out.`,
    ar: `أُهمل ما بعد عدد التعليقات: ${counted(count, 'lines', 'ar')}.`,
  }),
  commentsElsewhere: (count: number) => ({
    en: `The page counts ${counted(count, 'comments', 'en')}, but their text is not in it.`,
    ar: `تذكر الصفحة ${counted(count, 'comments', 'ar')} لكن النص ليس فيها.`,
  }),
};
