import { lt } from 'drizzle-orm';
import { rules } from '../auth/login-guard.ts';
import type { Database } from '../db/database.ts';
import type { Views } from '../delivery/views.ts';
import { keptForMs } from '../http/idempotency-keys.ts';
import { windowMs } from '../likeness/likeness.ts';
import type { Job } from './scheduler.ts';

const hourMs = 3600_000;

/** Everything that is done now and then: what is counted over a window is counted anew, what has run out is forgotten. */
export function periodicJobs({ db, views }: { db: Database; views: Pick<Views, 'recount'> }): Job[] {
  const { sessions, idempotencyKeys, loginFailures, articleLikeness, likenessBands } = db.tables;

  /** Who signs in or writes takes what has run out for gone already, or trims it, each when it comes by. */
  async function forget(at: Date): Promise<void> {
    const ago = (ms: number) => new Date(at.getTime() - ms);
    await db.write(async (tx) => {
      await tx.delete(sessions).where(lt(sessions.expiresAt, at));
      await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, ago(keptForMs)));
      await tx.delete(loginFailures).where(lt(loginFailures.lastAt, ago(rules.account.keptForMs)));
    });
    await db.write(async (tx) => {
      await tx.delete(likenessBands).where(lt(likenessBands.at, ago(windowMs)));
      await tx.delete(articleLikeness).where(lt(articleLikeness.at, ago(windowMs)));
    });
  }

  return [
    { name: 'recount-views', everyMs: hourMs, run: ({ at, signal }) => views.recount(at, signal) },
    { name: 'forget-old', everyMs: hourMs, run: ({ at }) => forget(at) },
  ];
}
