import { interleave } from '../support/interleave.ts';
import { load } from '../support/load.ts';
import type { Judged, Row } from '../support/row.ts';
import { seedVerification } from '../support/seed-verification.ts';
import { settle } from '../support/settle.ts';
import { organization, verifyOne } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';
import { askOnce } from './verify-http.ts';

const developers = 100_000;
const keys = 10_000;
const connections = 64;

/** How long verifications take at worst while the same process exports a hundred thousand developers, and while not. */
export const verifyExport: Row = { name: 'verify.http.export', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { pace } = bench;
  const { data, token } = await seedVerification(bench, { developers, keys });
  const plane = await bench.startPlane({ data });
  // The first question waits until all keys are read.
  await askOnce(plane, token);
  await settle(plane);
  const traffic = { templates: [verifyOne], developers: keys, tag: 'export' };
  const url = plane.runtimeUrl ?? plane.url;
  const ask = async (seconds: number): Promise<number> =>
    (await load({ url, authorization: `Bearer ${token}`, connections, traffic, seconds })).latencyP99Ms;
  let [exports, bytes] = [0, 0];
  const exportAll = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const at = `${plane.url}/claviger/v1/organizations/${organization}/export`;
      await readAll(at, { authorization: bench.authorization, signal, take: (chunk) => (bytes += chunk.length) });
      if (!signal.aborted) exports++;
    }
  };
  const askDuringExport = async (seconds: number): Promise<number> => {
    const end = new AbortController();
    const exporting = exportAll(end.signal);
    const worst = await ask(seconds);
    end.abort();
    await exporting;
    return worst;
  };
  await ask(pace.warmSeconds);
  await askDuringExport(pace.warmSeconds);
  [exports, bytes] = [0, 0];
  const { value, baseline } = await interleave(pace.rounds, {
    value: () => askDuringExport(pace.roundSeconds),
    baseline: () => ask(pace.roundSeconds),
  });
  await plane.stop();
  const aim = { kind: 'ratio-at-most', bound: 2 } as const;
  const rate = (bytes / 1e6 / (pace.rounds * pace.roundSeconds)).toFixed(1);
  const note = `${developers} developers, ${rate} MB/s of their export read while it was measured, ${exports} times to its end`;
  return [{ name: 'verify.http.export', value, baseline, ratio: value / baseline, aim, unit: 'ms, p99', note }];
}

interface Reading {
  readonly authorization: string;
  readonly signal: AbortSignal;
  readonly take: (chunk: Uint8Array) => void;
}

/** Reads an answer as it comes, and keeps nothing of it. Ends where it is told to. */
async function readAll(url: string, { authorization, signal, take }: Reading): Promise<void> {
  try {
    const answer = await fetch(url, { headers: { authorization }, signal });
    if (!answer.ok || answer.body === null) throw new Error(`the export answered ${answer.status}`);
    for await (const chunk of answer.body) take(chunk);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
