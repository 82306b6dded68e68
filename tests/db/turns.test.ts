import { expect, it } from 'vitest';
import { classifyDatabaseError } from '../../src/db/errors.ts';
import { createTurns } from '../../src/db/turns.ts';
import { gate } from './rows.ts';

it('so many work at once, and others in the order in which they came, also after a failure', async () => {
  const inTurn = createTurns(2, 1000);
  const begun: number[] = [];
  const gates = Array.from({ length: 4 }, gate);
  const works = gates.map(({ opened }, n) =>
    inTurn(async () => {
      begun.push(n);
      await opened;
      if (n === 0) throw new Error('failed');
      return n;
    }),
  );
  const outcomes = Promise.allSettled(works);
  await expect.poll(() => begun).toEqual([0, 1]);
  gates[0]?.open();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  expect((await outcomes).map((each) => ('value' in each ? each.value : 'failed'))).toEqual(['failed', 1, 2, 3]);
});

it('nobody waits for longer than that, and who gave up takes nobody’s turn', async () => {
  const inTurn = createTurns(1, 30);
  const held = gate();
  const first = inTurn(() => held.opened);
  const error = await inTurn(async () => {}).catch((reason: unknown) => reason);
  expect(classifyDatabaseError(error)?.kind).toBe('busy');
  held.open();
  await first;
  expect(await inTurn(async () => 'done')).toBe('done');
});
