import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { exitCodes } from './output.ts';

type Signal = NodeJS.Signals;

/** Signals that ask a process to end. */
const asking: closeWithGrace.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
/** Faults that leave nothing to be finished. */
const faults: closeWithGrace.Signals[] = ['SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGFPE'];
/** npm hands on what a process manager or a terminal has sent to both of them, so that a signal may come twice. */
const sameForMs = 1000;

type Options = {
  /** When the process ends though it has not finished. */
  delayMs: number;
  logger: Logger;
  /** Signals that do nothing. */
  ignored?: readonly Signal[];
};

/** Why a process closes: an error that nothing caught, a signal, or neither where it was told otherwise. */
export type Reason = { err: Error | undefined; signal: Signal | undefined };

/**
 * Ends the process when it was asked to, or after an error that nothing caught, once `finish` has resolved; at once when it
 * is asked again later. `close` asks too, and `forget` leaves signals to the system again.
 */
export function closeWhenAsked(
  { delayMs, logger, ignored = [] }: Options,
  finish: (reason: Reason) => Promise<void>,
): { close(): void; forget(): void } {
  let isClosing = false;
  let asked: { signal: Signal; at: number } | null = null;
  const grace = closeWithGrace({ delay: delayMs, logger, skip: [...faults, ...asking] }, async ({ err }) => {
    isClosing = true;
    await finish({ err, signal: asked?.signal });
  });

  function close(): void {
    if (!isClosing) void grace.close();
  }

  function onSignal(signal: Signal): void {
    if (ignored.includes(signal)) return;
    if (asked === null) {
      asked = { signal, at: performance.now() };
      close();
    } else if (performance.now() - asked.at > sameForMs) {
      logger.error({ signal }, 'asked again, ending at once');
      process.exit(exitCodes.failed);
    }
  }

  // For good: where nobody listens to a signal for a moment, it ends the process.
  for (const signal of asking) process.on(signal, onSignal);
  return {
    close,
    forget() {
      grace.uninstall();
      for (const signal of asking) process.off(signal, onSignal);
    },
  };
}
