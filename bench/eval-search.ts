// Measures how well the right story is found, by the product's own index and queries, against SQLite's tokenizer alone.
import { join } from 'node:path';
import { readOptions } from './options.ts';
import { type AskedWord, type Candidate, khabar, native } from './search-quality/analysers.ts';
import { readTasks, type Task } from './search-quality/corpora.ts';
import { nativeIndex } from './search-quality/native-index.ts';
import { ask, type Engine, openProduct, publishTexts } from './search-quality/product.ts';

const usage = `Usage: npm run eval:search -- [options]
  --engine <engine>   sqlite, postgres or both; both
  --data <folder>     where the corpora are; KHABAR_EVAL_DATA
  --every <n>         ask every n-th question only`;
const values = readOptions(usage, {
  data: {
    type: 'string',
    default: process.env.KHABAR_EVAL_DATA ?? join(import.meta.dirname, '..', '..', 'shared', 'data'),
  },
  engine: { type: 'string', default: 'both' },
  every: { type: 'string', default: '1' },
});

const engines = values.engine === 'both' ? (['sqlite', 'postgres'] as const) : [values.engine as Engine];
const tasks = await readTasks(values.data);
const documents = tasks[0]?.documents ?? [];
console.log(`${documents.length} documents`);
console.log('index                task   questions  MRR@10  R@10   AND2');

const plain = await nativeIndex(documents);
for (const task of tasks) {
  const find = (question: string) => plain.search(native.ask(question), 10);
  console.log(line('unicode61', task.name, await measure(task, native, find)));
}
await plain.close();

for (const engine of engines) {
  const product = await openProduct(engine);
  const numbers = await publishTexts(product, documents);
  const places = new Map(numbers.map((number, place) => [number, place]));
  for (const task of tasks) {
    const find = async (question: string) =>
      (await ask(product, question, 10)).map((number) => places.get(number) ?? -1);
    console.log(line(`khabar, ${engine}`, task.name, await measure(task, khabar, find)));
  }
  await product.close();
}

type Figures = { questions: number; mrr: number; recall: number; and2: number };

async function measure(
  task: Task,
  candidate: Candidate,
  find: (question: string) => Promise<number[]>,
): Promise<Figures> {
  const asked = task.questions.filter((_, number) => number % Number(values.every) === 0 || task.name === 'ARCD');
  const sums = { mrr: 0, recall: 0, and2: 0, pairs: 0, questions: 0 };
  for (const { text, answer } of asked) {
    const words = candidate.ask(text);
    if (words.length === 0) continue;
    sums.questions++;
    const rank = (await find(text)).indexOf(answer) + 1;
    if (rank > 0) {
      sums.mrr += 1 / rank;
      sums.recall++;
    }
    if (words.length > 1) {
      sums.and2 += sharePairs(words, candidate.index(documents[answer] ?? ''));
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

function line(name: string, task: string, { questions, mrr, recall, and2 }: Figures): string {
  const figures = [mrr, recall, and2].map((figure) => figure.toFixed(3).replace(/^0/, ' ').padStart(6));
  return `${name.padEnd(20)} ${task.padEnd(6)} ${String(questions).padStart(9)}  ${figures.join(' ')}`;
}
