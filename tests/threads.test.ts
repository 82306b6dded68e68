import { afterEach, expect, it } from 'vitest';
import { createThreads, type ThreadOptions, type Threads } from '../src/threads.ts';

let threads: Threads;
afterEach(() => threads.close());

const module = new URL('./thread-tasks.ts', import.meta.url);
const start = (options: ThreadOptions = {}) => {
  threads = createThreads(options);
};
const double = (n: number) => threads.run<number, number>(module, 'double', n);
const spin = () => threads.run<null, never>(module, 'spin', null).catch((error: Error) => error);

it('threads take only their own task with them when they die', async () => {
  start();
  const [death, life] = await Promise.allSettled([threads.run<null, never>(module, 'die', null), double(21)]);
  expect(death.status).toBe('rejected');
  expect(life).toEqual({ status: 'fulfilled', value: 42 });
  expect(await double(4)).toBe(8);
});

it('a task that takes too long is given up, and named as what was busy', async () => {
  start({ most: 1, taskTimeoutMs: 500 });
  expect(await spin()).toMatchObject({ code: 'busy', cause: { message: expect.stringMatching(/^spin .* 500 ms/) } });
});

it('a task is refused where as many as may wait do, and named too', async () => {
  start({ most: 1, mostWaiting: 1 });
  // Until a thread runs, one task more waits for it.
  await double(1);
  const others = [spin(), spin()];
  expect(await spin()).toMatchObject({ code: 'busy', cause: { message: expect.stringMatching(/^spin .* waiting/) } });
  await threads.close();
  expect(await Promise.all(others)).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }]);
});

it('what a task throws comes back as it is', async () => {
  start();
  const failing = threads.run<string, never>(module, 'fail', 'no such column: queue');
  await expect(failing).rejects.toThrow('no such column: queue');
  await expect(failing).rejects.not.toHaveProperty('status');
});

it('threads end with the app, also in the middle of a task', async () => {
  start();
  const endless = spin();
  await double(1);
  await threads.close();
  expect(await endless).toMatchObject({ code: 'unavailable' });
  await expect(double(1)).rejects.toMatchObject({ code: 'unavailable' });
});
