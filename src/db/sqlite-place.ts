import { statSync } from 'node:fs';
import { DatabaseMovedError } from './errors.ts';

/**
 * Answers a function that throws DatabaseMovedError where `path` no longer leads to the file that it leads to now. SQLite
 * would go on writing into one that was removed or replaced, and all of that would be gone with the process.
 */
export function rememberPlace(path: string): () => void {
  const opened = fileAt(path);
  return () => {
    if (fileAt(path) !== opened) throw new DatabaseMovedError();
  };
}

function fileAt(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev} ${found.ino}` : null;
}
