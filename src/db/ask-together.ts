import type { Values } from './database.ts';

type Asker<Row> = { values: Values; resolve: (row: Row | undefined) => void; reject: (error: unknown) => void };
type Ask<Row> = (values: Values[]) => Promise<(Row | undefined)[]>;

/** Questions on their way at once. A third would not be answered earlier, and with less company. */
const mostUnderway = 2;
const mostAtOnce = 100;

/**
 * Answers whoever asks in the same turn of the event loop, or while earlier questions are on their way, by one question.
 * For a database that is another process: the way there and back is most of the price of one row.
 */
export function askTogether<Row>(ask: Ask<Row>): (values: Values) => Promise<Row | undefined> {
  const waiting: Asker<Row>[] = [];
  let underway = 0;
  let isDue = false;

  function askSoon(): void {
    if (isDue || waiting.length === 0 || underway === mostUnderway) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      void askNow();
    });
  }

  async function askNow(): Promise<void> {
    const askers = waiting.splice(0, mostAtOnce);
    underway++;
    askSoon();
    try {
      const rows = await ask(askers.map(({ values }) => values));
      askers.forEach(({ resolve }, place) => void resolve(rows[place]));
    } catch (error) {
      for (const { reject } of askers) reject(error);
    } finally {
      underway--;
      askSoon();
    }
  }

  return (values) =>
    new Promise((resolve, reject) => {
      waiting.push({ values, resolve, reject });
      askSoon();
    });
}
