import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { aggregateTexts, type PostgresBench, startPostgresBench } from '../support/sql-store.ts';
import type { Workbench } from '../support/workbench.ts';
import { time } from './sql-aggregate.ts';

const directTexts = [
  'select status, count(*) from developer group by status',
  `select substr(email_key, strpos(email_key, '@') + 1) as domain, count(*) as n from developer
    group by domain order by n desc, domain limit 10`,
];

/** The same as `sql.aggregate` on PostgreSQL, against the same question asked of it directly. */
export const sqlAggregatePostgres: Row = {
  name: 'sql.aggregate.postgres',
  run: (bench) =>
    compare(bench, {
      name: 'sql.aggregate.postgres',
      bound: 2,
      value: async (postgres) => {
        for (const text of aggregateTexts) await postgres.ask(text);
      },
      baseline: async ({ client }) => {
        for (const text of directTexts) await client.query(text);
      },
    }),
};

/** A query that PostgreSQL is not asked, since `hex` is none of its functions, against reading the same columns. */
export const sqlLocalPostgres: Row = {
  name: 'sql.local.postgres',
  run: (bench) =>
    compare(bench, {
      name: 'sql.local.postgres',
      bound: 8,
      value: (postgres) =>
        postgres.ask('SELECT hex(status), count(*), max(email) FROM developers GROUP BY hex(status)'),
      baseline: ({ client }) => client.query({ text: 'select status, email_key from developer', rowMode: 'array' }),
    }),
};

interface Comparison {
  readonly name: string;
  readonly bound: number;
  readonly value: (postgres: PostgresBench) => Promise<unknown>;
  readonly baseline: (postgres: PostgresBench) => Promise<unknown>;
}

async function compare(bench: Workbench, { name, bound, value: ask, baseline: direct }: Comparison): Promise<Judged[]> {
  const { sqlDevelopers: developers } = bench.pace;
  const postgres = await startPostgresBench(developers);
  try {
    const measures = { value: () => time(() => ask(postgres)), baseline: () => time(() => direct(postgres)) };
    await interleave(1, measures);
    const { value, baseline } = await interleave(bench.pace.rounds, measures);
    const aim = { kind: 'ratio-at-most', bound } as const;
    const note = `over ${developers.toLocaleString('en')} developers`;
    return [{ name, value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
  } finally {
    await postgres.close();
  }
}
