import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import type { Audit } from '../audit/audit.ts';
import type { Database, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { AppError, fieldError } from '../errors.ts';
import { decodeCursor, listDigest, timeAndId, toPage } from '../http/cursor.ts';
import { isStorable, outOfRange } from '../http/date-input.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { uuid } from '../uuid.ts';
import { demandVersion } from '../versioned.ts';
import type { Work } from '../work.ts';
import { accessTag } from './authenticate.ts';
import { checkInput, demandAllOf } from './grants.ts';
import { type KeyCreate, type KeyPatch, keyCreate } from './schemas.ts';
import { newToken } from './tokens.ts';

export type KeyRow = Tables['apiKeys']['$inferSelect'];
export type NewKey = KeyRow & { secret: string | null };
export type KeyService = ReturnType<typeof createKeyService>;

/** What may be done with API keys. A key lives until it expires or is deleted, whatever becomes of who made it. */
export function createKeyService({ db, clock, audit }: { db: Database; clock: () => Date; audit: Audit }) {
  const { apiKeys } = db.tables;
  const digest = listDigest('api-keys', {});

  return {
    async list(query: { limit: number; cursor?: string | undefined }) {
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const at = after && new Date(after[0]);
      const start =
        after && at
          ? or(lt(apiKeys.createdAt, at), and(eq(apiKeys.createdAt, at), lt(apiKeys.id, after[1])))
          : undefined;
      const rows = await db.read
        .select()
        .from(apiKeys)
        .where(start)
        .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
        .limit(query.limit + 1);
      return toPage(rows, query.limit, digest, (row) => [row.createdAt.getTime(), row.id]);
    },

    async get(id: string): Promise<KeyRow> {
      const [row] = await db.read.select().from(apiKeys).where(eq(apiKeys.id, id));
      if (!row) throw new AppError('not-found');
      return row;
    },

    /** Makes a key. Its secret is in this answer and nowhere else: only its hash is stored. */
    async create(work: Work, input: KeyCreate): Promise<NewKey> {
      checkInput(keyCreate, { name: input.name, role: input.role, scopes: input.scopes });
      const role = input.role ?? null;
      const scopes = input.scopes ?? null;
      demandAllOf(work.actor, { role, scopes });
      checkExpiry(input.expiresAt, clock());
      const { secret, hash: secretHash } = newToken('key');
      return work.write(async (tx) => {
        const id = uuid();
        const at = clock();
        const [row] = await tx
          .insert(apiKeys)
          .values({
            id,
            name: input.name,
            role,
            scopes,
            secretHash,
            hint: secret.slice(-4),
            createdBy: work.actor.kind === 'system' ? null : work.actor.id,
            expiresAt: input.expiresAt ?? null,
            createdAt: at,
            updatedAt: at,
          })
          .returning();
        await audit(tx, work, 'api-key.created', { type: 'api-key', id }, { role, scopes });
        return { ...(row as KeyRow), secret };
      });
    },

    async update(work: Work, id: string, expected: ExpectedVersions, input: KeyPatch): Promise<KeyRow> {
      checkExpiry(input.expiresAt, clock());
      return work.write(async (tx) => {
        demandAllOf(work.actor, await lock(tx, id, expected));
        const [row] = await tx
          .update(apiKeys)
          .set({
            ...(input.name === undefined ? {} : { name: input.name }),
            ...(input.role === undefined ? {} : { role: input.role, scopes: null }),
            ...(input.scopes === undefined ? {} : { role: null, scopes: input.scopes }),
            ...(input.expiresAt === undefined ? {} : { expiresAt: input.expiresAt }),
            version: sql`${apiKeys.version} + 1`,
            updatedAt: clock(),
          })
          .where(eq(apiKeys.id, id))
          .returning();
        const changed = row as KeyRow;
        demandAllOf(work.actor, changed);
        await audit(tx, work, 'api-key.updated', { type: 'api-key', id }, { fields: Object.keys(input) });
        tx.announce(accessTag);
        return changed;
      });
    },

    async remove(work: Work, id: string, expected: ExpectedVersions): Promise<void> {
      await work.write(async (tx) => {
        demandAllOf(work.actor, await lock(tx, id, expected));
        await tx.delete(apiKeys).where(eq(apiKeys.id, id));
        await audit(tx, work, 'api-key.deleted', { type: 'api-key', id });
        tx.announce(accessTag);
      });
    },
  };

  /** The key as it is, held until the transaction ends. Throws 404 without it and 412 at another version. */
  async function lock(tx: Tx, id: string, expected: ExpectedVersions): Promise<KeyRow> {
    const [row] = await tx
      .update(apiKeys)
      .set({ version: sql`${apiKeys.version}` })
      .where(eq(apiKeys.id, id))
      .returning();
    if (!row) throw new AppError('not-found');
    demandVersion(row.version, expected);
    return row;
  }
}

function checkExpiry(expiresAt: Date | null | undefined, now: Date): void {
  if (!expiresAt) return;
  if (!isStorable(expiresAt)) throw fieldError('/expiresAt', outOfRange.params.code, outOfRange.params.message);
  if (expiresAt > now) return;
  throw fieldError('/expiresAt', 'in_the_past', {
    en: 'It must lie in the future.',
    ar: 'يجب أن يكون في المستقبل.',
  });
}
