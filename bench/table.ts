export type Figure = { name: string; value: number; target: number; better: 'more' | 'less' };

export type Conditions = { articles: number; many: number; rounds: number; seconds: number; postgres: boolean };

/** The figures as a table in Markdown, with what was measured in one line above it. */
export function renderTable(figures: readonly Figure[], conditions: Conditions): string {
  const { articles, many, rounds, seconds, postgres } = conditions;
  const rows = figures.map(({ name, value, target, better }) => {
    const isMet = better === 'more' ? value >= target : value <= target;
    const sign = better === 'more' ? '≥' : '≤';
    return `| ${name} | ${shown(value)} | ${sign} ${shown(target)} | ${isMet ? 'met' : `missed by ${miss(value, target)} %`} |`;
  });
  return [
    `${articles} articles of 6 KB${postgres ? ' over PostgreSQL' : ` on SQLite; ${many} short ones for pages and start-up`}; median of ${rounds} rounds of ${seconds} s in turn.`,
    '',
    '| what | measured | target | |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2).replace(/\.?0+$/, '');
}

function miss(value: number, target: number): string {
  const percent = (Math.abs(value - target) / target) * 100;
  return percent.toFixed(percent < 1 ? 1 : 0);
}
