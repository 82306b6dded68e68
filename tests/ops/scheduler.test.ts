import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { createScheduler, type Job } from '../../src/ops/scheduler.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';

const minute = 60_000;
const hour = 60 * minute;

describeEachEngine('periodic work', (engine) => {
  let first: Awaited<ReturnType<typeof freshDatabase>>;
  let second: Awaited<ReturnType<typeof openDatabase>>;
  let now: number;
  let errors: string[];
  beforeEach(async () => {
    first = await freshDatabase(engine);
    second = await openDatabase(first.url);
    now = Date.UTC(2025, 10, 11, 8, 59);
    errors = [];
  });
  afterEach(async () => {
    await second.close();
    await first.dispose();
  });

  function schedulerOn(db: typeof second, ...jobs: Job[]) {
    const logger = { debug: () => {}, error: (about: unknown) => void errors.push((about as { job: string }).job) };
    return createScheduler({ db, clock: () => new Date(now), logger: logger as never, jobs });
  }
  const job = (run: Job['run'], name = 'sweep'): Job => ({ name, everyMs: hour, run });

  it('is done once in each period, however many processes look for it at once', async () => {
    let runs = 0;
    const sweep = job(async () => void runs++);
    const schedulers = [first.db, second, first.db, second].map((db) => schedulerOn(db, sweep));
    const lookAll = () => Promise.all(schedulers.map((each) => each.runDue()));
    expect((await lookAll()).flat()).toEqual(['sweep']);
    await lookAll();
    expect(runs).toBe(1);
    now += minute;
    expect((await lookAll()).flat()).toEqual(['sweep']);
    now += 59 * minute;
    await lookAll();
    expect(runs).toBe(2);
  });

  it('is not begun by another process while it is done, and is taken over when that died', async () => {
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    let runs = 0;
    const dying = schedulerOn(
      first.db,
      job(async () => {
        begun.resolve();
        await end.promise;
      }),
    );
    const other = schedulerOn(
      second,
      job(async () => void runs++),
    );
    const running = dying.runDue();
    await begun.promise;
    now += 4 * minute;
    expect(await other.runDue()).toEqual([]);
    now += 2 * minute;
    expect(await other.runDue()).toEqual(['sweep']);
    expect(runs).toBe(1);
    // The one that was taken for dead changes nothing when it ends after all.
    end.resolve();
    await running;
    expect(await other.runDue()).toEqual([]);
  });

  it('is done again after a clock that was far ahead was put right, though it was done or claimed by that', async () => {
    const year = 365 * 24 * hour;
    let runs = 0;
    const sweep = schedulerOn(
      first.db,
      job(async () => void runs++),
    );
    const dying = schedulerOn(
      second,
      job(() => new Promise(() => {}), 'other'),
    );
    now += year;
    await sweep.runDue();
    void dying.runDue();
    const { jobs } = first.db.tables;
    await expect.poll(() => first.db.read.$count(jobs)).toBe(2);
    now -= year;
    expect(await sweep.runDue()).toEqual(['sweep']);
    expect(await sweep.runDue()).toEqual([]);
    expect(runs).toBe(2);
    expect(
      await schedulerOn(
        first.db,
        job(async () => {}, 'other'),
      ).runDue(),
    ).toEqual(['other']);
  });

  it('is left to the next hour when another machine’s clock is a little ahead', async () => {
    const sweep = schedulerOn(
      first.db,
      job(async () => {}),
    );
    now += 2 * hour;
    expect(await sweep.runDue()).toEqual(['sweep']);
    now -= 2 * hour;
    expect(await sweep.runDue()).toEqual([]);
  });

  it('is tried again after a minute when it failed, is logged, and holds up no other work', async () => {
    now -= 30 * minute;
    let failing = true;
    const broken = job(async () => {
      if (failing) throw new Error('broken');
    }, 'broken');
    const scheduler = schedulerOn(
      first.db,
      broken,
      job(async () => {}),
    );
    expect(await scheduler.runDue()).toEqual(['sweep']);
    expect(errors).toEqual(['broken']);
    failing = false;
    expect(await scheduler.runDue()).toEqual([]);
    now += minute;
    expect(await scheduler.runDue()).toEqual(['broken']);
  });

  it('is broken off when its process closes, and done by the next', async () => {
    const begun = Promise.withResolvers<void>();
    const closing = schedulerOn(
      first.db,
      job(async ({ signal }) => {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }),
    );
    const running = closing.runDue();
    await begun.promise;
    await closing.stop();
    expect(await running).toEqual([]);
    expect(await closing.runDue()).toEqual([]);
    expect(
      await schedulerOn(
        second,
        job(async () => {}),
      ).runDue(),
    ).toEqual(['sweep']);
  });
});
