import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Draw, drawContent, queryOrganizations } from '../support/pair-content.ts';
import { type Answer, ask, openQueryPair, type QueryPair, scopeOf } from '../support/query-pair.ts';
import { SelectWriter } from '../support/random-select.ts';

const rounds = Number(process.env['CLAVIGER_ROUNDS'] ?? (process.env['CLAVIGER_LONG'] === '1' ? 3000 : 80));
const seed = Number(process.env['CLAVIGER_SEED'] ?? Date.now() % 1_000_000);

let world: QueryPair | undefined;
before(async () => {
  world = await openQueryPair(drawContent(seed));
});
after(() => world?.close());

test(`random queries answer the same on SQLite and on PostgreSQL (seed ${seed})`, async () => {
  assert.ok(world);
  const draw = new Draw(seed);
  const writer = new SelectWriter(draw);
  let asked = 0;
  for (let round = 0; round < rounds; round++) {
    const { text, ordered } = writer.write();
    const scope = scopeOf(queryOrganizations.slice(0, 1 + draw.below(2)));
    const one = await ask(world.sqlite, scope, text);
    const other = await ask(world.postgres, scope, text);
    const say = `round ${round} of seed ${seed}: ${text}`;
    assert.deepEqual(show(other, ordered), show(one, ordered), say);
    if ('state' in one) continue;
    const plan = await ask(world.postgres, scope, `explain query plan ${text}`);
    if ('rows' in plan && plan.rows[0]?.[3] === 'ASK POSTGRESQL FOR THE ANSWER') asked++;
  }
  // Else the property says little of what it is about.
  assert.ok(asked > rounds / 5, `PostgreSQL was asked ${asked} of ${rounds} queries`);
});

function show(answer: Answer, ordered: boolean): readonly string[] {
  if ('state' in answer) return [answer.state];
  const rows = answer.rows.map((row) =>
    JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
  );
  return ordered ? rows : rows.sort();
}
