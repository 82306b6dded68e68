/**
 * Views are counted by the hour since 1970, in UTC, and windows move by whole hours: the last 24 of them, the running
 * one included, are «24h».
 */
export const dayHours = 24;
export const weekHours = 7 * 24;
/** A day longer than the longest window, so that nothing is forgotten before it was counted out. */
export const keptHours = 8 * 24;

const hourMs = 3600_000;

/** The hour that `time`, in milliseconds, is in. */
export function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}

/** When an hour begins. */
export function beginOf(hour: number): Date {
  return new Date(hour * hourMs);
}
