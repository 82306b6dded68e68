/**
 * Every error the API can answer: its code (stable, part of the API), HTTP status, and its title and detail in English
 * and Arabic. `{name}` in a detail is filled from the error's parameters.
 */
export const errorTable = {
  'invalid-request': {
    status: 400,
    title: { en: 'The request is not valid', ar: 'الطلب غير صالح' },
    detail: { en: 'See errors for what to correct.', ar: 'راجع الحقل errors لمعرفة ما يلزم تصحيحه.' },
  },
  'malformed-json': {
    status: 400,
    title: { en: 'The body is not valid JSON', ar: 'متن الطلب ليس JSON صالحًا' },
    detail: { en: 'The request body could not be read as JSON.', ar: 'تعذّرت قراءة متن الطلب بصيغة JSON.' },
  },
  'malformed-encoding': {
    status: 400,
    title: { en: 'The body is not UTF-8', ar: 'متن الطلب ليس بترميز UTF-8' },
    detail: {
      en: 'Some of its bytes are not UTF-8. Save the text as UTF-8 and send it again.',
      ar: 'بعض بايتاته لا توافق UTF-8. احفظ النص بهذا الترميز ثم أعد إرساله.',
    },
  },
  'malformed-request': {
    status: 400,
    title: { en: 'The request could not be read', ar: 'تعذّرت قراءة الطلب' },
    detail: { en: '{reason}', ar: '{reasonAr}' },
  },
  'invalid-cursor': {
    status: 400,
    title: { en: 'The cursor is not valid here', ar: 'مؤشر الصفحة غير صالح هنا' },
    detail: {
      en: 'Use a cursor only as it was given, with the same filters and sort.',
      ar: 'استخدم المؤشر كما أُعطي لك، ومع المرشحات نفسها والترتيب نفسه.',
    },
  },
  unauthenticated: {
    status: 401,
    title: { en: 'Sign-in is required', ar: 'يلزم تسجيل الدخول' },
    detail: {
      en: 'Send a valid token: Authorization: Bearer <token>.',
      ar: 'أرسل رمز دخول صالحًا: ‎Authorization: Bearer <token>‎.',
    },
  },
  'login-failed': {
    status: 401,
    title: { en: 'Sign-in failed', ar: 'تعذّر تسجيل الدخول' },
    detail: { en: 'The e-mail or the password is wrong.', ar: 'البريد الإلكتروني أو كلمة المرور غير صحيحة.' },
  },
  forbidden: {
    status: 403,
    title: { en: 'Not allowed', ar: 'غير مسموح به' },
    detail: { en: 'This needs the permission {permission}.', ar: 'يحتاج هذا إلى الصلاحية {permission}.' },
  },
  'users-only': {
    status: 403,
    title: { en: 'Only for signed-in users', ar: 'للمستخدمين المسجَّل دخولهم فقط' },
    detail: {
      en: 'Sign in as a user: an API key has no password and no session.',
      ar: 'سجّل الدخول بحساب مستخدم؛ فليس لمفتاح API كلمة مرور ولا جلسة.',
    },
  },
  'comments-closed': {
    status: 403,
    title: { en: 'Comments are closed', ar: 'التعليقات مغلقة' },
    detail: { en: 'This article takes no new comments.', ar: 'لا يقبل هذا المقال تعليقات جديدة.' },
  },
  'not-found': {
    status: 404,
    title: { en: 'Not found', ar: 'غير موجود' },
    detail: { en: 'There is nothing here under this address.', ar: 'لا يوجد شيء على هذا العنوان.' },
  },
  'method-not-allowed': {
    status: 405,
    title: { en: 'Method not allowed', ar: 'طريقة الطلب غير مسموح بها' },
    detail: { en: 'This address answers {allow}.', ar: 'الطرق المتاحة على هذا العنوان: {allow}.' },
  },
  'not-acceptable': {
    status: 406,
    title: { en: 'No such form', ar: 'الصيغة غير متاحة' },
    detail: { en: 'This can be had as {available}.', ar: 'الصيغ المتاحة: {available}.' },
  },
  'request-timeout': {
    status: 408,
    title: { en: 'The request took too long', ar: 'استغرق الطلب وقتًا أطول من المسموح به' },
    detail: { en: 'The request did not arrive whole in time.', ar: 'لم يصل الطلب كاملًا في الوقت المحدد.' },
  },
  conflict: {
    status: 409,
    title: { en: 'Conflict', ar: 'تعارض' },
    detail: { en: '{reason}', ar: '{reasonAr}' },
  },
  'already-exists': {
    status: 409,
    title: { en: 'Already exists', ar: 'موجود مسبقًا' },
    detail: { en: 'Another one has the same {field}.', ar: 'يحمل عنصر آخر القيمة نفسها في الحقل {field}.' },
  },
  'duplicate-comment': {
    status: 409,
    title: { en: 'This was said already', ar: 'سبق إرسال هذا التعليق' },
    detail: {
      en: 'A comment with the same words came to this article within the last day.',
      ar: 'وصل إلى هذا المقال تعليق بالكلام نفسه خلال اليوم الماضي.',
    },
  },
  'in-use': {
    status: 409,
    title: { en: 'Still in use', ar: 'ما زال مستخدمًا' },
    detail: { en: 'Something still refers to it: {by}.', ar: 'ما زال هناك ما يشير إليه: {by}.' },
  },
  gone: {
    status: 410,
    title: { en: 'No longer available', ar: 'لم يعد متاحًا' },
    detail: { en: 'This was withdrawn and will not come back.', ar: 'سُحب هذا المحتوى ولن يُتاح من جديد.' },
  },
  'precondition-failed': {
    status: 412,
    title: { en: 'Someone else saved first', ar: 'سبقك غيرك إلى الحفظ' },
    detail: {
      en: 'Read it again, and repeat your change against the new ETag.',
      ar: 'أعد القراءة ثم كرر تعديلك مع قيمة ETag الجديدة.',
    },
  },
  'payload-too-large': {
    status: 413,
    title: { en: 'The body is too large', ar: 'متن الطلب أكبر من المسموح به' },
    detail: { en: 'At most {limit} bytes are accepted here.', ar: 'الحد الأقصى هنا {limit} بايت.' },
  },
  'uri-too-long': {
    status: 414,
    title: { en: 'The address is too long', ar: 'العنوان أطول من المسموح به' },
    detail: { en: 'A part of the path is too long.', ar: 'أحد أجزاء المسار أطول من المسموح به.' },
  },
  'unsupported-media-type': {
    status: 415,
    title: { en: 'Unsupported content type', ar: 'نوع المحتوى غير مدعوم' },
    detail: {
      en: 'Send the body as application/json, not compressed.',
      ar: 'أرسل متن الطلب بالنوع application/json ومن غير ضغط.',
    },
  },
  'expectation-failed': {
    status: 417,
    title: { en: 'The expectation is not known', ar: 'قيمة Expect غير معروفة' },
    detail: {
      en: 'The only one that can be met is Expect: 100-continue.',
      ar: 'القيمة الوحيدة المقبولة هي ‎Expect: 100-continue‎.',
    },
  },
  unprocessable: {
    status: 422,
    title: { en: 'The request cannot be carried out', ar: 'لا يمكن تنفيذ الطلب' },
    detail: { en: 'See errors for what to correct.', ar: 'راجع الحقل errors لمعرفة ما يلزم تصحيحه.' },
  },
  'idempotency-key-reused': {
    status: 422,
    title: { en: 'The Idempotency-Key was used before', ar: 'سبق استخدام Idempotency-Key' },
    detail: {
      en: 'The same key came with another request. Use a new key.',
      ar: 'ورد المفتاح نفسه مع طلب مختلف. استخدم مفتاحًا جديدًا.',
    },
  },
  'not-this-version': {
    status: 412,
    title: { en: 'Another version', ar: 'نسخة أخرى' },
    detail: {
      en: 'This is not the version that If-Match asks for. Read it without.',
      ar: 'ليست هذه النسخة التي تطلبها الترويسة If-Match. أعد القراءة بدونها.',
    },
  },
  'precondition-required': {
    status: 428,
    title: { en: 'If-Match is required', ar: 'يلزم إرسال If-Match' },
    detail: {
      en: 'Send If-Match with the ETag you read, so that nobody’s work is overwritten.',
      ar: 'أرسل If-Match بقيمة ETag التي قرأتها، حتى لا يضيع عمل غيرك.',
    },
  },
  'too-many-requests': {
    status: 429,
    title: { en: 'Too many requests', ar: 'عدد الطلبات أكبر من المسموح به' },
    detail: { en: 'Try again in {seconds}.', ar: 'أعد المحاولة بعد {seconds}.' },
  },
  'headers-too-large': {
    status: 431,
    title: { en: 'The headers are too large', ar: 'ترويسات الطلب أكبر من المسموح به' },
    detail: { en: 'Send fewer or smaller headers.', ar: 'أرسل ترويسات أقل أو أصغر.' },
  },
  internal: {
    status: 500,
    title: { en: 'Something failed on our side', ar: 'حدث خطأ من جانبنا' },
    detail: {
      en: 'It was logged under the request id {requestId}.',
      ar: 'سُجّل الخطأ برقم الطلب {requestId}.',
    },
  },
  busy: {
    status: 503,
    title: { en: 'Busy', ar: 'الخادم مشغول' },
    detail: { en: 'Nothing was changed. Try again shortly.', ar: 'لم يتغيّر شيء. أعد المحاولة بعد قليل.' },
  },
  unavailable: {
    status: 503,
    title: { en: 'Not available now', ar: 'غير متاح حاليًا' },
    detail: {
      en: 'The database does not answer. Try again shortly.',
      ar: 'قاعدة البيانات لا تجيب. أعد المحاولة بعد قليل.',
    },
  },
} as const satisfies Record<string, ErrorEntry>;

type ErrorEntry = { status: number; title: LocalText; detail: LocalText };
export type LocalText = { en: string; ar: string };
export type Language = keyof LocalText;
export type ErrorCode = keyof typeof errorTable;

/** One thing to correct: `pointer` is an RFC 6901 JSON pointer into the part of the request that `in` names. */
export type FieldError = {
  in: 'body' | 'query' | 'path' | 'headers';
  pointer: string;
  code: string;
  message: LocalText;
};

export type AppErrorOptions = {
  params?: Record<string, string | number>;
  errors?: FieldError[];
  headers?: Record<string, string>;
  cause?: unknown;
};

/** The one error that use cases throw. What clients read comes from the table; `cause` is for the log alone. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;
  readonly errors: FieldError[];
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.params = options.params ?? {};
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}

/** A 422 about one field of the body that is well formed but cannot be carried out, e.g. an unknown category. */
export function fieldError(pointer: string, code: string, message: LocalText): AppError {
  return new AppError('unprocessable', { errors: [{ in: 'body', pointer, code, message }] });
}
