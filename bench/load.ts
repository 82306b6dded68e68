// Load on a server from a process of its own: reads what to do from its standard input as JSON, prints what came of it.
// It talks to 127.0.0.1 only, and ends by itself.
//
// It is made of sockets, for it has one core as the server has. A client that takes answers apart header by header needs
// longer for one than a server for making it, and then it is the client that is measured, and how many headers there are.
import { connect, type Socket } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';

export type Load = {
  port: number;
  seconds: number;
  connections: number;
  /** Paths to ask for, one after another. */
  paths: string[];
  headers?: Record<string, string>;
  /** Posts comments, each like no other, instead of reading. */
  comments?: boolean;
  /** Requests a second over all connections; as many as it can without. */
  rate?: number;
};
/** Answers a second, and milliseconds to the end of one, over the time that counts. */
export type Result = { perSecond: number; p50: number; p99: number; ok: number; failed: number };

/** What comes before does not count: this process compiles itself then. */
const warmingMs = 500;
const longestAnswerMs = 10_000;
const microseconds = 1000;
const lengthNames = ['\r\ncontent-length: ', '\r\nContent-Length: '];

const load = JSON.parse(await text(process.stdin)) as Load;
const { port, seconds, connections, paths, headers = {}, comments = false, rate } = load;
const head = Object.entries({ host: `127.0.0.1:${port}`, ...headers })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const run = `${Date.now().toString(36)}${Math.floor(Math.random() * 1e6)}`;
let next = Math.floor(Math.random() * paths.length);
let said = 0;

const taken = createHistogram();
const countsFrom = performance.now() + warmingMs;
const endsAt = countsFrom + seconds * 1000;
let ok = 0;
let failed = 0;

setTimeout(
  () => {
    throw new Error('a request was not answered');
  },
  endsAt - performance.now() + longestAnswerMs,
).unref();
// Its core never sleeps: to wake it would be work of the server's, and the more of it the longer an answer takes.
const keepAwake = () => performance.now() < endsAt && setImmediate(keepAwake);
if (rate === undefined) keepAwake();
await Promise.all(Array.from({ length: connections }, (_, place) => client(place)));
const answer: Result = {
  perSecond: ok / seconds,
  p50: taken.percentile(50) / microseconds,
  p99: taken.percentile(99) / microseconds,
  ok,
  failed,
};
console.log(JSON.stringify(answer));

/** Asks again as soon as it is answered, or when the rate lets it, until the time is over. */
function client(place: number): Promise<void> {
  const intervalMs = rate === undefined ? 0 : (1000 * connections) / rate;
  let askedAt = 0;
  let due = performance.now() + (intervalMs * place) / connections;
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const reader = readAnswers((status) => {
      const now = performance.now();
      if (now >= countsFrom && now < endsAt) {
        if (status >= 200 && status < 400) ok++;
        else failed++;
        taken.record(Math.max(1, Math.round((now - askedAt) * microseconds)));
      }
      if (now >= endsAt) return void socket.destroy();
      due = Math.max(now, due + intervalMs);
      askWhenDue(now);
    });
    const askWhenDue = (now: number) => {
      if (due - now < 1) ask();
      else setTimeout(ask, due - now);
    };
    const ask = () => {
      askedAt = performance.now();
      write(socket);
    };
    socket.on('connect', () => askWhenDue(performance.now()));
    socket.on('data', reader);
    socket.on('error', (error) => console.error(error.message));
    socket.on('close', () => {
      // Hung up on before the time was over.
      if (performance.now() < endsAt) failed++;
      done();
    });
  });
}

function write(socket: Socket): void {
  next = (next + 1) % paths.length;
  const path = paths[next] ?? '/';
  if (!comments) return void socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`, 'latin1');
  const body = JSON.stringify({
    body: `تعليق على الخبر رقم ${++said} من ${run}: خطوة مهمة ننتظر أن تكتمل، وشكرًا على المتابعة والتفاصيل.`,
    author: { name: 'أبو أحمد' },
  });
  const length = Buffer.byteLength(body);
  socket.write(
    `POST ${path} HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
}

/** Calls back with the status of each answer when its last byte is there. Answers say how long they are, or have no body. */
function readAnswers(answered: (status: number) => void): (chunk: Buffer) => void {
  let kept: Buffer | null = null;
  let status = 0;
  let missing = 0;
  return (chunk) => {
    if (missing > 0) missing -= chunk.length;
    else {
      const bytes: Buffer = kept === null ? chunk : Buffer.concat([kept, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      kept = end < 0 ? bytes : null;
      if (end < 0) return;
      status = Number(bytes.toString('latin1', 9, 12));
      missing = end + 4 + (status === 204 || status === 304 ? 0 : lengthIn(bytes, end)) - bytes.length;
    }
    if (missing < 0) throw new Error('an answer is longer than it says');
    if (missing === 0) answered(status);
  };
}

/** Looked for in bytes: the tags of a list are 8 KB of headers. */
function lengthIn(bytes: Buffer, end: number): number {
  for (const name of lengthNames) {
    const at = bytes.indexOf(name);
    if (at >= 0 && at < end)
      return Number.parseInt(bytes.toString('latin1', at + name.length, at + name.length + 12), 10);
  }
  throw new Error('an answer does not say how long it is');
}
