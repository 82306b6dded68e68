import type { RoleName } from '../../src/db/tables.ts';
import type { Newsroom } from '../support/newsroom.ts';

export const password = 'كلمة مرور طويلة';

/** Makes a user over HTTP, as an admin key. */
export async function addUser(room: Newsroom, role: RoleName, email = `${role}@example.org`) {
  const made = await room.call('/v1/editorial/users', {
    as: 'admin',
    body: { email, name: `Staff ${email}`, role, password },
  });
  if (made.status !== 201) throw new Error(`no user: ${made.text}`);
  return { id: String(made.body.id), url: `/v1/editorial/users/${made.body.id}`, email };
}

export async function signIn(room: Newsroom, email: string, secret = password, from = '198.51.100.1') {
  return room.call('/v1/editorial/sessions', { body: { email, password: secret }, remoteAddress: from });
}

/** Makes a user and signs in: the token of a session. */
export async function openSession(room: Newsroom, role: RoleName, email?: string) {
  const user = await addUser(room, role, email);
  const answer = await signIn(room, user.email);
  return { ...user, token: String(answer.body.token) };
}

/** The status of a request that every role may make, and that reads nothing of its actor again. */
export async function tryToken(room: Newsroom, token: string): Promise<number> {
  return (await room.call('/v1/editorial/tags', { as: token })).status;
}
