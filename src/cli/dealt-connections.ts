import type { Worker } from 'node:cluster';

/** A message of node:cluster that deals a connection to a worker, and the worker's word on it. Node does not document them. */
type Dealt = { act?: string; key?: string; seq?: number };
type Answered = { accepted?: boolean };

/**
 * Hangs up on those whose connection was dealt to a worker that died before it took it. The cluster module waits for
 * the worker's word with the connection in its hands, one for each address; nobody would ever read from it. Once the
 * worker can say nothing more, the word is given for it: that it took the connection, which is then closed here. To
 * leave dealing to the system (`SCHED_NONE`) would need no word, but gives most of the connections that a proxy keeps
 * open to one worker.
 */
export function hangUpForDead(worker: Worker): void {
  const { process: child } = worker;
  const send = child.send.bind(child) as (...sent: unknown[]) => boolean;
  const last = new Map<string, number>();
  child.send = (message: Dealt, ...others: unknown[]) => {
    if (message.act === 'newconn') last.set(String(message.key), Number(message.seq));
    return send(message, ...others);
  };
  // By now all that it has said was read. A word that was given before is not waited for, and does nothing.
  child.once('close', () => {
    // It is dealt nothing more: where it died in the middle of a message, Node would not tell that it is gone.
    worker.disconnect();
    for (const ack of last.values()) child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: true });
  });
}

/**
 * Hangs up on those whose connection a worker does not take any more because it closes. The cluster module would deal it to
 * another one; where all of them close, it would keep it until the process ends.
 */
export function hangUpForClosing({ process: child }: Worker): void {
  child.prependListener('internalMessage', (message: Answered) => {
    if (message.accepted === false) message.accepted = true;
  });
}
