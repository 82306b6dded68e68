export function double(n: number): number {
  return 2 * n;
}

/** Ends the thread without a word. */
export function die(): void {
  process.exit(1);
}

export function spin(): void {
  for (;;);
}

export function fail(message: string): never {
  throw new Error(message);
}
