import { afterEach, expect, it, vi } from 'vitest';
import { exportOf, importInto } from '../imports/newsrooms.ts';
import type { Engine } from '../support/engines.ts';
import type { Newsroom } from '../support/newsroom.ts';
import { compareAll, type Seen } from './twins/compare.ts';
import { checkAgainst } from './twins/expected.ts';
import { type Random, randomFrom } from './twins/random.ts';
import { nextStep, type Step } from './twins/requests.ts';
import { doJobs, readBy } from './twins/room-work.ts';
import { openTwin, overSockets, settingsOf, twinsOf } from './twins/twins.ts';
import { World } from './twins/world.ts';

vi.mock('../../src/uuid.ts', async (original) => ({
  ...(await original<typeof import('../../src/uuid.ts')>()),
  uuid: (await import('./twins/same-ids.ts')).nextId,
}));

/** KHABAR_SOAK_SEED does the same again, KHABAR_SOAK_RUNS goes on with the seeds after it. */
const firstSeed = Number(process.env.KHABAR_SOAK_SEED ?? Math.floor(Math.random() * 1e9));
const runs = Number(process.env.KHABAR_SOAK_RUNS ?? 1);
const steps = Number(process.env.KHABAR_SOAK_STEPS ?? 75);
const stepsBetween = 25;
/** How much of everything is read in between. */
const share = 0.3;

/** Lists where what is of one instant stands in the order of its number, and the log, which is no part of an export. */
const hasNumbers = /^\/v1\/(articles\?|articles\/.*\/related|search|editorial\/audit)|^\/feeds|sitemap/;

let rooms: Newsroom[] = [];
afterEach(async () => {
  for (const room of rooms) await room.close();
  rooms = [];
});

it.each(Array.from({ length: runs }, (_, run) => firstSeed + run))(
  'newsrooms on both engines answer the same after the same requests, as fresh processes and imports of exports do (seed %i)',
  async (seed) => {
    const log: string[] = [];
    try {
      await live(randomFrom(seed), log);
    } catch (error) {
      const failed = rooms.flatMap(({ logs }) => logs.filter((line) => line.startsWith('{"level":50')));
      console.error([`seed ${seed} failed after:`, ...log, ...failed].join('\n'));
      throw error;
    }
  },
  600_000,
);

/** Sends two rooms the same, and compares them to each other, to the model, to fresh processes and to imports of their export. */
async function live(random: Random, log: string[]): Promise<void> {
  const [first, second] = [await open('sqlite'), await open('postgres')];
  const twins = twinsOf([first, second]);
  const world = new World();
  const seen: Seen = new Map();

  async function take(step: Step): Promise<void> {
    log.push(JSON.stringify(step));
    if (step.do === 'pass') for (const room of rooms) room.pass(step.ms);
    if (step.do === 'jobs') await twins.each(doJobs);
    if (step.do === 'read') await twins.each((room) => readBy(room, step.articleId, step.readers));
    if (step.do === 'import') {
      const [one, other] = await twins.import(step.lines);
      expect(other).toEqual(one);
      await world.relearn(step.lines, (url) => first.call(url, { as: 'admin' }));
    }
    if (step.do !== 'send') return;
    const [one, other] = await twins.send(step.request);
    expect({ step, answer: other }).toEqual({ step, answer: one });
    if (one) world.learn(step.request, one);
    log.push(`  ${one?.status} ${one?.body?.code ?? ''}`);
  }

  for (let taken = 1; taken <= steps; taken++) {
    await take(nextStep(random, world));
    if (taken % stepsBetween !== 0 && taken !== steps) continue;
    log.push('the two, and the model');
    await compareAll(first, second, world, { seen, only: () => random.chance(share) });
    await checkAgainst(first, world);
  }
  await twins.each(doJobs);
  for (const room of [first, second]) {
    log.push('a fresh process, and the one that was there all the time');
    const fresh = await room.anotherProcess();
    const options = { seen, isSameDatabase: true };
    await compareAll({ app: fresh, tokenOf: room.tokenOf }, await overSockets(room), world, options);
    await fresh.close();
  }
  log.push('imports of the export');
  const [lines = '', others] = await twins.exports();
  expect(others).toBe(lines);
  const restored = [await restore(first, lines, 'sqlite'), await restore(first, lines, 'postgres')] as const;
  await compareAll(...restored, world);
  await compareAll(first, restored[1], world, { only: ({ url }) => !hasNumbers.test(url) });
}

async function open(engine: Engine): Promise<Newsroom> {
  const room = await openTwin(engine);
  rooms.push(room);
  return room;
}

/** A room that has nothing but an export of another, at the same moment. */
async function restore(from: Newsroom, lines: string, engine: Engine): Promise<Newsroom> {
  const room = await open(engine);
  room.pass(from.clock().getTime() - room.clock().getTime());
  const options = { now: room.clock, takeSettings: true, settings: await settingsOf(room) };
  expect(await importInto(room.db, lines.trim().split('\n'), options)).toMatchObject({ problems: [], failed: 0 });
  expect(await exportOf(room.db)).toBe(lines);
  await doJobs(room);
  return room;
}
