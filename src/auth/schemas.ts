import { z } from 'zod';
import { displayName } from '../http/names.ts';
import { id, instant, line, versionedFields } from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';
import { passwordLength } from './passwords.ts';
import { permissionNames, roleNames } from './permissions.ts';

const role = z.enum(roleNames);
const scope = z.enum(permissionNames);

export const user = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    role,
    disabled: z.boolean(),
    ...versionedFields,
  })
  .meta({ id: 'User' });

export const apiKey = z
  .object({
    id,
    name: z.string(),
    role: role.nullable(),
    scopes: z.array(z.string()).nullable(),
    hint: z.string().meta({ description: 'The last four characters of the secret' }),
    createdBy: z.string().nullable().meta({ description: 'Id of the user or key that made it' }),
    expiresAt: instant.nullable(),
    ...versionedFields,
  })
  .meta({ id: 'ApiKey' });

export const me = z
  .object({
    kind: z.enum(['user', 'key']),
    id,
    name: z.string(),
    email: z.string().nullable(),
    role: role.nullable(),
    permissions: z.array(z.string()),
    version: z.number().int(),
  })
  .meta({ id: 'Me', description: 'Who a token stands for, and what it allows' });

const email = z.email().max(254);

const newPassword = z.string().min(passwordLength.min).max(passwordLength.max).meta({ format: 'password' });

const givenPassword = z.string().min(1).max(1000).meta({ format: 'password' });

export const signIn = z
  .strictObject({ email: z.string().min(1).max(254), password: givenPassword })
  .meta({ examples: [{ email: 'layla@example.org', password: 'كلمة مرور طويلة' }] });

export const signedIn = z
  .object({
    token: z.string().meta({ description: 'Send it as Authorization: Bearer <token>' }),
    expiresAt: instant,
    user,
  })
  .meta({ id: 'SignedIn' });

export const userCreate = z.strictObject({ email, name: displayName(100), role, password: newPassword }).meta({
  examples: [{ email: 'layla@example.org', name: 'ليلى حداد', role: 'editor', password: 'كلمة مرور طويلة' }],
});
export type UserCreate = z.infer<typeof userCreate>;

export const userPatch = z
  .strictObject({ email, name: displayName(100), role, password: newPassword, disabled: z.boolean() })
  .partial()
  .meta({ examples: [{ role: 'author' }] });
export type UserPatch = z.infer<typeof userPatch>;

export const mePatch = z
  .strictObject({ name: displayName(100), password: newPassword, currentPassword: givenPassword })
  .partial()
  .refine((patch) => patch.password === undefined || patch.currentPassword !== undefined, {
    path: ['currentPassword'],
    ...refusal('required', 'Send the current password with a new one.', 'أرسل كلمة المرور الحالية مع الجديدة.'),
  })
  .meta({ examples: [{ currentPassword: 'كلمة مرور طويلة', password: 'كلمة مرور أطول منها' }] });
export type MePatch = z.infer<typeof mePatch>;

const keyFields = {
  name: line(100),
  role,
  scopes: z
    .array(scope)
    .min(1)
    .max(permissionNames.length)
    .transform((scopes) => [...new Set(scopes)])
    .meta({ type: 'array', items: { type: 'string', enum: permissionNames }, minItems: 1 }),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .nullable()
    .meta({ type: ['string', 'null'], format: 'date-time', description: 'null: it does not expire' }),
};
const roleOrScopes = refusal('role_or_scopes', 'Give a role or scopes, not both.', 'أعطِ دورًا أو صلاحيات، لا كليهما.');

export const keyCreate = z
  .strictObject(keyFields)
  .partial({ role: true, scopes: true, expiresAt: true })
  .refine((key) => (key.role === undefined) !== (key.scopes === undefined), { path: ['role'], ...roleOrScopes })
  .meta({ examples: [{ name: 'موقع الصحيفة', scopes: ['articles:read', 'taxonomy:read'] }] });
export type KeyCreate = z.infer<typeof keyCreate>;

export const keyPatch = z
  .strictObject(keyFields)
  .partial()
  .refine((key) => key.role === undefined || key.scopes === undefined, { path: ['role'], ...roleOrScopes })
  .meta({ examples: [{ role: 'author' }, { expiresAt: '2026-12-31T00:00:00Z' }] });
export type KeyPatch = z.infer<typeof keyPatch>;

export const newApiKey = apiKey
  .extend({
    secret: z
      .string()
      .nullable()
      .meta({ description: 'The token itself, in this answer only; null when a repeated request is answered again' }),
  })
  .meta({ id: 'NewApiKey' });
