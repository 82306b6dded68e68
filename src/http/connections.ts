import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Where Node keeps the answer that a connection waits for. Its documentation does not name it. */
type Answering = Socket & { _httpMessage?: ServerResponse | null };

/** Connections on which Node's parser has refused what came: they are answered without a request that Node knows of. */
const refused = new WeakSet<Socket>();

/** The answer that is made or sent on a connection now, if Node knows of one. */
export function answerOn(socket: Answering): ServerResponse | null {
  return socket._httpMessage ?? null;
}

/** Says that a connection is answered by what was refused on it; false when that was said before. */
export function refuseOn(socket: Socket): boolean {
  if (refused.has(socket)) return false;
  refused.add(socket);
  return true;
}

/** The connections that are open, of those that come from now on. */
export function openConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

/**
 * Hangs up on connections of a server. Node tells idle ones only from all others, and counts those among the others that
 * have sent nothing yet, or half of a request's head.
 */
export function followConnections(server: Server) {
  const open = openConnections(server);

  return {
    /** Hangs up on all that wait for no answer: no whole head of a request came on them since the last one. */
    hangUpUnasked(): void {
      for (const socket of open) if (answerOn(socket) === null && !refused.has(socket)) socket.destroy();
    },

    /** Hangs up on all. */
    hangUp(): void {
      for (const socket of open) socket.destroy();
    },
  };
}
