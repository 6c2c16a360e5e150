import { groupMax } from '../../src/store/engine.ts';
import type { BareCreateTask } from '../process/bare-create.ts';
import { CostMeter, describeCosts } from '../support/cost.ts';
import { measureSync } from '../support/disk.ts';
import { interleave } from '../support/interleave.ts';
import { type Judged, type Row, round } from '../support/row.ts';
import { createOne } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const connections = 64;
/** A disk that syncs faster than this has a cache that hides what a commit costs: then the ratio says nothing. */
const syncMicrosecondsMin = 100;

/** Durable creates: against one commit for each, and against what the platform could do without our work. */
export const developerCreate: Row = { name: 'developer.create', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, pace } = bench;
  const grouped = await bench.startPlane({ data: await bench.newStore() });
  const single = await bench.startPlane({ data: await bench.newStore() }, { groupMax: 1 });
  const task: BareCreateTask = { file: storeFile(await bench.newStore()), groupMax };
  const bare = await bench.start('bare-create', task);
  let runs = 0;
  const measure = (meter: CostMeter, seconds: number) => async () => {
    const traffic = { templates: [createOne], developers: 1, tag: `run${++runs}` };
    return (await meter.load({ authorization, connections, traffic, seconds })).requestsPerSecond;
  };
  const meters = { value: new CostMeter(grouped), single: new CostMeter(single), share: new CostMeter(bare) };
  for (const meter of Object.values(meters)) await meter.warmUp(pace, (seconds) => measure(meter, seconds)());
  const measured = await interleave(pace.rounds, {
    value: measure(meters.value, pace.roundSeconds),
    single: measure(meters.single, pace.roundSeconds),
    share: measure(meters.share, pace.roundSeconds),
  });
  await Promise.all([grouped, single, bare].map((served) => served.stop()));
  return judge(measured, measureSync(bench.directory), describeCosts(meters.value, meters.share));
}

type Measured = Record<'value' | 'single' | 'share', number>;

function judge({ value, single, share }: Measured, sync: number, costs: string): Judged[] {
  const counts = sync >= syncMicrosecondsMin ? '' : `; does not count below ${syncMicrosecondsMin}`;
  return [
    {
      name: 'developer.create',
      value,
      baseline: single,
      ratio: value / single,
      aim: { kind: 'ratio-at-least', bound: 4 },
      unit: 'creates/s',
      note: `fdatasync ${round(sync)} µs${counts}`,
    },
    {
      name: 'developer.create.share',
      value,
      baseline: share,
      ratio: value / share,
      aim: { kind: 'ratio-at-least', bound: 0.5 },
      unit: 'creates/s',
      note: costs,
    },
  ];
}
