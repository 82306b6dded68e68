import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { openConnections } from './connections.ts';

/**
 * How long a connection may do nothing, in milliseconds: neither send more of a request nor read more of its answer. It is
 * longer than any request takes.
 */
export const stalledMs = 60_000;

type Bounds = {
  /** So many bytes of answers may wait for their readers. */
  mostBytes?: number;
  /** Who has had nothing left to read within so long is not hung up on. */
  patienceMs?: number;
  lookEveryMs?: number;
};

/**
 * Bounds what waits in memory for readers who are slow, or never read: an answer stays there until its reader has taken
 * it. Beyond `mostBytes` those are hung up on who have kept something waiting longest. A reader in no hurry is left alone as
 * long as there is room.
 */
export function boundUnread(
  server: Server,
  { mostBytes = 128 * 1024 * 1024, patienceMs = 5000, lookEveryMs = 1000 }: Bounds = {},
): void {
  const open = openConnections(server);
  /** Since when the same has been waiting, those first for whom it has been longest. */
  const waiting = new Map<Socket, { since: number; written: number }>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    const now = performance.now();
    let bytes = 0;
    for (const socket of open) {
      const { writableLength, bytesWritten: written } = socket;
      bytes += writableLength;
      if (writableLength > 0 && waiting.get(socket)?.written === written) continue;
      waiting.delete(socket);
      if (writableLength > 0) waiting.set(socket, { since: now, written });
    }
    for (const socket of waiting.keys()) if (!open.has(socket)) waiting.delete(socket);
    for (const [socket, { since }] of waiting) {
      if (bytes <= mostBytes || now - since < patienceMs) return;
      bytes -= socket.writableLength;
      socket.destroy();
    }
  }

  server.once('listening', () => {
    timer = setInterval(look, lookEveryMs).unref();
  });
  server.once('close', () => {
    if (timer) clearInterval(timer);
  });
}
