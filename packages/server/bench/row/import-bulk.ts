import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { BareInsertTask } from '../process/bare-insert.ts';
import { makeBulkFile, recordsPerDeveloper } from '../support/bulk-file.ts';
import type { Judged, Row } from '../support/row.ts';
import { organization } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const rowsPerCommit = 300;

/** Developers with two apps and two keys each, imported over HTTP, against the bare INSERTs of the same rows. */
export const importBulk: Row = { name: 'import.bulk', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const developers = bench.pace.bulkDevelopers;
  const records = developers * recordsPerDeveloper;
  const data = await bench.newStore();
  const plane = await bench.startPlane({ data });
  const begun = performance.now();
  await importAll(plane.url, bench.authorization, developers);
  const seconds = (performance.now() - begun) / 1000;
  const { residentBytes, cpuMicroseconds } = await plane.readUsage();
  await plane.stop();
  const task: BareInsertTask = { from: storeFile(data), into: storeFile(await bench.newStore()), rowsPerCommit };
  const bare = await bench.start('bare-insert', task);
  const bareSeconds = Number(await ask(bare.url));
  const costs = [cpuMicroseconds, (await bare.readUsage()).cpuMicroseconds].map((cost) => Math.round(cost / records));
  await bare.stop();
  return [
    {
      name: 'import.bulk',
      value: records / seconds,
      baseline: records / bareSeconds,
      ratio: bareSeconds / seconds,
      aim: { kind: 'ratio-at-least', bound: 0.35 },
      unit: 'records/s',
      note: `${developers} developers, ${records} records; server at ${Math.round(residentBytes / 1e6)} MB; CPU ${costs.join(' against ')} µs each`,
    },
  ];
}

async function importAll(url: string, authorization: string, developers: number): Promise<void> {
  const headers = { authorization, 'content-type': 'application/x-ndjson' };
  const sent = request(`${url}/claviger/v1/organizations/${organization}/import`, { method: 'POST', headers });
  const sending = pipeline(Readable.from(makeBulkFile(developers)), sent);
  const [answer] = await once(sent, 'response');
  const results = (await text(answer)).trimEnd().split('\n');
  await sending;
  const last = results.at(-1) ?? '';
  if (!last.startsWith('{"summary":{"complete":true')) throw new Error(`the import did not end well: ${last}`);
}

/** Without the patience that `fetch` has: the answer may take minutes. */
async function ask(url: string): Promise<string> {
  const sent = request(url, { agent: false });
  sent.end();
  const [answer] = await once(sent, 'response');
  return text(answer);
}
