// Measures how well the right story is found: npm run eval:search -- [--engine postgres] [--data folder] [--every n]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type AskedWord, type Candidate, khabar, native } from './search-quality/analysers.ts';
import { readTasks, type Task } from './search-quality/corpora.ts';
import { postgresIndex, sqliteIndex } from './search-quality/engines.ts';

const { values } = parseArgs({
  options: {
    data: {
      type: 'string',
      default: process.env.KHABAR_EVAL_DATA ?? join(import.meta.dirname, '..', '..', 'shared', 'data'),
    },
    engine: { type: 'string', default: 'sqlite' },
    /** Ask every n-th question only. */
    every: { type: 'string', default: '1' },
  },
});

const openIndex = values.engine === 'postgres' ? postgresIndex : sqliteIndex;
const tasks = await readTasks(values.data);
console.log(
  `${values.engine}, ${tasks[0]?.documents.length} documents, ${values.engine === 'postgres' ? 'ts_rank' : 'bm25'}`,
);
console.log('analyser    task   questions  MRR@10  R@10   AND2');
for (const candidate of [native, khabar]) {
  const texts = tasks[0]?.documents.map(candidate.index) ?? [];
  const index = await openIndex(texts);
  for (const task of tasks)
    console.log(line(candidate, task.name, await measure(task, candidate, texts, index.search)));
  await index.close();
}

type Figures = { questions: number; mrr: number; recall: number; and2: number };

async function measure(
  task: Task,
  candidate: Candidate,
  texts: string[],
  search: (words: AskedWord[], limit: number) => Promise<number[]>,
): Promise<Figures> {
  const asked = task.questions.filter((_, number) => number % Number(values.every) === 0 || task.name === 'ARCD');
  const sums = { mrr: 0, recall: 0, and2: 0, pairs: 0, questions: 0 };
  for (const { text, answer } of asked) {
    const words = candidate.ask(text);
    if (words.length === 0) continue;
    sums.questions++;
    const rank = (await search(words, 10)).indexOf(answer) + 1;
    if (rank > 0) {
      sums.mrr += 1 / rank;
      sums.recall++;
    }
    if (words.length > 1) {
      sums.and2 += sharePairs(words, texts[answer] ?? '');
      sums.pairs++;
    }
  }
  const { questions, mrr, recall, and2, pairs } = sums;
  return { questions, mrr: mrr / questions, recall: recall / questions, and2: and2 / pairs };
}

/** Of all pairs of words asked for, the share of which both are in the text: what a reader meets who asks for both. */
function sharePairs(words: AskedWord[], text: string): number {
  const present = new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const isPresent = (phrase: string[]) => phrase.every((term) => present.has(term));
  const found = words.filter(({ terms, alternatives }) => isPresent(terms) || alternatives.some(isPresent)).length;
  return (found * (found - 1)) / (words.length * (words.length - 1));
}

function line({ name }: Candidate, task: string, { questions, mrr, recall, and2 }: Figures): string {
  const figures = [mrr, recall, and2].map((figure) => figure.toFixed(3).replace(/^0/, ' ').padStart(6));
  return `${name.padEnd(11)} ${task.padEnd(6)} ${String(questions).padStart(9)}  ${figures.join(' ')}`;
}
