import { pino } from 'pino';
import { systemClock } from '../../src/adapters/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { knownKeys, nameKnownKey, openVaultOf, seedKeys } from '../support/seed-key.ts';
import { organization } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const many = { keys: 10_000_000, developers: 1_000_000 };
const few = { keys: 10_000, developers: 1000 };
const findsPerRound = 50_000;

/** A credential found by its key and decrypted, below HTTP, which would hide most of the difference. */
export const scaleKeys: Row = { name: 'scale.keys', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const begun = performance.now();
  const big = await openSeeded(bench, many);
  const seedSeconds = (performance.now() - begun) / 1000;
  const small = await openSeeded(bench, few);
  for (const store of [big, small]) await measure(store);
  const { value, baseline } = await interleave(bench.pace.rounds + 2, {
    value: () => measure(big),
    baseline: () => measure(small),
  });
  await Promise.all([big.close(), small.close()]);
  const aim = { kind: 'ratio-at-most', bound: 1.5 } as const;
  const note = `${knownKeys} keys asked for at random; ${seedSeconds.toFixed(0)} s to seed`;
  return [{ name: 'scale.keys', value, baseline, ratio: value / baseline, aim, unit: 'µs', note }];
}

async function openSeeded(bench: Workbench, { keys, developers }: typeof many): Promise<Store> {
  const data = await bench.newStore(developers);
  await seedKeys(data, keys);
  const vault = await openVaultOf(data);
  return openSqliteStore({ file: storeFile(data), clock: systemClock, log: pino({ enabled: false }), vault });
}

/** Microseconds for one find. */
async function measure(store: Store): Promise<number> {
  const found = await store.organizations.findByName(organization);
  if (found === undefined) throw new Error('the store has no organization');
  const begun = performance.now();
  for (let round = 0; round < findsPerRound; round++) {
    const key = nameKnownKey(Math.floor(Math.random() * knownKeys));
    if ((await store.credentials.findByKey(found.id, key)) === undefined) throw new Error(`${key} is not there`);
  }
  return ((performance.now() - begun) * 1000) / findsPerRound;
}
