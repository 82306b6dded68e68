import type { ActorKind, RoleName } from '../db/tables.ts';
import { AppError } from '../errors.ts';

/** Everything that may be allowed, and what it means. API keys may carry any of these as scopes instead of a role. */
export const permissions = {
  'articles:read': 'Read every working copy',
  'articles:read-own': 'Read one’s own working copies',
  'articles:create': 'Create drafts',
  'articles:edit': 'Change and delete every working copy',
  'articles:edit-own': 'Change one’s own working copies, published ones too, and delete own drafts',
  'articles:edit-own-drafts': 'Change and delete one’s own working copies that were never published',
  'articles:publish': 'Publish, unpublish and kill everything',
  'articles:publish-own': 'Publish and unpublish one’s own',
  'taxonomy:read': 'Read categories, tags and authors',
  'taxonomy:edit': 'Create, change and delete categories, tags and authors',
  'comments:read': 'Read comments of every status',
  'comments:moderate': 'Approve, reject and delete comments',
  'settings:read': 'Read the site’s settings',
  'settings:edit': 'Change the site’s settings',
  'users:manage': 'Create, change and delete users',
  'keys:manage': 'Create, change and delete API keys',
  'audit:read': 'Read the audit log',
} as const;

export type Permission = keyof typeof permissions;

/** Who may what: the only table of it. */
export const rolePermissions: Record<RoleName, readonly Permission[]> = {
  contributor: ['articles:read-own', 'articles:create', 'articles:edit-own-drafts', 'taxonomy:read'],
  author: ['articles:read-own', 'articles:create', 'articles:edit-own', 'articles:publish-own', 'taxonomy:read'],
  editor: [
    'articles:read',
    'articles:create',
    'articles:edit',
    'articles:publish',
    'taxonomy:read',
    'taxonomy:edit',
    'comments:read',
    'comments:moderate',
    'settings:read',
  ],
  moderator: ['comments:read', 'comments:moderate', 'taxonomy:read'],
  admin: Object.keys(permissions) as Permission[],
};

export const roleNames = Object.keys(rolePermissions) as [RoleName, ...RoleName[]];
export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

/** Who a request acts for. `id` is the user's or the key's; what it created is its own. */
export type Actor = {
  kind: ActorKind;
  id: string;
  name: string;
  role: RoleName | null;
  permissions: ReadonlySet<string>;
};

/** The actor of the command line and of the server's own work. */
export const systemActor: Actor = {
  kind: 'system',
  id: 'system',
  name: 'system',
  role: 'admin',
  permissions: new Set<string>(permissionNames),
};

/** The actor of a reader who is not signed in. */
export const readerActor: Actor = { kind: 'reader', id: 'reader', name: 'reader', role: null, permissions: new Set() };

export function can(actor: Actor, permission: Permission): boolean {
  return actor.permissions.has(permission);
}

/** Throws AppError `forbidden` (403) without the permission. */
export function demand(actor: Actor, permission: Permission): void {
  if (!can(actor, permission)) throw new AppError('forbidden', { params: { permission } });
}

type Owned = { createdBy: string | null; publishedAt: Date | null };

export function mayReadArticle(actor: Actor, article: Owned): boolean {
  return can(actor, 'articles:read') || (can(actor, 'articles:read-own') && article.createdBy === actor.id);
}

/** Throws 404 where the actor may not know that the article exists, 403 where it may see but not change it. */
export function demandArticleEdit(actor: Actor, article: Owned): void {
  if (can(actor, 'articles:edit')) return;
  const own = article.createdBy === actor.id;
  if (own && can(actor, 'articles:edit-own')) return;
  if (own && can(actor, 'articles:edit-own-drafts') && article.publishedAt === null) return;
  refuse(actor, article, 'articles:edit');
}

/** The same for deleting: of one's own, only what was never published. */
export function demandArticleDelete(actor: Actor, article: Owned): void {
  if (can(actor, 'articles:edit')) return;
  const ownDraft = article.createdBy === actor.id && article.publishedAt === null;
  if (ownDraft && (can(actor, 'articles:edit-own') || can(actor, 'articles:edit-own-drafts'))) return;
  refuse(actor, article, 'articles:edit');
}

/** The same for publishing and unpublishing. */
export function demandArticlePublish(actor: Actor, article: Owned): void {
  if (can(actor, 'articles:publish')) return;
  if (article.createdBy === actor.id && can(actor, 'articles:publish-own')) return;
  refuse(actor, article, 'articles:publish');
}

/** The same for killing, which nobody can undo: one's own is not enough. */
export function demandArticleKill(actor: Actor, article: Owned): void {
  if (!can(actor, 'articles:publish')) refuse(actor, article, 'articles:publish');
}

function refuse(actor: Actor, article: Owned, permission: Permission): never {
  if (!mayReadArticle(actor, article)) throw new AppError('not-found');
  throw new AppError('forbidden', { params: { permission } });
}
