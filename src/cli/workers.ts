import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { LocalText } from '../errors.ts';
import { hangUpForClosing, hangUpForDead } from './dealt-connections.ts';
import { messages } from './messages.ts';
import { CliError, exitCodes } from './output.ts';

/** What a worker tells the process that started it. */
export type WorkerMessage = { ready: string } | { failed: string; exitCode: number };

/** What it is told: finish what is running, then end. */
export const closeMessage = 'close';

export type WorkerPool = {
  /** Where they listen; resolves when all do for the first time, rejects when one cannot. */
  ready: Promise<string>;
  /** Rejects when none is left and none can be started any more. */
  given: Promise<never>;
  /** Ends all of them gracefully, and kills what is left after `killAfterMs`. Rejects when one did not end well. */
  stop(killAfterMs: number): Promise<void>;
};

/** A worker that lived this long did not die at once, and is replaced at once. */
const livedMs = 10_000;
const firstDelayMs = 100;
const longestDelayMs = 30_000;
const mostFailures = 6;

/**
 * Starts `size` processes that run this very command and share one port, and replaces those that die. One that dies at
 * once is replaced after a pause, which doubles each time.
 */
export function startWorkers(size: number, logger: Logger): WorkerPool {
  const listening = Promise.withResolvers<string>();
  const given = Promise.withResolvers<never>();
  const ready = new Set<Worker>();
  const alive = new Map<Worker, Promise<number>>();
  const timers = new Set<NodeJS.Timeout>();
  let everReady = false;
  let failures = 0;
  let stopping = false;
  // Whoever waits for one of them need not wait for the other.
  given.promise.catch(() => {});
  listening.promise.catch(() => {});
  cluster.setupPrimary({ args: [...process.argv.slice(2), '--as-worker'] });

  function start(): void {
    const worker = cluster.fork();
    hangUpForDead(worker);
    const startedAt = performance.now();
    const ended = Promise.withResolvers<number>();
    let failure: { message: LocalText; exitCode: number } | null = null;
    alive.set(worker, ended.promise);
    worker.on('message', (message: WorkerMessage) => {
      if ('failed' in message)
        failure = { message: { en: message.failed, ar: message.failed }, exitCode: message.exitCode };
      else onReady(worker, message.ready);
    });
    worker.once('exit', (code, signal) => {
      alive.delete(worker);
      const wasReady = ready.delete(worker);
      ended.resolve(code ?? exitCodes.failed);
      if (stopping) return;
      const { message, exitCode } = failure ?? { message: messages.workerFailed, exitCode: exitCodes.failed };
      if (!everReady) return listening.reject(new CliError(message, exitCode));
      if (wasReady && performance.now() - startedAt >= livedMs) failures = 0;
      else failures++;
      logger.error({ worker: worker.process.pid, code, signal }, 'a worker ended and is replaced');
      if (ready.size === 0 && !wasReady && failures >= mostFailures) given.reject(new CliError(message, exitCode));
      else startAfter(failures === 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)));
    });
  }

  function startAfter(delayMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      start();
    }, delayMs);
    timers.add(timer);
  }

  function onReady(worker: Worker, origin: string): void {
    ready.add(worker);
    if (everReady) logger.info({ worker: worker.process.pid, origin }, 'a worker listens');
    if (ready.size < size) return;
    everReady = true;
    listening.resolve(origin);
  }

  for (let started = 0; started < size; started++) start();

  return {
    ready: listening.promise,
    given: given.promise,
    async stop(killAfterMs) {
      stopping = true;
      const kill = setTimeout(() => {
        for (const worker of alive.keys()) worker.process.kill('SIGKILL');
      }, killAfterMs);
      for (const timer of timers) clearTimeout(timer);
      for (const worker of alive.keys()) hangUpForClosing(worker);
      const codes = [...alive].map(async ([worker, ended]) => {
        if (ready.has(worker)) {
          if (worker.isConnected()) worker.send(closeMessage);
          return ended;
        }
        // One that is still starting has nothing to finish, and does not listen to messages yet.
        worker.process.kill();
        await ended;
        return exitCodes.done;
      });
      const ended = await Promise.all(codes);
      clearTimeout(kill);
      if (ended.some((code) => code !== exitCodes.done)) throw new Error('a worker did not end well');
    },
  };
}
