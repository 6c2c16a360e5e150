import { CostMeter, describeCosts } from '../support/cost.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { seedApps } from '../support/seed-key.ts';
import { getOne, getOneApp } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const developers = 20_000;
const keysEach = 3;
const connections = 32;

/** An app with three keys, each of them decrypted, against a developer of the same server. */
export const appGet: Row = { name: 'app.get', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, pace } = bench;
  const data = await bench.newStore(developers);
  await seedApps(data, keysEach);
  const plane = await bench.startPlane({ data });
  const measure = (meter: CostMeter, seconds: number) => async () => {
    const traffic = { templates: [meter === meters.value ? getOneApp : getOne], developers, tag: 'app' };
    return (await meter.load({ authorization, connections, traffic, seconds })).requestsPerSecond;
  };
  const meters = { value: new CostMeter(plane), baseline: new CostMeter(plane) };
  for (const meter of Object.values(meters)) await meter.warmUp(pace, (seconds) => measure(meter, seconds)());
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(meters.value, pace.roundSeconds),
    baseline: measure(meters.baseline, pace.roundSeconds),
  });
  await plane.stop();
  const aim = { kind: 'ratio-at-least', bound: 0.6 } as const;
  const note = describeCosts(meters.value, meters.baseline);
  return [{ name: 'app.get', value, baseline, ratio: value / baseline, aim, unit: 'requests/s', note }];
}
