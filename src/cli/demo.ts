import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAudit } from '../audit/audit.ts';
import { createKeyService } from '../auth/key-service.ts';
import { createPasswords } from '../auth/passwords.ts';
import { roleNames } from '../auth/permissions.ts';
import { createUserService } from '../auth/user-service.ts';
import { type Config, loadConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { exportNewsroom } from '../imports/export.ts';
import { importLines } from '../imports/import.ts';
import { parseNewsPage } from '../imports/news-page.ts';
import { pageLine } from '../imports/page-line.ts';
import type { ArticleRecord, CommentRecord } from '../imports/records.ts';
import { uuid } from '../uuid.ts';
import { joined } from './explain.ts';
import { depsOf } from './import.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { clock, openNewsroom, systemWork } from './newsroom.ts';
import { CliError, note } from './output.ts';
import { isTaken, startServer } from './serve.ts';

const names: Record<(typeof roleNames)[number], string> = {
  contributor: 'سامي ناصر',
  author: 'ليلى حداد',
  editor: 'عمر الخطيب',
  moderator: 'هدى منصور',
  admin: 'رنا سليمان',
};

export async function demo({ port }: { port?: string }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-demo-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const settings = { DATABASE_URL: join(folder, 'demo.db'), KHABAR_LOG_LEVEL: 'warn', PORT: port ?? '3000' };
    const { db } = await openNewsroom(loadConfig(settings));
    const article = await addStory(db, loadConfig(settings));
    const { key, password } = await addStaff(db);
    const { origin } = await startOnFreePort(settings, db, { canMove: port === undefined, onClosed: remove });
    note(...guide(origin, article, key, password));
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startOnFreePort(
  settings: Record<string, string>,
  db: Database,
  { canMove, onClosed }: { canMove: boolean; onClosed: () => Promise<void> },
): Promise<{ origin: string }> {
  try {
    return await startServer(loadConfig(settings), db, { onClosed });
  } catch (error) {
    if (!canMove || !isTaken(error)) throw error;
    return startServer(loadConfig({ ...settings, PORT: '0' }), db, { onClosed });
  }
}

/** The story comes in as any page does, and its comments as those of an export do. */
async function addStory(db: Database, config: Config): Promise<ArticleRecord> {
  const text = readFileSync(new URL('./seed-article.txt', import.meta.url), 'utf8');
  const parsed = parseNewsPage(text, { timeZone: config.KHABAR_TIME_ZONE });
  if (!parsed.ok) throw new CliError(messages.demoUnreadable(joined(parsed.problems, ' ')));
  await importObject(db, config, {
    ...pageLine(parsed.page),
    category: ['أخبار', 'سياسة'],
    tags: ['سوريا', 'التحالف الدولي'],
  });
  const lines: string[] = [];
  await exportNewsroom(db, (line) => void lines.push(line));
  const record = JSON.parse(lines.at(-1) ?? '{}') as ArticleRecord;
  const comments = [
    comment('أبو أحمد', 'approved', 'خطوة مهمة إن اكتملت. ما الذي يضمن تنفيذها؟'),
    comment('سلمى', 'pending', 'أين يمكن قراءة نص الإعلان كاملًا؟'),
  ];
  await importObject(db, config, { ...record, comments });
  return record;
}

function comment(name: string, status: CommentRecord['status'], body: string): CommentRecord {
  const at = clock();
  const author = { name, email: null };
  return { id: uuid(), parentId: null, status, body, author, links: 0, version: 1, createdAt: at, updatedAt: at };
}

async function importObject(db: Database, config: Config, value: object): Promise<void> {
  await importLines(await depsOf(db, config), systemWork(db), oneLine(JSON.stringify(value)), {
    publish: true,
    takeSettings: false,
    dryRun: false,
    onProblem: (_line, error) => {
      throw error;
    },
    onProgress: () => {},
  });
}

async function* oneLine(text: string) {
  yield { number: 1, bytes: text.length, text };
}

async function addStaff(db: Database): Promise<{ key: string; password: string }> {
  const audit = createAudit(db.tables, clock);
  const users = createUserService({ db, clock, audit, passwords: createPasswords() });
  const password = randomBytes(12).toString('base64url');
  await Promise.all(
    roleNames.map((role) =>
      users.create(systemWork(db), { email: `${role}@example.org`, name: names[role], role, password }),
    ),
  );
  const keys = createKeyService({ db, clock, audit });
  const { secret } = await keys.create(systemWork(db), { name: 'demo', role: 'admin' });
  return { key: secret ?? '', password };
}

function guide(origin: string, { id, slug }: ArticleRecord, key: string, password: string): string[] {
  return [
    say(messages.demoRuns),
    '',
    say(messages.demoBrowse),
    `  ${origin}/docs`,
    `  ${origin}/v1/articles`,
    `  ${origin}/v1/articles/${encodeURIComponent(slug)}`,
    `  ${origin}/v1/articles/${id}/comments`,
    '',
    say(messages.demoComment),
    `  curl ${origin}/v1/articles/${id}/comments -H 'Content-Type: application/json' -d '{"body":"تعليق جديد","author":{"name":"قارئ"}}'`,
    '',
    say(messages.demoEdit),
    `  export KEY=${key}`,
    `  curl ${origin}/v1/editorial/articles -H "Authorization: Bearer $KEY"`,
    `  curl '${origin}/v1/editorial/comments?status=pending' -H "Authorization: Bearer $KEY"`,
    '',
    say(
      messages.demoSignIn(`${origin}/v1/editorial/sessions`, roleNames.map((role) => `${role}@example.org`).join(', ')),
    ),
    say(messages.demoPassword(password)),
    '',
    say(messages.demoEnds),
  ];
}
