import { permissionNames, roleNames } from '../auth/permissions.ts';
import type { settingsSchema } from '../config.ts';

/** What `--help` says of each command, by its name. A new command adds its texts here. */
export const help = {
  khabar: {
    description: {
      en: 'Khabar (خبر) is a headless CMS for newsrooms that publish in Arabic first.\nFrom a clone, run every command as: npm run --silent khabar -- <command>',
      ar: 'خبر نظام إدارة محتوى بلا واجهة عرض لغرف الأخبار التي تنشر بالعربية أولًا.\nمن نسخة المستودع شغّل كل أمر هكذا:\n  npm run --silent khabar -- <command>',
    },
    version: { en: 'print the version', ar: 'يعرض رقم الإصدار' },
    help: { en: 'explain a command', ar: 'يشرح الأمر' },
    serve: { en: 'start the server', ar: 'تشغيل الخادم' },
    publishPage: { en: 'publish the text of a news page', ar: 'نشر نص صفحة خبر' },
    export: { en: 'take everything along', ar: 'أخذ كل شيء معك' },
    after: {
      en: 'Settings come from the environment and a file .env; khabar serve --help lists them.\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 an import skipped bad lines.',
      ar: 'تُقرأ الإعدادات من متغيرات البيئة ومن الملف .env ويسردها الأمر khabar serve \u200e--help\nرموز الخروج: 0 تم، 1 فشل، 2 استعمال خاطئ، 3 تجاوز الاستيراد أسطرًا معيبة.',
    },
  },
  examples: { en: 'Examples:', ar: 'أمثلة:' },
  afterError: {
    en: 'Add --help to the command to see what it takes.',
    ar: 'أضف \u200e--help إلى الأمر لمعرفة ما يقبله.',
  },
  json: (shape: string) => ({ en: `print ${shape} as JSON`, ar: `يطبع ${shape} بصيغة JSON` }),
  jsonResult: { en: 'print the result as JSON', ar: 'يطبع النتيجة بصيغة JSON' },
  serve: {
    summary: { en: 'start the server', ar: 'يشغّل الخادم' },
    description: {
      en: 'Starts the server. Creates the database or brings it to this version’s schema first; refuses one that a newer version has written. SIGTERM and SIGINT end it after running requests are answered, in less than ten seconds.',
      ar: 'يشغّل الخادم بعد إنشاء قاعدة البيانات أو تحديث بنيتها إلى هذا الإصدار، ويرفض قاعدة كتبها إصدار أحدث. عند ورود SIGTERM أو SIGINT ينهي الطلبات الجارية ثم يتوقف، في أقل من عشر ثوانٍ.',
    },
    host: { en: 'address to listen on, instead of HOST', ar: 'عنوان الاستماع بدلًا من HOST' },
    port: {
      en: 'port to listen on, instead of PORT; 0 picks a free one',
      ar: 'منفذ الاستماع بدلًا من PORT، والقيمة 0 تختار منفذًا خاليًا',
    },
    workers: {
      en: 'processes that share the port, instead of KHABAR_WORKERS; one for each core',
      ar: 'عدد العمليات التي تتشارك المنفذ بدلًا من KHABAR_WORKERS، واحدة لكل نواة',
    },
    settings: {
      en: 'Settings, from the environment or a file .env in the working directory:',
      ar: 'الإعدادات، من متغيرات البيئة أو من الملف .env في المجلد الحالي:',
    },
    unset: { en: 'unset', ar: 'غير محدد' },
  },
  migrate: {
    summary: { en: 'bring the database to this version’s schema', ar: 'يحدّث بنية قاعدة البيانات إلى هذا الإصدار' },
    description: {
      en: 'Creates the database, or brings it to this version’s schema. `serve` does it by itself; use this where only one of several nodes should. Running it again changes nothing.',
      ar: 'ينشئ قاعدة البيانات أو يحدّث بنيتها إلى هذا الإصدار. يفعل الأمر serve ذلك وحده، فاستعمل هذا حين يجب أن تقوم به عقدة واحدة من عدة عقد. تكراره لا يغيّر شيئًا.',
    },
  },
  user: { description: { en: 'manage the staff', ar: 'يدير العاملين' } },
  userCreate: {
    summary: { en: 'create a user', ar: 'ينشئ مستخدمًا' },
    description: {
      en: 'Creates a user. The password is read from standard input with --password-stdin, asked for on a terminal, and otherwise made up and printed once.',
      ar: 'ينشئ مستخدمًا. تُقرأ كلمة المرور من الدخل القياسي مع الخيار \u200e--password-stdin أو تُطلب في الطرفية، وإلا وُلّدت وطُبعت مرة واحدة.',
    },
    email: { en: 'e-mail address to sign in with', ar: 'البريد الإلكتروني لتسجيل الدخول' },
    name: { en: 'name that the newsroom sees', ar: 'الاسم الذي تراه غرفة الأخبار' },
    role: { en: `one of ${roleNames.join(', ')}`, ar: `واحد من: ${roleNames.join(', ')}` },
    passwordStdin: { en: 'read the password from standard input', ar: 'يقرأ كلمة المرور من الدخل القياسي' },
  },
  key: { description: { en: 'manage API keys', ar: 'يدير مفاتيح API' } },
  keyCreate: {
    summary: { en: 'create an API key', ar: 'ينشئ مفتاح API' },
    description: {
      en: 'Creates an API key and prints its secret, which is shown this once and never again.',
      ar: 'ينشئ مفتاح API ويطبع سره، ولا يُعرض السر إلا هذه المرة.',
    },
    name: { en: 'what the key is for', ar: 'الغرض من المفتاح' },
    role: {
      en: `everything a role may do: ${roleNames.join(', ')}`,
      ar: `كل ما يجوز للدور: ${roleNames.join(', ')}`,
    },
    scope: {
      en: `only this, instead of a role: ${permissionNames.join(', ')}`,
      ar: `هذه الصلاحيات فقط بدلًا من دور: ${permissionNames.join(', ')}`,
    },
    expires: {
      en: 'when it stops working, e.g. 2030-01-01T00:00:00Z; never unless given',
      ar: 'متى ينتهي، مثل 2030-01-01T00:00:00Z، ولا ينتهي إن لم يُذكر',
    },
    jsonShape: { en: '{ "id", "secret" } and what else it is', ar: '{ "id", "secret" } وبقية الحقول' },
  },
  import: {
    summary: { en: 'bring in articles', ar: 'يستورد المقالات' },
    file: { en: 'the file to read, or - for standard input', ar: 'الملف المقروء، أو - للدخل القياسي' },
    description: {
      en: 'Imports the plain text of a news page, or NDJSON: one article a line, as `khabar export` writes them or as you do; either may be packed with gzip. Importing the same again changes nothing; a changed line changes its article, known by its externalId. A bad line is reported with its number and reason, and stops no other; the command then exits with 3. Settings in an export are taken by a newsroom without articles and settings of its own; any other keeps its own.',
      ar: 'يستورد نص صفحة خبر، أو ملف NDJSON فيه مقال في كل سطر كما يكتبه الأمر khabar export أو كما تكتبه أنت، ويُقرأ كلاهما مضغوطًا بأداة gzip أيضًا. تكرار الاستيراد لا يغيّر شيئًا، والسطر المعدَّل يعدّل مقاله الذي يُعرف بالحقل externalId. يُذكر السطر المعيب برقمه وسببه ولا يوقف غيره، ثم يخرج الأمر بالرمز 3. الإعدادات التي في ملف التصدير تأخذها غرفة أخبار لا مقالات فيها ولا إعدادات، وغيرها تحتفظ بإعداداتها.',
    },
    format: {
      en: 'page or ndjson; by the file’s name and content unless given',
      ar: 'page أو ndjson، ويُستدل عليه من اسم الملف ومحتواه إن لم يُذكر',
    },
    publish: {
      en: 'publish articles that do not say whether they are published',
      ar: 'ينشر المقالات التي لا تذكر إن كانت منشورة',
    },
    takeSettings: {
      en: 'take the settings of the site, and the id of its feeds, from the file also where the newsroom is in use',
      ar: 'يأخذ إعدادات الموقع ومعرّف خلاصاته من الملف وإن كانت غرفة الأخبار مستعملة',
    },
    dryRun: { en: 'check everything and write nothing', ar: 'يفحص كل شيء ولا يكتب شيئًا' },
    lineNeeds: { en: 'A line needs no more than a headline:', ar: 'يكفي السطر عنوان واحد:' },
  },
  export: {
    summary: { en: 'take everything along', ar: 'يصدّر كل شيء' },
    description: {
      en: 'Writes the settings of the site, categories, tags, authors, and articles with their sections, publications, former slugs, counted readings and comments, one JSON object a line, as they are at one moment. `khabar import` of it into an empty database gives the same newsroom, ids included. Users, API keys, sessions and what is set in the environment are not in it; e-mail addresses of commenters are.',
      ar: 'يكتب إعدادات الموقع والتصنيفات والوسوم والكتّاب، والمقالات بأقسامها ونسخها المنشورة وعناوينها المختصرة السابقة وأعداد قراءاتها وتعليقاتها، كائن JSON في كل سطر، كما هي في لحظة واحدة. استيراده في قاعدة بيانات فارغة يعطي غرفة الأخبار نفسها بمعرّفاتها. لا يتضمن المستخدمين ولا مفاتيح API ولا الجلسات ولا ما ضُبط في متغيرات البيئة، ويتضمن عناوين بريد المعلّقين.',
    },
    out: {
      en: 'write to a file instead of standard output; a file that is there is replaced when all is written',
      ar: 'يكتب إلى ملف بدلًا من الخرج القياسي، ويُستبدل الملف الموجود بعد اكتمال الكتابة',
    },
    json: { en: 'print the counts as JSON (with --out)', ar: 'يطبع الأعداد بصيغة JSON (مع \u200e--out)' },
  },
  reindex: {
    summary: { en: 'build the search index anew', ar: 'يعيد بناء فهرس البحث' },
    description: {
      en: 'Indexes everything anew while the server may go on: searches answer, and what is published meanwhile is not lost. Broken off, it goes on where it was the next time. `serve` does it by itself after an upgrade that analyses words otherwise, and after the protected words were changed.',
      ar: 'يفهرس كل شيء من جديد والخادم يواصل عمله: يجيب البحث، ولا يضيع ما يُنشر في هذه الأثناء. إن انقطع استأنف في المرة التالية من حيث توقف. يفعل الأمر serve ذلك وحده بعد ترقية تغيّر تحليل الكلمات، وبعد تعديل الكلمات المحمية.',
    },
  },
  backup: {
    summary: { en: 'copy the database while it is in use', ar: 'ينسخ قاعدة البيانات وهي قيد الاستعمال' },
    file: { en: 'the file to write; it must not be there yet', ar: 'الملف المكتوب، ويجب ألا يكون موجودًا' },
    description: {
      en: 'Copies a SQLite database into one file, while the server may go on writing, and checks the copy. To restore it, stop the server and put the copy in the database’s place. For PostgreSQL use pg_dump.',
      ar: 'ينسخ قاعدة بيانات SQLite إلى ملف واحد والخادم يواصل الكتابة، ثم يفحص النسخة. لاستعادتها أوقف الخادم وضع النسخة مكان القاعدة. مع PostgreSQL استعمل pg_dump.',
    },
  },
  openapi: {
    summary: { en: 'write the description of the HTTP API', ar: 'يكتب وصف الواجهة البرمجية' },
    description: {
      en: 'Writes openapi.yaml, the OpenAPI 3.1 description of every route, from the schemas the server uses.',
      ar: 'يكتب الملف openapi.yaml، وهو وصف كل المسارات وفق OpenAPI 3.1، من المخططات التي يستعملها الخادم.',
    },
    check: {
      en: 'write nothing; fail when openapi.yaml is not what would be written',
      ar: 'لا يكتب شيئًا، ويفشل إن خالف openapi.yaml ما كان سيُكتب',
    },
    out: { en: 'write another file, or - for standard output', ar: 'يكتب ملفًا آخر، أو - للخرج القياسي' },
  },
  demo: {
    summary: { en: 'try Khabar with a story in it', ar: 'يجرّب خبر وفيه مقال جاهز' },
    description: {
      en: 'Starts a server on a throw-away database that holds one published story, two comments and a staff of one for each role, and prints what to try. Ctrl-C ends it and removes the database. Settings other than these are the defaults.',
      ar: 'يشغّل خادمًا على قاعدة بيانات مؤقتة فيها مقال منشور وتعليقان ومستخدم لكل دور، ويطبع ما يمكن تجربته. اضغط Ctrl-C لإنهائه وحذف القاعدة. بقية الإعدادات على قيمها الأصلية.',
    },
    port: { en: 'port to listen on; 3000 unless it is taken', ar: 'منفذ الاستماع، وهو 3000 ما لم يكن مشغولًا' },
  },
} as const satisfies Record<string, unknown>;

