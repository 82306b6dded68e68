import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPasswords, owaspCost } from '../../src/auth/passwords.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { cheapCost } from '../support/password-cost.ts';

const passwords = createPasswords(cheapCost);

describe('passwords', () => {
  it('are hashed with argon2id at the cost that OWASP advises', async () => {
    expect(await createPasswords().hash('كلمة مرور طويلة')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(owaspCost).toEqual({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  });

  it('match themselves only, and never hash alike', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(await passwords.verify(stored, 'correct horse battery')).toBe(true);
    expect(await passwords.verify(stored, 'correct horse batterz')).toBe(false);
    expect(await passwords.verify(stored, '')).toBe(false);
    expect(await passwords.hash('correct horse battery')).not.toBe(stored);
  });

  it('match however a keyboard composes their letters and spaces', async () => {
    const stored = await passwords.hash('أمل وألم في مدينة');
    expect(await passwords.verify(stored, 'أمل وألم في مدينة'.normalize('NFD'))).toBe(true);
    expect(await passwords.verify(stored, 'أمل\u00a0وألم في مدينة')).toBe(true);
    expect(await passwords.verify(stored, 'امل والم في مدينة')).toBe(false);
    const decomposed = await passwords.hash('أمل\u00a0وألم في مدينة'.normalize('NFD'));
    expect(await passwords.verify(decomposed, 'أمل وألم في مدينة')).toBe(true);
  });

  it('match nothing where no hash is stored', async () => {
    expect(await passwords.verify(null, 'correct horse battery')).toBe(false);
  });

  it('take as long to refuse without an account as with one', async () => {
    const real = createPasswords();
    const stored = await real.hash('correct horse battery');
    const time = async (hash: string | null) => {
      const times: number[] = [];
      for (let round = 0; round < 7; round++) {
        times.push(await cpuTime(() => real.verify(hash, 'a wrong password')));
      }
      return times.sort((a, b) => a - b)[3] ?? 0;
    };
    const ratio = (await time(null)) / (await time(stored));
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  it('are hashed again when they were hashed at another cost', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(passwords.needsRehash(stored)).toBe(false);
    expect(createPasswords().needsRehash(stored)).toBe(true);
    expect(await createPasswords().verify(stored, 'correct horse battery')).toBe(true);
  });

  it('are hashed off the event loop, a few at a time, and refused as busy when too many wait', async () => {
    const slow = createPasswords({ ...cheapCost, memoryCost: 8192 });
    const work = Array.from({ length: 80 }, () => slow.hash('correct horse battery').then(() => 'done', codeOf));
    let ticks = 0;
    const ticking = (async () => {
      for (; ticks < 5; ticks++) await sleep(1);
    })();
    const outcomes = await Promise.all(work);
    await ticking;
    expect(ticks).toBe(5);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(66);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(14);
    expect(await slow.hash('correct horse battery')).toMatch(/^\$argon2id/);
  });
});

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
