import { inflateRawSync } from 'node:zlib';
import { compressSync, uncompressSync } from 'lz4-napi';

/**
 * Bytes as they are stored: a first byte that says how, then the bytes. What is written once under a number is read by
 * it for ever, so a better dictionary is a new number.
 */
const plain = 0;
/** Read, and written no more: smaller, but three times as long to read. See docs/decisions/0011. */
const deflated = 1;
const lz4 = 2;

/** Below this nothing is won. */
const shortest = 64;

/** What many stories have in common, the most frequent last, where it is reached by the shortest distances. */
const dictionary = Buffer.from(
  [
    '"_type":"image","_key":"b1","url":"https://","alt":"","caption":"","credit":"","width":1200,"height":800}',
    '"_type":"embed","_key":"b1","url":"https://www.youtube.com/watch?v=","title":"","provider":""}',
    '"markDefs":[{"_type":"link","_key":"","href":"https://www."}],"listItem":"bullet","level":1,"style":"blockquote",',
    '"style":"h3","marks":["strong"]},"marks":["em"]},"seo":{"title":"","description":"","canonicalUrl":"","noIndex":true}',
    'يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر ',
    'السبت الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة اليوم أمس صباح مساء ',
    'الرئيس الحكومة الوزراء وزير الخارجية الداخلية الدفاع المجلس الأمن الدولي الأمم المتحدة الاتحاد الأوروبي ',
    'العربية السورية السعودية المصرية اللبنانية الفلسطينية الأمريكية الروسية الإسرائيلية المملكة الجمهورية ',
    'القوات المسلحة الجيش الشرطة مدينة محافظة منطقة العاصمة دمشق القاهرة بيروت بغداد الرياض ',
    'الاقتصاد الأسعار مليون مليار دولار بالمئة شركة السوق النفط الاستثمار المباراة الفريق الدوري كأس العالم ',
    'وقال وأضاف وأكد وأوضح وأشار إلى أن المتحدث باسم بيان صدر وكالة الأنباء نقلا عن مصادر مطلعة ',
    'من جهته في وقت سابق خلال الفترة على الرغم من بالإضافة إلى فيما يتعلق من أجل لا سيما حيث كما لكن قبل بعد ',
    'الذي التي الذين هذا هذه ذلك تلك كان كانت يكون قد لم لن ما هو هي بين حول حتى عند كل مع عن ',
    'والتي وهو وفي ومن وعلى كما أنه إنه بأن ',
    ' في من على إلى أن ',
    '"seo":null,"custom":{}}',
    '{"id":"0190-7","slug":"","locale":"ar","dir":"rtl","headline":"","kicker":null,"lead":"","source":{"name":"","url":null},',
    '"dateline":null,"urgency":null,"wordCount":0,"readingMinutes":3,"publishedAt":"2025-01-01T00:00:00.000Z",',
    '"updatedAt":"2025-01-01T00:00:00.000Z","sections":[{"id":"0190-7","anchor":"","heading":"","body":[',
    '{"_type":"block","_key":"b1","style":"normal","markDefs":[],"children":[{"_type":"span","_key":"s1","text":"',
    '.","marks":[]}]}]},{"id":"019","anchor":"","heading":"","body":[{"_type":"block","_key":"b1","style":"normal",',
    '"markDefs":[],"children":[{"_type":"span","_key":"s1","text":"',
    '.","marks":[]}]},{"_type":"block","_key":"b2","style":"normal","markDefs":[],"children":[{"_type":"span","_key":"s2","text":"',
  ].join(''),
);

/** The bytes to store for `bytes`: about half of them for a story in Arabic. */
export function pack(bytes: Buffer): Buffer {
  if (bytes.length >= shortest) {
    const packed = compressSync(bytes, dictionary);
    if (packed.length < bytes.length) return marked(lz4, packed);
  }
  return marked(plain, bytes);
}

/** What was packed. Throws on bytes that `pack` did not write. */
export function unpack(stored: Buffer): Buffer {
  if (stored[0] === lz4) return uncompressSync(stored.subarray(1), dictionary);
  if (stored[0] === deflated) return inflateRawSync(stored.subarray(1), { dictionary });
  if (stored[0] === plain) return stored.subarray(1);
  throw new Error(`bytes packed in the unknown way ${stored[0]}`);
}

function marked(way: number, bytes: Buffer): Buffer {
  const stored = Buffer.allocUnsafe(bytes.length + 1);
  stored[0] = way;
  bytes.copy(stored, 1);
  return stored;
}
