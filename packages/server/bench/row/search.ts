import type { BareReadTask } from '../process/bare-read.ts';
import type { IndexSearchTask } from '../process/index-search.ts';
import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import type { Judged, Row } from '../support/row.ts';
import { runScript } from '../support/run-script.ts';
import { organization, type Template } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const developers = 50_000;
const question = 'developers?text=R-{known}@Exam';

/** A developer found by a part of his e-mail, with the total, against the same SELECT behind a bare `node:http`. */
export const search: Row = { name: 'search', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, adminEmail, pace } = bench;
  const data = await bench.newStore(developers);
  await runScript('index-search', { data } satisfies IndexSearchTask);
  const plane = await bench.startPlane({ data });
  const bare = await bench.start('bare-search', {
    file: storeFile(data),
    authorization,
    adminEmail,
  } satisfies BareReadTask);
  const measure = (url: string, path: string, seconds: number) => async () => {
    const templates: Template[] = [{ method: 'GET', path, weight: 1 }];
    const traffic = { templates, developers, tag: 'search' };
    return (await load({ url, authorization, connections: 1, traffic, seconds })).latencyMs;
  };
  const ask = (seconds: number) => ({
    value: measure(plane.url, `/claviger/v1/organizations/${organization}/search/${question}`, seconds),
    baseline: measure(bare.url, `/v1/organizations/${organization}/${question}`, seconds),
  });
  await interleave(1, ask(pace.warmSeconds));
  const { value, baseline } = await interleave(pace.rounds, ask(pace.roundSeconds));
  await Promise.all([plane.stop(), bare.stop()]);
  const aim = { kind: 'ratio-at-most', bound: 0.5 } as const;
  const note = `one of ${developers}, who differ in a number alone; the SELECT looks at all of them`;
  return [{ name: 'search', value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
}
