import { eq } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.ts';
import type { RoleName } from '../db/tables.ts';
import type { Authenticate } from './hook.ts';
import { type Actor, permissionNames, rolePermissions } from './permissions.ts';
import { hashToken } from './tokens.ts';

/** The change that every write to users, sessions or keys announces: who may do what is not what it was. */
export const accessTag = 'access';

// Also where a notification is lost, nobody keeps an access for longer than this.
const keptForMs = 900;

/**
 * Answers who a bearer token stands for, or null when it is unknown, expired, revoked, or its user is disabled. Found
 * actors are kept for less than a second, and forgotten at once when anything about access changes in this process.
 */
export function createAuthenticator({ db, clock }: { db: Database; clock: () => Date }): Authenticate {
  const found = new LRUCache<string, Found>({ max: 5000, ttl: keptForMs });
  let changes = 0;
  db.onChange((tags) => {
    if (!tags.has(accessTag) && !tags.has('everything')) return;
    changes++;
    found.clear();
  });

  return async (token) => {
    const kind = /^kb([ks])_[\w-]{43}$/.exec(token)?.[1];
    if (kind === undefined) return null;
    const hash = hashToken(token);
    const access = found.get(hash) ?? (await look(kind, hash));
    if (access === undefined) return null;
    return access.expiresAt === null || access.expiresAt > clock() ? access.actor : null;
  };

  async function look(kind: string, hash: string): Promise<Found | undefined> {
    const before = changes;
    const access = await (kind === 'k' ? findKey(db, hash) : findSession(db, hash));
    // What was read while access changed may be old already: it serves this request and no later one.
    if (access && before === changes) found.set(hash, access);
    return access;
  }
}

type Found = { actor: Actor; expiresAt: Date | null };

/** What a role or, without one, a list of scopes allows. Scopes that no longer exist allow nothing. */
export function permissionsOf(holder: { role: RoleName | null; scopes?: string[] | null }): ReadonlySet<string> {
  if (holder.role !== null) return new Set(rolePermissions[holder.role]);
  const scopes = holder.scopes ?? [];
  return new Set(permissionNames.filter((permission) => scopes.includes(permission)));
}

async function findKey({ read, tables: { apiKeys } }: Database, hash: string): Promise<Found | undefined> {
  const [key] = await read.select().from(apiKeys).where(eq(apiKeys.secretHash, hash));
  if (!key) return undefined;
  const { id, name, role, expiresAt } = key;
  return { actor: { kind: 'key', id, name, role, permissions: permissionsOf(key) }, expiresAt };
}

async function findSession({ read, tables }: Database, hash: string): Promise<Found | undefined> {
  const { sessions, users } = tables;
  const { id, name, role, disabled } = users;
  const [session] = await read
    .select({ id, name, role, disabled, expiresAt: sessions.expiresAt })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.tokenHash, hash));
  if (!session || session.disabled) return undefined;
  const actor: Actor = {
    kind: 'user',
    id: session.id,
    name: session.name,
    role: session.role,
    permissions: permissionsOf(session),
  };
  return { actor, expiresAt: session.expiresAt };
}
