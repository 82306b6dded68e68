import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import type { Newsroom } from '../support/newsroom.ts';

/** Listens, once, on a free port. */
export async function portOf(room: Newsroom): Promise<number> {
  if (!room.app.server.listening) await room.app.listen({ host: '127.0.0.1', port: 0 });
  return (room.app.server.address() as AddressInfo).port;
}

/** Sends bytes as they are, and answers what came back until the server hung up. `end` says that no more will come. */
export async function speak(port: number, parts: (string | Buffer)[], options?: { end: boolean }) {
  const bytes = await hear(port, parts, options);
  return { ...readAnswer(bytes.toString()), body: bytes.subarray(bytes.indexOf('\r\n\r\n') + 4) };
}

/** The same, of which all is answered as it came. */
export async function hear(port: number, parts: (string | Buffer)[], { end = false } = {}): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  for (const part of parts) socket.write(part);
  if (end) socket.end();
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

export function readAnswer(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(first.split(' ')[1]), headers, problem: body.startsWith('{') ? JSON.parse(body) : null };
}
