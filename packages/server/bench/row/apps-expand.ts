import type { BareReadTask } from '../process/bare-read.ts';
import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import type { Judged, Row } from '../support/row.ts';
import { seedApps } from '../support/seed-key.ts';
import { listApps } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const apps = 1000;

/** All apps of an organization with their keys, decrypted, against the same SELECTs behind a bare `node:http`. */
export const appsExpand: Row = { name: 'apps.expand', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, adminEmail, pace } = bench;
  const data = await bench.newStore(apps);
  await seedApps(data, 1);
  const plane = await bench.startPlane({ data });
  const bare = await bench.start('bare-apps', {
    file: storeFile(data),
    authorization,
    adminEmail,
  } satisfies BareReadTask);
  const measure = (url: string, seconds: number) => async () => {
    const traffic = { templates: [listApps], developers: apps, tag: 'apps' };
    return (await load({ url, authorization, connections: 1, traffic, seconds })).latencyMs;
  };
  for (const { url } of [plane, bare]) await measure(url, pace.warmSeconds)();
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(plane.url, pace.roundSeconds),
    baseline: measure(bare.url, pace.roundSeconds),
  });
  await Promise.all([plane.stop(), bare.stop()]);
  const aim = { kind: 'ratio-at-most', bound: 4 } as const;
  const note = 'the baseline answers with the ciphertexts';
  return [{ name: 'apps.expand', value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
}
