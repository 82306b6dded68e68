import { z } from 'zod';
import type { RoleName } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { fieldErrors } from '../http/validation.ts';
import { permissionsOf } from './authenticate.ts';
import type { Actor } from './permissions.ts';

type Holder = { role: RoleName | null; scopes?: string[] | null };

/**
 * Throws AppError `forbidden` when `holder` has, or would have, a permission that the actor lacks: nobody can give,
 * take over or shut out more than they are allowed themselves.
 */
export function demandAllOf(actor: Actor, holder: Holder): void {
  for (const permission of permissionsOf(holder))
    if (!actor.permissions.has(permission)) throw new AppError('forbidden', { params: { permission } });
}

/** Checks what a use case is given. Over HTTP that is done already; the command line comes without. */
export function checkInput<Schema extends z.ZodType>(schema: Schema, input: z.input<Schema>): void {
  const result = z.safeParse(schema, input, { reportInput: true });
  if (!result.success) throw new AppError('invalid-request', { errors: fieldErrors(result.error.issues, 'body') });
}
