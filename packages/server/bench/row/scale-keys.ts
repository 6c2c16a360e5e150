import type { Served } from '../support/child.ts';
import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import type { Judged, Row } from '../support/row.ts';
import { knownKeys, seedKeys } from '../support/seed-key.ts';
import { lookUpKey } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const few = { keys: 10_000, developers: 1000 };

/** A key looked up with its app and its owner, and decrypted, among millions (`--full`: ten) and among ten thousand. */
export const scaleKeys: Row = { name: 'scale.keys', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, pace } = bench;
  const begun = performance.now();
  const big = await startSeeded(bench, pace.scale);
  const seedSeconds = (performance.now() - begun) / 1000;
  const small = await startSeeded(bench, few);
  const measure = (url: string, seconds: number) => async () => {
    const traffic = { templates: [lookUpKey], developers: knownKeys, tag: 'keys' };
    return (await load({ url, authorization, connections: 1, traffic, seconds })).latencyMs;
  };
  for (const { url } of [big, small]) await measure(url, pace.warmSeconds)();
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(big.url, pace.roundSeconds),
    baseline: measure(small.url, pace.roundSeconds),
  });
  await Promise.all([big.stop(), small.stop()]);
  const aim = { kind: 'ratio-at-most', bound: 1.5 } as const;
  const { keys } = pace.scale;
  const note = `among ${keys} keys, of which ${knownKeys} are asked for at random; ${seedSeconds.toFixed(0)} s to seed`;
  return [{ name: 'scale.keys', value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
}

async function startSeeded(bench: Workbench, { keys, developers }: typeof few): Promise<Served> {
  const data = await bench.newStore(developers);
  await seedKeys(data, keys);
  return bench.startPlane({ data });
}
