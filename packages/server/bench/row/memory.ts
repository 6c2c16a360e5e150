import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../support/load.ts';
import type { Judged, Row } from '../support/row.ts';
import { mixed } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const many = 1_000_000;
const few = 1000;
const connections = 32;
const megabyte = 1024 * 1024;
const partSeconds = 3;
const settleMilliseconds = 1000;

/** Resident memory after mixed requests: what a million developers take above what a thousand do. */
export const memory: Row = { name: 'memory', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const big = await measure(bench, many);
  const small = await measure(bench, few);
  return [
    {
      name: 'memory',
      value: big - small,
      baseline: small,
      ratio: big / small,
      aim: { kind: 'value-at-most', bound: 80 },
      unit: 'MB',
      note: `${bench.pace.mixedRequests} requests; value is what a million takes above the baseline`,
    },
  ];
}

async function measure(bench: Workbench, developers: number): Promise<number> {
  const plane = await bench.startPlane({ data: await bench.seededStore(developers) });
  const { authorization, pace } = bench;
  for (let answered = 0, part = 1; answered < pace.mixedRequests; part++) {
    const traffic = { templates: mixed, developers, tag: `part${part}` };
    answered += (await load({ url: plane.url, authorization, connections, traffic, seconds: partSeconds })).requests;
  }
  await sleep(settleMilliseconds);
  const { residentBytes } = await plane.readUsage();
  await plane.stop();
  return residentBytes / megabyte;
}
