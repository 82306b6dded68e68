import { type SQL, sql } from 'drizzle-orm';

type Asker<Row> = { ref: string; resolve: (row: Row | undefined) => void; reject: (error: unknown) => void };
type Ask<Row> = (values: { refs: string[] }) => Promise<(Row & { ref: string })[]>;

/** Questions on their way at once. A third would not be answered earlier, and with less company. */
const mostUnderway = 2;
const mostAtOnce = 100;

/** The query of `prepareOne`, for many texts in one parameter: `ref` in each row says for which of them it is. */
export function queryOfMany(columns: SQL, joined: SQL): SQL {
  return sql`select asked.ref, ${columns} from unnest(${sql.placeholder('refs')}::text[]) asked (ref) ${joined}`;
}

/**
 * Answers whoever asks in the same turn of the event loop, or while earlier questions are on their way, by one question.
 * For a database that is another process: the way there and back is most of the price of one row.
 */
export function askTogether<Row>(ask: Ask<Row>): (ref: string) => Promise<Row | undefined> {
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
      const rows = await ask({ refs: [...new Set(askers.map(({ ref }) => ref))] });
      const found = new Map(rows.map((row) => [row.ref, row]));
      for (const { ref, resolve } of askers) resolve(found.get(ref));
    } catch (error) {
      for (const { reject } of askers) reject(error);
    } finally {
      underway--;
      askSoon();
    }
  }

  return (ref) =>
    new Promise((resolve, reject) => {
      waiting.push({ ref, resolve, reject });
      askSoon();
    });
}
