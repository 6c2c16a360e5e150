import type { BareReadTask } from '../process/bare-read.ts';
import { CostMeter, describeCosts } from '../support/cost.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { getOne } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const developers = 100_000;
const connections = 32;

/** An authenticated GET by e-mail, against the same SELECTs behind a bare `node:http`. */
export const developerGet: Row = { name: 'developer.get', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, adminEmail, pace } = bench;
  const data = await bench.seededStore(developers);
  const plane = await bench.startPlane({ data });
  const task: BareReadTask = { file: storeFile(data), authorization, adminEmail };
  const bare = await bench.start('bare-get', task);
  const traffic = { templates: [getOne], developers, tag: 'get' };
  const measure = (meter: CostMeter, seconds: number) => async () =>
    (await meter.load({ authorization, connections, traffic, seconds })).requestsPerSecond;
  const meters = { value: new CostMeter(plane), baseline: new CostMeter(bare) };
  for (const meter of Object.values(meters)) await meter.warmUp(pace, (seconds) => measure(meter, seconds)());
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(meters.value, pace.roundSeconds),
    baseline: measure(meters.baseline, pace.roundSeconds),
  });
  await Promise.all([plane.stop(), bare.stop()]);
  const aim = { kind: 'ratio-at-least', bound: 0.65 } as const;
  const note = describeCosts(meters.value, meters.baseline);
  return [{ name: 'developer.get', value, baseline, ratio: value / baseline, aim, unit: 'requests/s', note }];
}
