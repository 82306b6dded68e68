import { describe, expect, it } from 'vitest';
import { permissionsOf } from '../../src/auth/authenticate.ts';
import { demandAllOf } from '../../src/auth/grants.ts';
import {
  type Actor,
  can,
  demandArticleEdit,
  demandArticlePublish,
  mayReadArticle,
  permissionNames,
  readerActor,
  roleNames,
  rolePermissions,
} from '../../src/auth/permissions.ts';
import type { RoleName } from '../../src/db/tables.ts';
import { AppError } from '../../src/errors.ts';

const actorWith = (role: RoleName): Actor => ({
  kind: 'user',
  id: 'me',
  name: role,
  role,
  permissions: permissionsOf({ role }),
});

/** 200 when `check` lets it pass, otherwise the status it is refused with. */
function answer(check: () => void): number {
  try {
    check();
    return 200;
  } catch (error) {
    if (error instanceof AppError) return error.status;
    throw error;
  }
}

const draft = { publishedAt: null };
const published = { publishedAt: new Date('2025-11-10T22:00:00Z') };
const mine = { createdBy: 'me' };
const theirs = { createdBy: 'somebody-else' };
const nobodys = { createdBy: null };

// Reading, changing, publishing: own draft, own published article, another's draft, another's published article.
const articleRules: Record<RoleName, { read: number[]; edit: number[]; publish: number[] }> = {
  contributor: { read: [200, 200, 404, 404], edit: [200, 403, 404, 404], publish: [403, 403, 404, 404] },
  author: { read: [200, 200, 404, 404], edit: [200, 200, 404, 404], publish: [200, 200, 404, 404] },
  editor: { read: [200, 200, 200, 200], edit: [200, 200, 200, 200], publish: [200, 200, 200, 200] },
  moderator: { read: [404, 404, 404, 404], edit: [404, 404, 404, 404], publish: [404, 404, 404, 404] },
  admin: { read: [200, 200, 200, 200], edit: [200, 200, 200, 200], publish: [200, 200, 200, 200] },
};
const articles = [
  { ...mine, ...draft },
  { ...mine, ...published },
  { ...theirs, ...draft },
  { ...theirs, ...published },
];

describe('what a role may do with one’s own articles and with those of others', () => {
  for (const role of roleNames) {
    const actor = actorWith(role);
    const rules = articleRules[role];
    it(`${role} reads`, () => {
      expect(articles.map((article) => (mayReadArticle(actor, article) ? 200 : 404))).toEqual(rules.read);
    });
    it(`${role} changes`, () => {
      expect(articles.map((article) => answer(() => demandArticleEdit(actor, article)))).toEqual(rules.edit);
    });
    it(`${role} publishes`, () => {
      expect(articles.map((article) => answer(() => demandArticlePublish(actor, article)))).toEqual(rules.publish);
    });
  }

  it('takes an article that nobody made for another’s', () => {
    expect(answer(() => demandArticleEdit(actorWith('author'), { ...nobodys, ...draft }))).toBe(404);
    expect(mayReadArticle(actorWith('contributor'), { ...nobodys, ...draft })).toBe(false);
  });

  it('gives a reader nothing', () => {
    expect(permissionNames.filter((permission) => can(readerActor, permission))).toEqual([]);
    expect(answer(() => demandArticleEdit(readerActor, { ...mine, ...draft }))).toBe(404);
  });
});

// Written out again on purpose: a change of the table must be meant.
const ownArticles = ['articles:read-own', 'articles:create'];
const allArticles = ['articles:read', 'articles:create', 'articles:edit', 'articles:publish'];
const comments = ['comments:read', 'comments:moderate'];
const expected: Record<Exclude<RoleName, 'admin'>, string[]> = {
  contributor: [...ownArticles, 'articles:edit-own-drafts', 'taxonomy:read'],
  author: [...ownArticles, 'articles:edit-own', 'articles:publish-own', 'taxonomy:read'],
  editor: [...allArticles, ...comments, 'taxonomy:read', 'taxonomy:edit', 'settings:read'],
  moderator: [...comments, 'taxonomy:read'],
};

describe('the table of roles', () => {
  it.each(Object.entries(expected))('gives %s what is written here, and nothing more', (role, allowed) => {
    expect([...rolePermissions[role as RoleName]].sort()).toEqual(allowed.sort());
  });

  it('gives users, keys, settings and the audit log to admins alone', () => {
    for (const permission of ['users:manage', 'keys:manage', 'settings:edit', 'audit:read'] as const)
      expect(roleNames.filter((role) => rolePermissions[role].includes(permission))).toEqual(['admin']);
  });

  it('gives comments to moderators, editors and admins', () => {
    const moderating = roleNames.filter((role) => rolePermissions[role].includes('comments:moderate'));
    expect(moderating.sort()).toEqual(['admin', 'editor', 'moderator']);
  });

  it('gives moderators nothing of articles', () => {
    expect(rolePermissions.moderator.filter((permission) => permission.startsWith('articles:'))).toEqual([]);
  });

  it('gives admins everything there is', () => {
    expect([...rolePermissions.admin].sort()).toEqual([...permissionNames].sort());
  });
});

describe('what one may give to others', () => {
  it('is a role that allows no more than one’s own', () => {
    const given = (giver: RoleName) =>
      roleNames.filter((role) => answer(() => demandAllOf(actorWith(giver), { role })) === 200);
    expect(given('admin')).toEqual([...roleNames]);
    expect(given('editor')).toEqual(['editor', 'moderator']);
    expect(given('contributor')).toEqual(['contributor']);
  });

  it('is each scope that one has, and no other', () => {
    const narrow: Actor = {
      ...actorWith('editor'),
      role: null,
      permissions: new Set(['keys:manage', 'comments:read']),
    };
    const given = permissionNames.filter(
      (scope) => answer(() => demandAllOf(narrow, { role: null, scopes: [scope] })) === 200,
    );
    expect(given.sort()).toEqual(['comments:read', 'keys:manage']);
  });

  it('allows nothing by a scope that no longer exists', () => {
    expect([...permissionsOf({ role: null, scopes: ['articles:everything', 'comments:read'] })]).toEqual([
      'comments:read',
    ]);
  });
});
