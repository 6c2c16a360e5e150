import { DatabaseSync } from 'node:sqlite';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { aggregateTexts, askFile } from '../support/sql-store.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const developers = 1_000_000;

/** Status counts and top domains over a million developers, against the same by node:sqlite on the file. */
export const sqlAggregate: Row = { name: 'sql.aggregate', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const file = storeFile(await bench.seededStore(developers));
  const db = new DatabaseSync(file, { readOnly: true });
  const { id, name } = db.prepare('select id, name from organization').get() ?? {};
  const asking = askFile(file, { id: String(id), name: String(name) });
  const bare = aggregateTexts.map((text) =>
    db.prepare(text.replaceAll('developers', 'developer').replaceAll('email', 'email_key')),
  );
  const measures = {
    value: () =>
      time(async () => {
        for (const text of aggregateTexts) await asking.ask(text);
      }),
    baseline: () =>
      time(async () => {
        for (const statement of bare) statement.all();
      }),
  };
  await interleave(1, measures);
  const { value, baseline } = await interleave(bench.pace.rounds, measures);
  await asking.close();
  db.close();
  const aim = { kind: 'ratio-at-most', bound: 1.5 } as const;
  return [{ name: 'sql.aggregate', value, baseline, ratio: value / baseline, aim, unit: 'ms' }];
}

/** Milliseconds. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