/** The settings in Arabic; their English is in config.ts, beside what they are. */
export const settingsInArabic: Record<keyof typeof settingsSchema.shape, string> = {
  HOST: 'عنوان الاستماع، و0.0.0.0 لكل الواجهات',
  PORT: 'منفذ الاستماع، والقيمة 0 تختار منفذًا خاليًا',
  KHABAR_WORKERS: 'عدد العمليات التي تتشارك المنفذ، واحدة لكل نواة، ولكل منها ذاكرة إجاباتها وحدودها',
  DATABASE_URL: 'ملف SQLite، أو رابط PostgreSQL مثل postgres://user:password@host/database',
  KHABAR_SITE_NAME: 'اسم الموقع',
  KHABAR_BASE_URL: 'عنوان الموقع العام بلا مسار، وإلا كانت الروابط نسبية',
  KHABAR_LOCALE: 'لغة الموقع، وهي لغة المقالات والأخطاء ما لم تُحدد غيرها',
  KHABAR_TIME_ZONE: 'المنطقة الزمنية للتواريخ التي لا تذكر واحدة',
  KHABAR_COMMENT_MODE: 'تُراجَع التعليقات أولًا (pre) أو تُعرض فورًا (post) أو لا تُقبل (closed)',
  KHABAR_LOG_LEVEL: 'مقدار ما يُسجَّل',
  KHABAR_TRUSTED_PROXIES: 'عناوين وسطائك أو نطاقاتهم مفصولة بفواصل، ولا يُصدَّق X-Forwarded-For من غيرهم',
  KHABAR_CORS_ORIGINS: 'المواقع المسموح لها بالاتصال من المتصفح مفصولة بفواصل، و* لأي موقع',
  KHABAR_BODY_LIMIT: 'أكبر متن للطلب بالبايت',
  KHABAR_RATE_LIMIT: 'عدد الطلبات في الدقيقة من العنوان الواحد في كل عملية، و0 بلا حد',
  KHABAR_RATE_LIMIT_COMMENTS: 'عدد التعليقات في الدقيقة من العنوان الواحد في كل عملية، و0 بلا حد',
  KHABAR_RATE_LIMIT_LOGIN: 'محاولات الدخول في الدقيقة من العنوان الواحد في كل عملية، و0 بلا حد',
  KHABAR_SESSION_HOURS: 'مدة تسجيل الدخول بالساعات',
  KHABAR_CACHE_MB: 'ذاكرة الإجابات العامة الجاهزة في كل عملية بالميبيبايت، و0 توقفها',
};
