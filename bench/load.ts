// Load on a server from a process of its own: reads what to do from its standard input as JSON, prints what came of it.
// It talks to 127.0.0.1 only, and ends by itself.
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';

export type Load = {
  port: number;
  seconds: number;
  connections: number;
  /** Paths to ask for, one after another from a place of its own for each connection. */
  paths: string[];
  headers?: Record<string, string>;
  /** Posts comments, each like no other, instead of reading. */
  comments?: boolean;
  /** Requests a second over all connections; as many as it can without. */
  rate?: number;
};
export type Result = { perSecond: number; p50: number; p99: number; ok: number; failed: number };

const load = JSON.parse(await text(process.stdin)) as Load;
let next = Math.floor(Math.random() * load.paths.length);
let said = 0;
const run = `${Date.now().toString(36)}${Math.floor(Math.random() * 1e6)}`;
const result = await autocannon({
  url: `http://127.0.0.1:${load.port}`,
  duration: load.seconds,
  connections: load.connections,
  ...(load.rate === undefined ? {} : { overallRate: load.rate }),
  requests: [
    {
      method: load.comments ? 'POST' : 'GET',
      headers: { ...load.headers, ...(load.comments ? { 'content-type': 'application/json' } : {}) },
      setupRequest(request) {
        next = (next + 1) % load.paths.length;
        const path = load.paths[next] ?? '/';
        if (!load.comments) return { ...request, path };
        const body = `تعليق على الخبر رقم ${++said} من ${run}: خطوة مهمة ننتظر أن تكتمل، وشكرًا على المتابعة والتفاصيل.`;
        return { ...request, path, body: JSON.stringify({ body, author: { name: 'أبو أحمد' } }) };
      },
    },
  ],
});
const ok = result['2xx'] + result['3xx'];
const answer: Result = {
  perSecond: ok / result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  ok,
  failed: result.non2xx - result['3xx'] + result.errors,
};
console.log(JSON.stringify(answer));
