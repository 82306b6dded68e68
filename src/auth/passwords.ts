import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { AppError } from '../errors.ts';

/** What one hash costs: memory in KiB, passes over it, and lanes. */
export type PasswordCost = { memoryCost: number; timeCost: number; parallelism: number };

/** OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
export const owaspCost: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const passwordLength = { min: 12, max: 200 };

export type Passwords = ReturnType<typeof createPasswords>;

// The library works in libuv's pool of four threads; file reads and compression need the other half.
const atOnce = 2;
const mostWaiting = 64;

/** Hashes and checks passwords with argon2id, off the event loop, a few at a time. Throws AppError `busy` beyond that. */
export function createPasswords(cost: PasswordCost = owaspCost) {
  const inTurn = createTurns(atOnce, mostWaiting);
  const nobody = unmatchable(cost);

  return {
    /** The PHC string to store. */
    async hash(password: string): Promise<string> {
      return inTurn(() => hash(prepared(password), cost));
    },

    /** Whether the password is the stored one. Without a stored one it takes as long, and is false. */
    async verify(stored: string | null, password: string): Promise<boolean> {
      return inTurn(() => verify(stored ?? nobody, prepared(password)));
    },

    /** Whether a stored hash was made at another cost than new ones are. */
    needsRehash(stored: string): boolean {
      const made = parseOptions(stored);
      return (
        made.memoryCost !== cost.memoryCost ||
        made.timeCost !== cost.timeCost ||
        made.parallelism !== cost.parallelism ||
        !stored.startsWith('$argon2id$')
      );
    },
  };
}

/** Keyboards send one password as different code points; RFC 8265 (OpaqueString, 4.2.2) says which are the same. */
function prepared(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** A hash of the same cost that no password has: its digest is random. */
function unmatchable({ memoryCost, timeCost, parallelism }: PasswordCost): string {
  const part = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${part(16)}$${part(32)}`;
}

function createTurns(most: number, mostInLine: number) {
  const line: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < most) running++;
    else if (line.length >= mostInLine) throw new AppError('busy', { headers: { 'retry-after': '1' } });
    else await new Promise<void>((start) => line.push(start));
    try {
      return await work();
    } finally {
      // The turn is handed to the next in line, so nobody who comes in between can take it.
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}
