import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { BareInsertTask } from '../process/bare-insert.ts';
import { makeBulkFile, recordsPerDeveloper } from '../support/bulk-file.ts';
import { watchMemory } from '../support/memory-watch.ts';
import type { Judged, Row } from '../support/row.ts';
import { organization } from '../support/traffic.ts';
import { storeFile, type Workbench } from '../support/workbench.ts';

const rowsPerCommit = 300;
/** More than the summary, which is the last line, ever has. */
const tailCharacters = 4096;

/**
 * Developers with two apps and two keys each, imported over HTTP, against the bare INSERTs of the same rows. `--full`: a
 * million developers, some half an hour.
 */
export const importBulk: Row = { name: 'import.bulk', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const developers = bench.pace.bulkDevelopers;
  const records = developers * recordsPerDeveloper;
  const data = await bench.newStore();
  const plane = await bench.startPlane({ data });
  const begun = performance.now();
  const importing = importAll(plane.url, bench.authorization, developers);
  const memory = listPeaks(await watchMemory(plane, importing));
  await importing;
  const seconds = (performance.now() - begun) / 1000;
  const { cpuMicroseconds } = await plane.readUsage();
  await plane.stop();
  const task: BareInsertTask = { from: storeFile(data), into: storeFile(await bench.newStore()), rowsPerCommit };
  const bare = await bench.start('bare-insert', task);
  const bareSeconds = Number(await ask(bare.url));
  const costs = [cpuMicroseconds, (await bare.readUsage()).cpuMicroseconds].map((cost) => Math.round(cost / records));
  await bare.stop();
  const megabytes = memory.map((bytes) => Math.round(bytes / 1e6)).join(', ');
  return [
    {
      name: 'import.bulk',
      value: records / seconds,
      baseline: records / bareSeconds,
      ratio: bareSeconds / seconds,
      aim: { kind: 'ratio-at-least', bound: 0.35 },
      unit: 'records/s',
      note:
        `${developers} developers, ${records} records in ${Math.round(seconds)} s; ` +
        `server at most at ${megabytes} MB in each fifth; CPU ${costs.join(' against ')} µs each`,
    },
  ];
}

/** The most in each fifth of the time: an import that holds what it has done would grow. */
function listPeaks(samples: readonly number[]): number[] {
  const share = Math.ceil(samples.length / 5);
  const fifths = Array.from({ length: 5 }, (_, at) => samples.slice(at * share, (at + 1) * share));
  return fifths.filter(({ length }) => length > 0).map((fifth) => Math.max(...fifth));
}

async function importAll(url: string, authorization: string, developers: number): Promise<void> {
  const headers = { authorization, 'content-type': 'application/x-ndjson' };
  const sent = request(`${url}/claviger/v1/organizations/${organization}/import`, { method: 'POST', headers });
  const sending = pipeline(Readable.from(makeBulkFile(developers)), sent);
  const [answer] = await once(sent, 'response');
  const last = await readLastLine(answer);
  await sending;
  if (!last.startsWith('{"summary":{"complete":true')) throw new Error(`the import did not end well: ${last}`);
}

/** There may be millions before it. */
async function readLastLine(answer: IncomingMessage): Promise<string> {
  let tail = '';
  for await (const piece of answer.setEncoding('utf8')) tail = `${tail}${piece}`.slice(-tailCharacters);
  return tail.trimEnd().split('\n').at(-1) ?? '';
}

/** Without the patience that `fetch` has: the answer may take minutes. */
async function ask(url: string): Promise<string> {
  const sent = request(url, { agent: false });
  sent.end();
  const [answer] = await once(sent, 'response');
  return text(answer);
}
