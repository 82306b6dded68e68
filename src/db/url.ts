import { fileURLToPath } from 'node:url';

export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url);
}

/** The path of a SQLite file named by `DATABASE_URL`. */
export function sqlitePath(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url.replace(/^(?:sqlite|file):/, '');
}
