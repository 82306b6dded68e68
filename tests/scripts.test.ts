import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

type Ran = { code: number; stdout: string; stderr: string };

async function run(script: string, ...args: string[]): Promise<Ran> {
  return promisify(execFile)(process.execPath, [script, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
  );
}

describe.each(['scripts/migrations.ts', 'bench/bench.ts', 'bench/eval-search.ts', 'bench/search-speed.ts'])(
  '%s',
  (script) => {
    it.each(['--help', '-h'])('tells with %s how it is called', async (option) => {
      expect(await run(script, option)).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: n/), stderr: '' });
    });

    it('tells the same when it is called otherwise, and does nothing', async () => {
      const { stdout: usage } = await run(script, '--help');
      const { code, stdout, stderr } = await run(script, '--nonsense');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/--nonsense/);
      expect(stderr.endsWith(usage)).toBe(true);
      expect(stderr).not.toMatch(/^ +at /m);
    });
  },
);

it.each([[[]], [['Not a name']], [['--custom']], [['--custom', '../x']]])(
  'migrations are not made with %j',
  async (args) => {
    const before = readdirSync('migrations', { recursive: true });
    const { code, stdout, stderr } = await run('scripts/migrations.ts', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/name.*\nUsage: npm run migrations/);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(readdirSync('migrations', { recursive: true })).toEqual(before);
  },
);
