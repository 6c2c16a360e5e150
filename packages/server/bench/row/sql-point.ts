import { findFreePort } from '../../test/support/free-port.ts';
import type { SqlLoad } from '../process/sql-load.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { runScript } from '../support/run-script.ts';
import { getOne, type Load, type Loaded } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const developers = 100_000;
const connections = 32;

/** One developer by e-mail, prepared, by node-postgres, against the same over HTTP GET by a client in Node. */
export const sqlPoint: Row = { name: 'sql.point', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { authorization, adminEmail: user, adminPassword: password, pace } = bench;
  const port = await findFreePort();
  const data = await bench.seededStore(developers);
  const plane = await bench.startPlane({ data, sqlListen: `127.0.0.1:${port}` });
  const traffic = { templates: [getOne], developers, tag: 'get' };
  const costs = { value: { microseconds: 0, requests: 0 }, baseline: { microseconds: 0, requests: 0 } };
  const measure = async (name: keyof typeof costs, work: () => Promise<Loaded>) => {
    const before = await plane.readUsage();
    const { requests, requestsPerSecond, failures } = await work();
    if (failures > 0) throw new Error(`${failures} requests failed`);
    costs[name].microseconds += (await plane.readUsage()).cpuMicroseconds - before.cpuMicroseconds;
    costs[name].requests += requests;
    return requestsPerSecond;
  };
  const bySql = (seconds: number) => () =>
    runScript<Loaded>('sql-load', { port, user, password, connections, developers, seconds } satisfies SqlLoad);
  const byHttp = (seconds: number) => () =>
    runScript<Loaded>('load', { url: plane.url, authorization, connections, traffic, seconds } satisfies Load);
  await measure('value', bySql(pace.warmSeconds));
  await measure('baseline', byHttp(pace.warmSeconds));
  for (const cost of Object.values(costs)) Object.assign(cost, { microseconds: 0, requests: 0 });
  const { value, baseline } = await interleave(pace.rounds, {
    value: () => measure('value', bySql(pace.roundSeconds)),
    baseline: () => measure('baseline', byHttp(pace.roundSeconds)),
  });
  await plane.stop();
  const perRequest = ({ microseconds, requests }: { microseconds: number; requests: number }) =>
    (microseconds / requests).toFixed(0);
  const note = `processor time of the server's main process ${perRequest(costs.value)} µs a request against ${perRequest(costs.baseline)}`;
  const aim = { kind: 'ratio-at-least', bound: 0.8 } as const;
  return [{ name: 'sql.point', value, baseline, ratio: value / baseline, aim, unit: 'requests/s', note }];
}
