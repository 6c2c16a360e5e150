import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { startPostgres } from '../../test/support/postgres.ts';
import type { Served } from '../support/child.ts';
import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import { MachineShare } from '../support/machine-share.ts';
import { limitProcessor } from '../support/processor-quota.ts';
import type { Judged, Row } from '../support/row.ts';
import { createOne } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const name = 'developer.create.postgres';
const aim = { kind: 'ratio-at-least', bound: 2 } as const;
const unit = 'creates/s';
/** Of each node: four nodes serve four times as many clients. */
const connections = 64;
const nodes = 4;
/** What the baseline commits side by side: a pool of the usual size, so that PostgreSQL may group them itself. */
const baselineLanes = 10;
/** Of one processor, to each node, where nodes are measured as on machines of their own. */
const nodeShare = 0.2;

/**
 * Durable creates on a real PostgreSQL: one node against one transaction for each, and four nodes against one. Four nodes
 * on one small machine have no more processors than one node has; so they are measured again with a fifth of one each.
 */
export const developerCreatePostgres: Row = { name, run };

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
    const traffic = new Traffic(bench, single, fleet);
    const together = await traffic.measureTogether();
    const lifts = fleet.flatMap(({ pid }) => limitProcessor(pid, nodeShare) ?? []);
    const apart = lifts.length === fleet.length ? await traffic.measureApart() : undefined;
    await Promise.all([single, ...fleet].map((served) => served.stop()));
    for (const lift of lifts) lift();
    return [...judge(together), ...(apart === undefined ? [] : [judgeApart(apart)])];
  } finally {
    await postgres.remove();
  }
}

type Rates = Record<'one' | 'four', number>;
type Together = Rates & { readonly single: number; readonly inUse: Rates };

/** Creates, each run's under names of its own. */
class Traffic {
  readonly #bench: Workbench;
  readonly #single: Served;
  readonly #fleet: readonly Served[];
  #runs = 0;

  constructor(bench: Workbench, single: Served, fleet: readonly Served[]) {
    this.#bench = bench;
    this.#single = single;
    this.#fleet = fleet;
  }

  async measureTogether(): Promise<Together> {
    for (const served of [this.#single, ...this.#fleet]) await this.#create([served], this.#bench.pace.warmSeconds);
    const [one, four] = [new MachineShare(), new MachineShare()];
    const rates = await interleave(this.#bench.pace.rounds, {
      single: () => this.#create([this.#single]),
      one: () => one.during(() => this.#create(this.#fleet.slice(0, 1))),
      four: () => four.during(() => this.#create(this.#fleet)),
    });
    return { ...rates, inUse: { one: one.share, four: four.share } };
  }

  measureApart(): Promise<Rates> {
    return interleave(this.#bench.pace.rounds, {
      one: () => this.#create(this.#fleet.slice(0, 1)),
      four: () => this.#create(this.#fleet),
    });
  }

  /** Creates a second on all of these. */
  async #create(served: readonly Served[], seconds = this.#bench.pace.roundSeconds): Promise<number> {
    const { authorization } = this.#bench;
    const figures = served.map(async ({ url }) => {
      const traffic = { templates: [createOne], developers: 1, tag: `run${++this.#runs}` };
      return (await load({ url, authorization, connections, traffic, seconds })).requestsPerSecond;
    });
    return (await Promise.all(figures)).reduce((sum, figure) => sum + figure, 0);
  }
}

function judge({ single, one, four, inUse }: Together): Judged[] {
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

function judgeApart({ one, four }: Rates): Judged {
  const note = `each node has ${nodeShare} of a processor, as on a machine of its own`;
  return { name: `${name}.nodes.apart`, value: four, baseline: one, ratio: four / one, aim, unit, note };
}
