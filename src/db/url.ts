import { fileURLToPath } from 'node:url';

export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url);
}

/**
 * Whether `DATABASE_URL` may be this: the address of a server, or a file. What names the server of another database, or
 * another machine's file, is none; nor is the address whose password has a / or # in it that is not percent-encoded.
 */
export function isDatabaseUrl(url: string): boolean {
  // A server may be found by its defaults, which no other URL leaves out beside a user.
  if (isPostgresUrl(url)) return URL.canParse(url.replace('@/', '@host/'));
  return !/^[a-z][a-z\d+.-]*:\/\//i.test(url) || /^(?:file|sqlite):\/\/\//.test(url);
}

/** The path of a SQLite file named by `DATABASE_URL`. */
export function sqlitePath(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url.replace(/^(?:sqlite|file):/, '');
}
