import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** Questions with the one document that answers each, by its place in `documents`. */
export type Task = { name: string; documents: string[]; questions: { text: string; answer: number }[] };

const antItem = z.object({ title: z.string().nullish(), text: z.string().nullish() });
const arcdFile = z.object({
  data: z.array(
    z.object({
      paragraphs: z.array(z.object({ context: z.string(), qas: z.array(z.object({ question: z.string() })) })),
    }),
  ),
});

/**
 * Two tasks over one pool of documents, so that each has the other's as distraction: the headline of a news item finds
 * its text, which is indexed without the headline (ANT corpus); a question finds the paragraph of an encyclopedia that
 * it was asked about (ARCD). Items without headline or text are left out, and of items with the same headline, which
 * nothing could tell apart, all but the first.
 */
export async function readTasks(folder: string): Promise<Task[]> {
  const ant = await readAnt(join(folder, 'ant-corpus.jsonl.gz'));
  const arcd = await readArcd(join(folder, 'arcd', 'arcd-train.json'));
  const documents = [...ant.map(({ text }) => text), ...arcd.keys()];
  return [
    { name: 'ANT', documents, questions: ant.map(({ title }, answer) => ({ text: title, answer })) },
    {
      name: 'ARCD',
      documents,
      questions: [...arcd.values()].flatMap((questions, index) =>
        questions.map((text) => ({ text, answer: ant.length + index })),
      ),
    },
  ];
}

async function readAnt(path: string): Promise<{ title: string; text: string }[]> {
  const lines = gunzipSync(await readFile(path))
    .toString()
    .split('\n')
    .filter(Boolean);
  const byTitle = new Map<string, string>();
  for (const line of lines) {
    const { title, text } = antItem.parse(JSON.parse(line));
    const headline = title?.trim() ?? '';
    if (headline && text?.trim() && !byTitle.has(headline)) byTitle.set(headline, text.trim());
  }
  return [...byTitle].map(([title, text]) => ({ title, text }));
}

/** Paragraph → questions about it. */
async function readArcd(path: string): Promise<Map<string, string[]>> {
  const { data } = arcdFile.parse(JSON.parse(await readFile(path, 'utf8')));
  const paragraphs = new Map<string, string[]>();
  for (const { context, qas } of data.flatMap((article) => article.paragraphs)) {
    paragraphs.set(context, [...(paragraphs.get(context) ?? []), ...qas.map(({ question }) => question.trim())]);
  }
  return paragraphs;
}
