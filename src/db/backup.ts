import BetterSqlite from 'better-sqlite3';

/**
 * Copies a SQLite database to a new file without holding up writers, and checks the copy. The copy
 * is one file: no journal belongs to it. Throws when the copy is not whole.
 */
export async function backupSqlite(source: string, target: string): Promise<void> {
  const connection = new BetterSqlite(source, { readonly: true, fileMustExist: true });
  try {
    await connection.backup(target, { progress: () => pagesAtOnce });
  } finally {
    connection.close();
  }
  const copy = new BetterSqlite(target);
  try {
    copy.pragma('journal_mode = DELETE');
    const report = copy.pragma('integrity_check', { simple: true });
    if (report !== 'ok') throw new Error(`the copy is damaged: ${String(report)}`);
    const broken = copy.pragma('foreign_key_check') as unknown[];
    if (broken.length > 0) throw new Error(`the copy is damaged: ${broken.length} broken references`);
  } finally {
    copy.close();
  }
}

/** All of them: a copy made in steps begins anew whenever another process writes in between, and may never end. */
const pagesAtOnce = 0x7fffffff;
