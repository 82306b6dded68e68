import type { Command } from 'commander';
import { language } from './language.ts';

/** Makes commander speak Arabic where the environment does: its titles in help, and its errors. */
export function translateCommander(program: Command): void {
  if (language === 'en') return;
  program
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .configureOutput({ outputError: (text, write) => write(inArabic(text)) });
}

const titles: Record<string, string> = {
  'Usage:': 'الاستعمال:',
  'Options:': 'الخيارات:',
  'Commands:': 'الأوامر:',
  'Arguments:': 'المعاملات:',
};

const sentences: [RegExp, string][] = [
  [/^error: unknown option '(.*?)'/, 'خطأ: خيار غير معروف: $1'],
  [/^error: unknown command '(.*?)'/, 'خطأ: أمر غير معروف: $1'],
  [/^error: missing required argument '(.*?)'/, 'خطأ: المعامل المطلوب غير موجود: $1'],
  [/^error: required option '(.*?)' not specified/, 'خطأ: الخيار المطلوب غير موجود: $1'],
  [/^error: option '(.*?)' argument missing/, 'خطأ: يحتاج هذا الخيار إلى قيمة: $1'],
  [/^error: option '(.*?)' argument '(.*?)' is invalid\./, 'خطأ: القيمة «$2» غير صالحة للخيار $1.'],
  [
    /^error: command-argument value '(.*?)' is invalid for argument '(.*?)'\./,
    'خطأ: القيمة «$1» غير صالحة للمعامل $2.',
  ],
  [
    /^error: too many arguments.* Expected (\d+) arguments? but got (\d+): (.*)\.$/m,
    'خطأ: المعاملات أكثر من اللازم: المتوقع $1 والمعطى $2 ($3).',
  ],
  [/^error: option '(.*?)' cannot be used with option '(.*?)'/, 'خطأ: لا يُستعمل الخيار $1 مع الخيار $2'],
  [/\(Did you mean one of (.*?)\?\)/, '(هل تقصد واحدًا من: $1؟)'],
  [/\(Did you mean (.*?)\?\)/, '(هل تقصد $1؟)'],
];

function inArabic(text: string): string {
  return sentences.reduce((said, [english, arabic]) => said.replace(english, arabic), text);
}
