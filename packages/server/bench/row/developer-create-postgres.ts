import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { startPostgres } from '../../test/support/postgres.ts';
import type { Served } from '../support/child.ts';
import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import { MachineShare } from '../support/machine-share.ts';
import type { Judged, Row } from '../support/row.ts';
import { createOne } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

/** Of each node: four nodes serve four times as many clients. */
const connections = 64;
const nodes = 4;
/** What the baseline commits side by side: a pool of the usual size, so that PostgreSQL may group them itself. */
const baselineLanes = 10;

/** Durable creates on a real PostgreSQL: one node against one transaction for each, and four nodes against one. */
export const developerCreatePostgres: Row = { name: 'developer.create.postgres', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const postgres = await startPostgres();
  const masterKey = randomBytes(32).toString('hex');
  const startNode = async (store: string, single = false): Promise<Served> =>
    bench.startPlane(
      { data: bench.newDirectory(), store, masterKey },
      single ? { groupMax: 1, lanes: baselineLanes } : undefined,
    );
  try {
    const single = await startNode(await postgres.createDatabase(), true);
    const store = await postgres.createDatabase();
    const fleet = [await startNode(store)];
    while (fleet.length < nodes) fleet.push(await startNode(store));
    const measured = await measure(bench, single, fleet);
    await Promise.all([single, ...fleet].map((served) => served.stop()));
    return judge(measured);
  } finally {
    await postgres.remove();
  }
}

type Measured = Record<'single' | 'one' | 'four', number> & { readonly inUse: Record<'one' | 'four', number> };

async function measure(
  { authorization, pace }: Workbench,
  single: Served,
  fleet: readonly Served[],
): Promise<Measured> {
  let runs = 0;
  const create = async (url: string, seconds: number) => {
    const traffic = { templates: [createOne], developers: 1, tag: `run${++runs}` };
    const task = { url, authorization, connections, traffic, seconds };
    return (await load(task)).requestsPerSecond;
  };
  const createOn = async (served: readonly Served[], seconds = pace.roundSeconds) => {
    const figures = await Promise.all(served.map(({ url }) => create(url, seconds)));
    return figures.reduce((sum, figure) => sum + figure, 0);
  };
  for (const served of [single, ...fleet]) await createOn([served], pace.warmSeconds);
  const [one, four] = [new MachineShare(), new MachineShare()];
  const rates = await interleave(pace.rounds, {
    single: () => createOn([single]),
    one: () => one.during(() => createOn(fleet.slice(0, 1))),
    four: () => four.during(() => createOn(fleet)),
  });
  return { ...rates, inUse: { one: one.share, four: four.share } };
}

function judge({ single, one, four, inUse }: Measured): Judged[] {
  const aim = { kind: 'ratio-at-least', bound: 2 } as const;
  const name = 'developer.create.postgres';
  const unit = 'creates/s';
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const cores =
    `${availableParallelism()} cores for ${nodes} nodes, PostgreSQL and the load: in use to ${percent(inUse.four)}; ` +
    `with one node to ${percent(inUse.one)}, which leaves room for ${(1 / inUse.one).toFixed(2)} times as much`;
  return [
    {
      name,
      value: one,
      baseline: single,
      ratio: one / single,
      aim,
      unit,
      note: `against ${baselineLanes} connections`,
    },
    { name: `${name}.nodes`, value: four, baseline: one, ratio: four / one, aim, unit, note: cores },
  ];
}
