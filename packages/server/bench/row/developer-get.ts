import type { BareGetTask } from '../process/bare-get.ts';
import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
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
  const task: BareGetTask = { file: storeFile(data), authorization, adminEmail };
  const bare = await bench.start('bare-get', task);
  const traffic = { templates: [getOne], developers, tag: 'get' };
  const measure = (url: string, seconds: number) => async () =>
    (await load({ url, authorization, connections, traffic, seconds })).requestsPerSecond;
  await measure(plane.url, pace.warmSeconds)();
  await measure(bare.url, pace.warmSeconds)();
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(plane.url, pace.roundSeconds),
    baseline: measure(bare.url, pace.roundSeconds),
  });
  await Promise.all([plane.stop(), bare.stop()]);
  const aim = { kind: 'ratio-at-least', bound: 0.65 } as const;
  return [{ name: 'developer.get', value, baseline, ratio: value / baseline, aim, unit: 'requests/s' }];
}
