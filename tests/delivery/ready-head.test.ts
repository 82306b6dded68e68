import { once } from 'node:events';
import { createServer, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readyHeads } from '../../src/delivery/ready-head.ts';

const body = Buffer.from('{"headline":"خبر"}');
const common = ['x-frame-options', 'DENY', 'vary', 'accept'];
const own = ['content-type', 'application/json', 'content-length', String(body.length)];
const headers = [...common, ...own];
const ask = (lines: string[] = [], version = '1.1') =>
  [`GET / HTTP/${version}`, 'Host: x', ...lines, '', ''].join('\r\n');
const last = ask(['Connection: close']);

describe('a head that is ready', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  /** What a server answers on one connection until it hangs up. */
  async function said(answer: (raw: ServerResponse) => void, requests: string[], between = () => {}): Promise<string> {
    const server = createServer((_request, response) => answer(response));
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const closed = once(socket, 'close');
    let text = '';
    let answers = 0;
    socket.on('data', (chunk) => {
      // An answer is small enough to come in one piece.
      text += chunk;
      between();
      if (++answers < requests.length) socket.write(requests[answers] ?? '');
    });
    socket.write(requests[0] ?? '');
    await closed;
    return text;
  }

  const undated = (text: string) => text.replace(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/gm, 'Date: now');
  const sending =
    (head: (raw: ServerResponse) => void, content: Buffer | null = body) =>
    (raw: ServerResponse) => {
      head(raw);
      raw.end(content);
    };

  it.each([
    ['on one connection', [ask(), ask(['X: 1']), ask(['X: 2']), last]],
    ['asked for all at once', [ask() + ask() + ask() + last]],
    ['of HTTP 1.0', [ask(['Connection: keep-alive'], '1.0'), ask([], '1.0')]],
    ['after one that closed', [last]],
  ])('is the same bytes as Node makes for each answer, %s', async (_, requests) => {
    const ready = readyHeads(200, common)(own);
    const usual = (raw: ServerResponse) => void raw.writeHead(200, headers);
    expect(undated(await said(sending(ready), requests))).toBe(undated(await said(sending(usual), requests)));
    expect(undated(await said(sending(ready), requests))).toBe(undated(await said(sending(usual), requests)));
  });

  it('may be that of an answer without a body', async () => {
    const [etag, requests] = [
      ['etag', '"a"'],
      [ask(), ask(['X: 1']), last],
    ];
    const ready = readyHeads(304, [])(etag);
    const usual = (raw: ServerResponse) => void raw.writeHead(304, etag);
    const statuses: number[] = [];
    const text = await said((raw) => {
      sending(ready, null)(raw);
      statuses.push(raw.statusCode);
    }, requests);
    expect(statuses).toEqual([304, 304, 304]);
    expect(undated(text)).toBe(undated(await said(sending(usual, null), requests)));
    expect(text.match(/HTTP\/1.1 304 Not Modified/g)).toHaveLength(3);
  });

  it('is the same bytes for answers that have only some headers in common', async () => {
    const heads = readyHeads(200, common);
    const owns = ['"a"', '"é"', '', '"a"'].map((etag) => [...own, 'etag', etag]);
    const writeHead = vi.spyOn(ServerResponse.prototype, 'writeHead');
    const requests = [ask(), ask(['X: 1']), ask(['X: 2']), last];
    let at = 0;
    const ready = await said((raw) => sending(heads(owns[at++] ?? []))(raw), requests);
    // The first, and the one that closes the connection.
    expect(writeHead).toHaveBeenCalledTimes(2);
    at = 0;
    const usual = await said(
      (raw) => sending((head) => void head.writeHead(200, [...common, ...(owns[at++] ?? [])]))(raw),
      requests,
    );
    expect(undated(ready)).toBe(undated(usual));
  });

  it.each(['a\r\nset-cookie: b', 'ع', '\0'])('refuses %j as Node does', async (value) => {
    const heads = readyHeads(200, common);
    const refused: unknown[] = [];
    const text = await said(
      (raw) => {
        try {
          heads([...own, 'etag', value])(raw);
        } catch (error) {
          refused.push(error);
          heads(own)(raw);
        }
        raw.end(body);
      },
      [ask(), ask(), last],
    );
    expect(refused).toEqual(Array(3).fill(expect.objectContaining({ code: 'ERR_INVALID_CHAR' })));
    expect(text).not.toContain('etag');
  });

  it('is left to Node where what that writes is not understood', async () => {
    const ready = readyHeads(200, common)(own);
    const text = await said(
      (raw) => {
        raw.sendDate = false;
        sending(ready)(raw);
      },
      [ask(), ask(), last],
    );
    expect(text).not.toContain('Date');
    expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3);
  });

  it('is put together by Node once, and has the date of each answer', async () => {
    const writeHead = vi.spyOn(ServerResponse.prototype, 'writeHead');
    const ready = readyHeads(200, common)(own);
    let hour = 0;
    const statuses: number[] = [];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1) });
    const text = await said(
      (raw) => {
        ready(raw);
        statuses.push(raw.statusCode);
        raw.end(body);
      },
      [ask(), ask(['X: 1']), ask(['X: 2']), last],
      () => vi.setSystemTime(Date.UTC(2030, 0, 1, ++hour)),
    );
    // The last, which closes the connection, says so.
    expect(writeHead).toHaveBeenCalledTimes(2);
    expect(statuses).toEqual([200, 200, 200, 200]);
    const dates = [...text.matchAll(/^Date: (.*)$/gm)].map(([, date]) => date?.trim());
    expect(dates.slice(1, 3)).toEqual(['Tue, 01 Jan 2030 01:00:00 GMT', 'Tue, 01 Jan 2030 02:00:00 GMT']);
    expect(text.match(/\r\nConnection: (.*)\r\n/g)?.map((line) => line.trim())).toEqual([
      ...Array(3).fill('Connection: keep-alive'),
      'Connection: close',
    ]);
  });
});
