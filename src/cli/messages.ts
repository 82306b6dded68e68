import { counted, type Noun } from '../arabic/counted.ts';
import { plural } from '../arabic/plurals.ts';
import type { LocalText } from '../errors.ts';
import type { Stage } from '../search/state.ts';

const stages: Record<Stage, string> = { publications: 'المنشورات', articles: 'المقالات', comments: 'التعليقات' };

/**
 * Everything that commands tell people, help texts apart (help-texts.ts). To add a message, add its English and its
 * Arabic here, with a function around them where it has parameters, and print `say(messages.name)`.
 */
export const messages = {
  // What every command may have to say.
  noDatabase: (path: string) => ({
    en: `There is no database at ${path}. DATABASE_URL says where it is.`,
    ar: `لا توجد قاعدة بيانات في ${path}. المتغيّر DATABASE_URL هو الذي يحدد مكانها.`,
  }),
  noFolder: (path: string) => ({ en: `There is no folder ${path}.`, ar: `لا يوجد مجلد بالاسم ${path}.` }),
  noFile: (path: string) => ({ en: `There is no file ${path}.`, ar: `لا يوجد ملف بالاسم ${path}.` }),
  isFolder: (path: string) => ({ en: `${path} is a folder.`, ar: `هذا مجلد لا ملف: ${path}` }),
  cannotRead: (path: string, reason: string) => ({
    en: `${path} cannot be read (${reason}).`,
    ar: `تعذّرت قراءة الملف ${path} (${reason}).`,
  }),
  isNoFile: (path: string) => ({ en: `${path} is no file.`, ar: `هذا ليس ملفًا: ${path}` }),
  diskFull: (path: string) => ({
    en: `The disk is full: ${path} was not written.`,
    ar: `القرص ممتلئ، ولم يُكتب الملف ${path}`,
  }),
  cannotWrite: (path: string, reason: string) => ({
    en: `${path} cannot be written (${reason}).`,
    ar: `تعذّرت كتابة الملف ${path} (${reason}).`,
  }),
  cannotOpen: (name: string, reason: string) => ({
    en: `The database ${name} cannot be opened: ${reason}. DATABASE_URL says where it is.`,
    ar: `تعذّر فتح قاعدة البيانات ${name}: \u2068${reason}\u2069. المتغيّر DATABASE_URL هو الذي يحدد مكانها.`,
  }),
  mayNotWrite: (path: string, reason: string) => ({
    en: `Khabar may not write the database ${path} (${reason}). Let its user write the file, those beside it with its name, and their folder.`,
    ar: `لا يحق لخبر الكتابة في قاعدة البيانات ${path} (${reason}). امنح المستخدم الذي يشغّله حق الكتابة في الملف وفي ما بجانبه من ملفات تحمل اسمه وفي مجلدها.`,
  }),
  mayNotMigrate: (name: string, reason: string) => ({
    en: `The user in DATABASE_URL may not make tables in ${name} (${reason}). Make it the owner of the database.`,
    ar: `لا يحق للمستخدم المذكور في DATABASE_URL إنشاء الجداول في ${name} (${reason}). اجعله مالك قاعدة البيانات.`,
  }),
  wrongEncoding: (encoding: string) => ({
    en: `The database is encoded in ${encoding}, which has no place for every letter. Make another: CREATE DATABASE <name> ENCODING 'UTF8' TEMPLATE template0`,
    ar: `ترميز قاعدة البيانات ${encoding} لا يتسع لكل الحروف. أنشئ غيرها:\n  CREATE DATABASE <name> ENCODING 'UTF8' TEMPLATE template0`,
  }),
  newerSchema: {
    en: 'The database has a newer schema than this version of Khabar knows. Upgrade Khabar to open it.',
    ar: 'بنية قاعدة البيانات أحدث مما تعرفه هذه النسخة من خبر. حدّث خبر لفتحها.',
  },
  databaseFault: (kind: string, reason: string) => ({
    en: `The database cannot do this now (${kind}): ${reason}`,
    ar: `تعذّر تنفيذ هذا في قاعدة البيانات (${kind}): ${reason}`,
  }),
  invalidSettings: { en: 'Invalid settings:', ar: 'إعدادات غير صالحة:' },
  wholeInput: { en: 'it', ar: 'المُدخل' },

  // serve and migrate
  createdDatabase: { en: 'Created the database.', ar: 'أُنشئت قاعدة البيانات.' },
  appliedMigrations: (count: number) => ({
    en: `Applied ${counted(count, 'migrations', 'en')}.`,
    ar: `عدد الترحيلات المنفّذة: ${counted(count, 'migrations', 'ar')}.`,
  }),
  schemaIsCurrent: { en: 'The schema is current.', ar: 'بنية قاعدة البيانات محدّثة.' },
  listening: (origin: string) => ({
    en: `Khabar listens at ${origin}; its API reference is at ${origin}/docs`,
    ar: `يعمل خبر على العنوان ${origin} ومرجع الواجهة البرمجية على ${origin}/docs`,
  }),
  noUsers: {
    en: 'Nobody can sign in yet. Make the first admin from another terminal:',
    ar: 'لا يستطيع أحد تسجيل الدخول بعد. أنشئ أول مدير من نافذة طرفية أخرى:',
  },
  workersShare: (workers: number) => ({
    en: `${workers} workers share it.`,
    ar: plural(workers, {
      one: 'تعمل عليه عملية واحدة.',
      two: 'تعمل عليه عمليتان.',
      few: 'تعمل عليه {n} عمليات.',
      many: 'تعمل عليه {n} عملية.',
      other: 'تعمل عليه {n} عملية.',
    }),
  }),
  expectedCount: { en: 'Expected a whole number from 1.', ar: 'يجب أن تكون القيمة عددًا صحيحًا من 1 فأكثر.' },
  workerFailed: { en: 'A worker could not start.', ar: 'تعذّر تشغيل إحدى العمليات.' },
  portTaken: (port: number) => ({
    en: `Port ${port} is taken. PORT or --port names another.`,
    ar: `المنفذ ${port} مشغول. حدد غيره بالمتغيّر PORT أو بالخيار \u200e--port`,
  }),
  cannotListen: (host: string, port: number, reason: string) => ({
    en: `The server cannot listen at ${host}, port ${port} (${reason}). HOST and PORT, or --host and --port, say where it shall.`,
    ar: `لا يستطيع الخادم الاستماع على العنوان ${host} والمنفذ ${port} (${reason}). حدد غيرهما بالمتغيّرين HOST وPORT أو بالخيارين \u200e--host و\u200e--port`,
  }),

  // user and key
  createdUser: (role: string, name: string, email: string, id: string) => ({
    en: `Created the ${role} ${name} <${email}>, id ${id}.`,
    ar: `أُنشئ المستخدم ${name} <${email}> بالدور ${role} والمعرّف ${id}`,
  }),
  password: (password: string) => ({ en: `Password: ${password}`, ar: `كلمة المرور: ${password}` }),
  askPassword: { en: 'Password (empty for a new one): ', ar: 'كلمة المرور (اتركها فارغة لتوليد واحدة): ' },
  askAgain: { en: 'Once more: ', ar: 'مرة أخرى: ' },
  passwordsDiffer: { en: 'The two passwords differ.', ar: 'كلمتا المرور غير متطابقتين.' },
  roleOrScope: {
    en: 'Give the key either --role or --scope.',
    ar: 'أعطِ المفتاح دورًا (\u200e--role) أو صلاحيات (\u200e--scope)، لا كليهما.',
  },
  createdKey: (name: string, id: string) => ({
    en: `Created the key ${name}, id ${id}.`,
    ar: `أُنشئ المفتاح ${name} بالمعرّف ${id}`,
  }),
  secret: (secret: string) => ({ en: `Secret: ${secret}`, ar: `السر: ${secret}` }),
  shownOnce: { en: 'It is not shown again.', ar: 'لن يُعرض مرة أخرى.' },

  // import
  importing: { en: 'Importing', ar: 'جارٍ الاستيراد' },
  linesRead: (count: number) => both(count, 'lines'),
  badLine: (line: number, reason: LocalText) => ({
    en: `line ${line}: ${reason.en}`,
    ar: `السطر ${line}: ${reason.ar}`,
  }),
  pageTooLong: (bytes: number) => ({
    en: `A news page has at most ${counted(bytes, 'bytes', 'en')}.`,
    ar: `الحد الأقصى لصفحة الخبر ${counted(bytes, 'bytes', 'ar')}.`,
  }),
  pageOrNdjson: (bytes: number) => ({
    en: `A news page has at most ${counted(bytes, 'bytes', 'en')}. Is it NDJSON? --format ndjson`,
    ar: `الحد الأقصى لصفحة الخبر ${counted(bytes, 'bytes', 'ar')}. إن كان الملف NDJSON فأضف:\n  --format ndjson`,
  }),
  notUtf8: { en: 'The file is not valid UTF-8.', ar: 'الملف ليس بترميز UTF-8 صالح.' },
  gzipCutOff: {
    en: 'The gzip file is not whole: its end is missing. What comes before may have been imported.',
    ar: 'ملف gzip غير مكتمل: نهايته مفقودة. ربما استُورد ما قبلها.',
  },
  gzipDamaged: {
    en: 'The gzip file is damaged. What comes before the damage may have been imported.',
    ar: 'ملف gzip تالف. ربما استُورد ما قبل موضع التلف.',
  },
  notAPage: { en: 'This is not a news page that can be imported.', ar: 'هذه ليست صفحة خبر يمكن استيرادها.' },
  pageNotStored: (reason: LocalText) => ({
    en: `The page cannot be stored: ${reason.en}`,
    ar: `تعذّر حفظ الصفحة: ${reason.ar}`,
  }),
  sayFormat: {
    en: 'Say what comes from standard input: --format page or --format ndjson',
    ar: 'حدد نوع ما يأتي من الدخل القياسي بأحد الخيارين:\n  --format page\n  --format ndjson',
  },
  canBeImported: { en: 'Can be imported', ar: 'قابل للاستيراد' },
  created: { en: 'Created', ar: 'أُنشئ' },
  updated: { en: 'Updated', ar: 'حُدّث' },
  unchanged: { en: 'Unchanged', ar: 'لم يتغيّر' },
  pageParts: (source: string, published: string, sections: number) => ({
    en: `${source}, ${published}, ${counted(sections, 'sections', 'en')}`,
    ar: `${source}، ${published}، ${counted(sections, 'sections', 'ar')}`,
  }),
  validLines: (valid: number, failed: number) => ({
    en: `${counted(valid, 'lines', 'en')} can be imported, ${failed} failed.`,
    ar: `أسطر قابلة للاستيراد: ${valid}، أسطر مرفوضة: ${failed}.`,
  }),
  imported: (counts: { created: number; updated: number; unchanged: number; failed: number }) => ({
    en: `${counts.created} created, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.failed} failed.`,
    ar: `أُنشئ: ${counts.created}، حُدّث: ${counts.updated}، لم يتغيّر: ${counts.unchanged}، رُفض: ${counts.failed}.`,
  }),
  settingsTaken: {
    en: 'The settings of the site are those of the file now.',
    ar: 'إعدادات الموقع الآن هي إعدادات الملف.',
  },
  settingsKept: {
    en: 'This newsroom is in use and kept its settings. To take those of the file, with the id of its feeds: --take-settings',
    ar: 'غرفة الأخبار هذه مستعملة فاحتفظت بإعداداتها. لأخذ إعدادات الملف ومعرّف خلاصاته:\n  --take-settings',
  },
  settingsValid: {
    en: 'The settings in the file would be taken by a newsroom without articles and settings of its own.',
    ar: 'الإعدادات التي في الملف تأخذها غرفة أخبار لا مقالات فيها ولا إعدادات.',
  },
  settingsWouldBeTaken: { en: 'The settings in the file would be taken.', ar: 'ستؤخذ الإعدادات التي في الملف.' },

  // reindex
  indexing: { en: 'Indexing', ar: 'جارٍ بناء الفهرس' },
  indexedSoFar: (done: number, total: number, stage: Stage) => ({
    en: `${done} of ${total}, ${stage}`,
    ar: `${done} من أصل ${total}، ${stages[stage]}`,
  }),
  indexed: (count: number, resumed: boolean) => ({
    en: `Indexed ${count} publications, articles and comments${resumed ? ', going on where it was broken off' : ''}.`,
    ar: `عدد ما فُهرس من منشورات ومقالات وتعليقات: ${count}${resumed ? '، استئنافًا من حيث انقطع' : ''}.`,
  }),

  // export and backup
  exporting: { en: 'Exporting', ar: 'جارٍ التصدير' },
  articlesDone: (done: number, total: number) => ({
    en: `${done} of ${counted(total, 'articles', 'en')}`,
    ar: `${done} من أصل ${total}`,
  }),
  exported: (file: string, counts: { articles: number; comments: number; terms: number }) => ({
    en: `Wrote ${file}: ${counted(counts.articles, 'articles', 'en')}, ${counted(counts.comments, 'comments', 'en')}, ${counts.terms} categories, tags and authors.`,
    ar: `كُتب الملف ${file} وفيه: ${counted(counts.articles, 'articles', 'ar')}، ${counted(counts.comments, 'comments', 'ar')}، وعدد التصنيفات والوسوم والكتّاب ${counts.terms}.`,
  }),
  useItsOwnTool: {
    en: 'This database is PostgreSQL, which has its own tool: pg_dump --format=custom --file=<file> "$DATABASE_URL"',
    ar: 'قاعدة البيانات هذه PostgreSQL ولها أداتها:\n  pg_dump --format=custom --file=<file> "$DATABASE_URL"',
  },
  neverOverwrites: (file: string) => ({
    en: `${file} is there already; a backup never overwrites a file.`,
    ar: `الملف ${file} موجود، والنسخ الاحتياطي لا يكتب فوق ملف موجود.`,
  }),
  cannotCopy: (source: string, target: string, reason: string) => ({
    en: `${source} cannot be copied to ${target}: ${reason}.`,
    ar: `تعذّر نسخ ${source} إلى ${target}: \u2068${reason}\u2069.`,
  }),
  backedUp: (file: string, bytes: number) => ({
    en: `Wrote ${file}: ${counted(bytes, 'bytes', 'en')}, checked.`,
    ar: `كُتب الملف ${file} وفُحص، وحجمه ${counted(bytes, 'bytes', 'ar')}.`,
  }),

  // openapi
  wrote: (file: string) => ({ en: `Wrote ${file}.`, ar: `كُتب الملف ${file}` }),
  isCurrent: (file: string) => ({ en: `${file} is current.`, ar: `الملف ${file} مطابق.` }),
  isOutdated: (file: string) => ({
    en: `${file} does not describe the API as it is. Run: npm run openapi`,
    ar: `الملف ${file} لا يصف الواجهة البرمجية كما هي. شغّل:\n  npm run openapi`,
  }),

  // demo
  demoUnreadable: (reason: LocalText) => ({
    en: `The story of the demo cannot be read: ${reason.en}`,
    ar: `تعذّرت قراءة مقال العرض: ${reason.ar}`,
  }),
  demoRuns: {
    en: 'Khabar is running with a published story, one approved and one waiting comment.',
    ar: 'نظام خبر يعمل وفيه مقال منشور وتعليق مقبول وآخر ينتظر المراجعة.',
  },
  demoBrowse: { en: 'Open in a browser:', ar: 'افتح في المتصفح:' },
  demoComment: { en: 'Comment as a reader:', ar: 'علّق بصفتك قارئًا:' },
  demoEdit: { en: 'Work as an editor, with this API key:', ar: 'اعمل بصفتك محررًا بهذا المفتاح:' },
  demoSignIn: (address: string, emails: string) => ({
    en: `Sign in at ${address} as ${emails};`,
    ar: `سجّل الدخول على ${address} بأحد العناوين: ${emails}`,
  }),
  demoPassword: (password: string) => ({
    en: `everybody’s password is ${password}`,
    ar: `كلمة المرور واحدة للجميع: ${password}`,
  }),
  demoEnds: { en: 'Ctrl-C ends it and removes everything.', ar: 'اضغط Ctrl-C لإنهائه وحذف كل شيء.' },

  // values of options
  expectedOneOf: (values: readonly string[]) => ({
    en: `Expected one of ${values.join(', ')}.`,
    ar: `القيم المقبولة: ${values.join(', ')}.`,
  }),
  expectedPort: { en: 'Expected 0 to 65535.', ar: 'يجب أن تكون القيمة من 0 إلى 65535.' },
  expectedDate: {
    en: 'Expected a date such as 2030-01-31T00:00:00Z.',
    ar: 'يجب أن تكون القيمة تاريخًا مثل 2030-01-31T00:00:00Z.',
  },
} as const satisfies Record<string, LocalText | ((...args: never[]) => LocalText)>;

function both(count: number, noun: Noun): LocalText {
  return { en: counted(count, noun, 'en'), ar: counted(count, noun, 'ar') };
}
