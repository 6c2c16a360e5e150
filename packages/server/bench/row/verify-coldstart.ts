import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type RecordChange, SnapshotPacker } from '@claviger/verify';
import { formatToken } from '../../src/domain/token-text.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { writeSnapshot } from '../support/snapshot-file.ts';
import type { Workbench } from '../support/workbench.ts';

const epoch = 'bench';
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const bare = fileURLToPath(new URL('../process/bare-snapshot.ts', import.meta.url));
const patienceMilliseconds = 300_000;
/** Of what a plane reads at once. */
const batchRecords = 500;

/** From the start of `claviger verifier` until it can answer, against a process that reads the same bytes over HTTP. */
export const verifyColdStart: Row = { name: 'verify.coldstart', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { snapshotKeys: keys } = bench.pace;
  const directory = bench.newDirectory();
  const [lines, file] = [join(directory, 'snapshot.ndjson'), join(directory, 'snapshot.packed')];
  await writeSnapshot(lines, keys, epoch);
  await pipeline(pack(lines), createWriteStream(file));
  const feed = await bench.start('canned-feed', { file, epoch });
  const env = { CLAVIGER_VERIFIER_TOKEN: formatToken('runtime', randomBytes(32)), CLAVIGER_VERIFIER_LOG_LEVEL: 'warn' };
  const { value, baseline } = await interleave(Math.min(3, bench.pace.rounds), {
    value: () => time([main, 'verifier', '--url', feed.url, '--listen', '127.0.0.1:0'], 'listening on', env),
    baseline: () => time([bare, feed.url], 'read ', {}),
  });
  await feed.stop();
  const aim = { kind: 'ratio-at-most', bound: 5 } as const;
  const [megabytes, asLines] = [await measure(file), await measure(lines)];
  const note = `${keys} keys, ${megabytes} MB packed; as lines they would be ${asLines} MB`;
  return [{ name: 'verify.coldstart', value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
}

async function measure(file: string): Promise<number> {
  return Math.round((await stat(file)).size / 1e6);
}

/** The same snapshot as a plane packs it. */
async function* pack(lines: string): AsyncGenerator<Uint8Array> {
  const packer = new SnapshotPacker();
  let batch: RecordChange[] = [];
  const take = () => {
    const records = batch;
    batch = [];
    return packer.packRecords(records, JSON.stringify);
  };
  for await (const line of createInterface({ input: createReadStream(lines) })) {
    if (line.startsWith('{"kind"')) yield* [...take(), packer.packLine(line)];
    else batch.push(readRecord(line));
    if (batch.length === batchRecords) yield* take();
  }
}

function readRecord(line: string): RecordChange {
  const told = JSON.parse(line) as RecordChange;
  return 'hash' in told ? { ...told, hash: Buffer.from(told.hash, 'hex').toString('latin1') } : told;
}

/** Milliseconds until the process says so. */
async function time(args: readonly string[], said: string, env: Readonly<Record<string, string>>): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
  const closed = once(child, 'close');
  let output = '';
  for await (const part of child.stdout.setEncoding('utf8')) {
    output += part;
    if (output.includes(said)) break;
  }
  const milliseconds = performance.now() - begun;
  clearTimeout(timer);
  child.kill('SIGKILL');
  await closed;
  if (!output.includes(said)) throw new Error(`${args.join(' ')} ended and never said "${said}"`);
  return milliseconds;
}
