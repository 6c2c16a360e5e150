import type { Served } from '../support/child.ts';
import { CostMeter, describeCosts } from '../support/cost.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { createOne, createOneApp, organization, type Template } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const connections = 64;
/** Who the apps are made for, at random. */
const developers = 10_000;

/** Durable creates of an app with a product and a key, against those of a developer. */
export const appCreate: Row = { name: 'app.create', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, pace } = bench;
  const [app, developer] = [await startSeeded(bench), await startSeeded(bench)];
  let runs = 0;
  const measure = (meter: CostMeter, template: Template, seconds: number) => async () => {
    const traffic = { templates: [template], developers, tag: `run${++runs}` };
    return (await meter.load({ authorization, connections, traffic, seconds })).requestsPerSecond;
  };
  const meters = { app: new CostMeter(app), developer: new CostMeter(developer) };
  await meters.app.warmUp(pace, (seconds) => measure(meters.app, createOneApp, seconds)());
  await meters.developer.warmUp(pace, (seconds) => measure(meters.developer, createOne, seconds)());
  const { value, baseline } = await interleave(pace.rounds, {
    value: measure(meters.app, createOneApp, pace.roundSeconds),
    baseline: measure(meters.developer, createOne, pace.roundSeconds),
  });
  await Promise.all([app, developer].map((served) => served.stop()));
  const aim = { kind: 'ratio-at-least', bound: 0.5 } as const;
  const note = describeCosts(meters.app, meters.developer);
  return [{ name: appCreate.name, value, baseline, ratio: value / baseline, aim, unit: 'creates/s', note }];
}

async function startSeeded(bench: Workbench): Promise<Served> {
  const served = await bench.startPlane({ data: await bench.newStore(developers) });
  const response = await fetch(`${served.url}/v1/organizations/${organization}/apiproducts`, {
    method: 'POST',
    headers: { authorization: bench.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', displayName: 'Bench', approvalType: 'auto' }),
  });
  if (response.status !== 201) throw new Error(`the product was not made: ${response.status} ${await response.text()}`);
  return served;
}
