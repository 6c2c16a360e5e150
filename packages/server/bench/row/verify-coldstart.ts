import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatToken } from '../../src/domain/token-text.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { writeSnapshot } from '../support/snapshot-file.ts';
import type { Workbench } from '../support/workbench.ts';

const epoch = 'bench';
const claviger = fileURLToPath(new URL('../../bin/claviger.js', import.meta.url));
const bare = fileURLToPath(new URL('../process/bare-snapshot.ts', import.meta.url));
const patienceMilliseconds = 300_000;

/** From the start of `claviger verifier` until it can answer, against a process that reads the same bytes over HTTP. */
export const verifyColdStart: Row = { name: 'verify.coldstart', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { snapshotKeys: keys } = bench.pace;
  const file = join(bench.newDirectory(), 'snapshot.packed');
  await writeSnapshot(file, keys, epoch);
  const feed = await bench.start('canned-feed', { file, epoch });
  const env = {
    CLAVIGER_VERIFIER_TOKEN: formatToken('runtime', randomBytes(32)),
    CLAVIGER_VERIFIER_LOG_LEVEL: 'warn',
    // The first of the rounds compiles, as the first start on a machine does.
    XDG_CACHE_HOME: bench.newDirectory(),
  };
  const { value, baseline } = await interleave(Math.min(3, bench.pace.rounds), {
    value: () => time([claviger, 'verifier', '--url', feed.url, '--listen', '127.0.0.1:0'], 'listening on', env),
    baseline: () => time([bare, feed.url], 'read ', {}),
  });
  await feed.stop();
  const aim = { kind: 'ratio-at-most', bound: 5 } as const;
  const note = `${keys} keys, ${Math.round((await stat(file)).size / 1e6)} MB packed`;
  return [{ name: 'verify.coldstart', value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
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
