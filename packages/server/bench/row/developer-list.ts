import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import type { Judged, Row } from '../support/row.ts';
import { listPage } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const many = 1_000_000;
const few = 1000;

/** A whole page of expanded developers out of a million, against the same page out of a thousand. */
export const developerList: Row = { name: 'developer.list', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, pace } = bench;
  const big = await bench.startPlane({ data: await bench.seededStore(many) });
  const small = await bench.startPlane({ data: await bench.seededStore(few) });
  const measure = (url: string, developers: number, seconds: number) => async () => {
    const traffic = { templates: [listPage], developers, tag: 'list' };
    return (await load({ url, authorization, connections: 1, traffic, seconds })).latencyMs;
  };
  await measure(big.url, many, pace.warmSeconds)();
  await measure(small.url, few, pace.warmSeconds)();
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(big.url, many, pace.roundSeconds),
    baseline: measure(small.url, few, pace.roundSeconds),
  });
  await Promise.all([big.stop(), small.stop()]);
  const aim = { kind: 'ratio-at-most', bound: 1.3 } as const;
  return [{ name: 'developer.list', value, baseline, ratio: value / baseline, aim, unit: 'ms' }];
}
