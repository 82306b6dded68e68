import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/db/database.ts';
import { classifyDatabaseError } from '../../src/db/errors.ts';
import { jointly, type Outcome } from '../../src/db/joint-work.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { gate, setting, settingNames } from './rows.ts';

let opened: Awaited<ReturnType<typeof freshDatabase>>;
let db: Database;
let groups: (readonly string[])[];

async function open(engine: 'sqlite' | 'postgres') {
  opened = await freshDatabase(engine);
  db = opened.db;
  groups = [];
}

/** Refuses names that begin with `no`, and throws when it meets `bad`. */
async function store(tx: Tx, names: readonly string[]): Promise<Outcome<string>[]> {
  groups.push(names);
  for (const name of names) if (!name.startsWith('no')) await setting(db, tx, name);
  if (names.includes('bad')) throw new Error('bad');
  return names.map((name) => (name.startsWith('no') ? { error: new Error(name) } : { value: `${name}!` }));
}

const storeAll = (names: string[]) => Promise.allSettled(names.map((name) => db.write(jointly(store, name))));
const saidOf = (outcome: PromiseSettledResult<string>) =>
  outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message;

describeEachEngine('joint work', (engine) => {
  beforeEach(() => open(engine));
  afterEach(() => opened.dispose());

  it('answers each its own, and refuses only those that are refused', async () => {
    const outcomes = await storeAll(['a', 'no-b', 'c', 'no-d']);
    expect(outcomes.map(saidOf)).toEqual(['a!', 'no-b', 'c!', 'no-d']);
    expect(await settingNames(db)).toEqual(['a', 'c']);
    expect(groups).toHaveLength(1);
  });

  it('that throws for one is done for all others, once', async () => {
    const outcomes = await storeAll(['a', 'bad', 'no', 'c']);
    expect(outcomes.map(saidOf)).toEqual(['a!', 'bad', 'no', 'c!']);
    expect(await settingNames(db)).toEqual(['a', 'c']);
  });

  it('that throws before it has written anything fails only for whoever it cannot be done for', async () => {
    const refuse = async (_: Tx, names: readonly string[]): Promise<Outcome<string>[]> => {
      if (names.includes('bad')) throw new Error('bad');
      return names.map((value) => ({ value }));
    };
    const outcomes = await Promise.allSettled(['a', 'bad', 'c'].map((name) => db.write(jointly(refuse, name))));
    expect(outcomes.map(saidOf)).toEqual(['a', 'bad', 'c']);
  });

  it('stands among other work in the order in which it was asked for', async () => {
    const done: string[] = [];
    const noting = async (tx: Tx, names: readonly string[]) => {
      done.push(names.join('+'));
      return store(tx, names);
    };
    const join = (name: string) => db.write(jointly(noting, name));
    const other = db.write(async (tx) => {
      done.push('other');
      await setting(db, tx, 'other');
    });
    await Promise.all([other, join('a'), join('b')]);
    if (engine === 'sqlite') expect(done).toEqual(['other', 'a+b']);
    expect(await settingNames(db)).toEqual(['a', 'b', 'other']);
  });

  it('that breaks a constraint fails for whoever broke it', async () => {
    await db.write((tx) => setting(db, tx, 'taken'));
    const outcomes = await storeAll(['a', 'taken', 'c', 'a']);
    const kinds = outcomes.map((each) => each.status === 'rejected' && classifyDatabaseError(each.reason)?.kind);
    expect(kinds.slice(1, 3)).toEqual(['unique', false]);
    // Of two that want the same, one has it.
    expect([kinds[0], kinds[3]].toSorted()).toEqual([false, 'unique']);
    expect(await settingNames(db)).toEqual(['a', 'c', 'taken']);
  });

  it('is a part of the unit that it is called in', async () => {
    const writing = db.write(async (tx) => {
      expect(await jointly(store, 'a')(tx)).toBe('a!');
      throw new Error('no');
    });
    await expect(writing).rejects.toThrow('no');
    expect(await settingNames(db)).toEqual([]);
  });

  it('announces and shares like any other', async () => {
    const heard: string[] = [];
    const shared: (readonly string[])[] = [];
    db.onChange((tags) => void heard.push(...tags));
    const collect = async (_: Tx, items: readonly string[]) => void shared.push(items);
    const tell = async (tx: Tx, names: readonly string[]) => {
      for (const name of names) {
        tx.share(collect, name);
        tx.announce(name);
      }
      return names.map((value) => ({ value }));
    };
    await Promise.all(['a', 'b'].map((name) => db.write(jointly(tell, name))));
    expect(heard.toSorted()).toEqual(['a', 'b']);
    expect(shared.flat()).toEqual(['a', 'b']);
  });

  it('that waits when the database is closed is done; later work is refused', async () => {
    const storing = storeAll(['a', 'b']);
    await db.close();
    expect((await storing).map(saidOf)).toEqual(['a!', 'b!']);
    await expect(db.write(jointly(store, 'c'))).rejects.toThrow('closed');
  });

  it('cannot be asked for inside another unit', async () => {
    await expect(db.write(() => db.write(jointly(store, 'a')))).rejects.toThrow('inside db.write');
  });
});

describe.runIf(enginesToTest(process.env).includes('postgres'))('joint work on PostgreSQL', () => {
  beforeEach(() => open('postgres'));
  afterEach(() => opened.dispose());

  const endOthers = (condition: string) =>
    db.read.rows(
      sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and ${sql.raw(condition)}`,
    );

  it('does not wait with others for a lock that one of them needs', async () => {
    const stored = gate();
    const held = gate();
    const holding = db.write(async (tx) => {
      await setting(db, tx, 'locked');
      stored.open();
      await held.opened;
      throw new Error('given up');
    });
    await stored.opened;
    const [locked, free] = ['locked', 'free'].map((name) => db.write(jointly(store, name)));
    expect(await free).toBe('free!');
    expect(await db.write(jointly(store, 'later'))).toBe('later!');
    held.open();
    await expect(holding).rejects.toThrow('given up');
    expect(await locked).toBe('locked!');
    expect(groups[0]).toEqual(['locked', 'free']);
  });

  it('is done by each alone when the connection dies before the commit', async () => {
    let isFirst = true;
    const dying = async (tx: Tx, names: readonly string[]) => {
      const outcomes = await store(tx, names);
      if (isFirst) {
        isFirst = false;
        await endOthers(`state = 'idle in transaction'`);
        await setting(db, tx, 'lost');
      }
      return outcomes;
    };
    const outcomes = await Promise.all(['a', 'b'].map((name) => db.write(jointly(dying, name))));
    expect(outcomes).toEqual(['a!', 'b!']);
    expect(await settingNames(db)).toEqual(['a', 'b']);
  });

  it('is not done again when nobody knows whether it was committed', async () => {
    await db.write((tx) =>
      tx.run(
        sql`create function pause() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return null; end $$;
            create constraint trigger pausing after insert on settings deferrable initially deferred
            for each row when (new.name = 'slow') execute function pause()`,
      ),
    );
    const storing = storeAll(['a', 'slow']);
    await expect.poll(() => endOthers(`query like '%COMMIT' and wait_event = 'PgSleep'`)).not.toEqual([]);
    for (const outcome of await storing)
      expect(outcome.status === 'rejected' && classifyDatabaseError(outcome.reason)?.kind).toBe('unavailable');
    expect(groups).toEqual([['a', 'slow']]);
    expect(await settingNames(db)).toEqual([]);
  });
});
