import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort } from '../../test/support/free-port.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { interleave } from '../support/interleave.ts';
import { watchMemory } from '../support/memory-watch.ts';
import type { Judged, Row } from '../support/row.ts';
import type { Workbench } from '../support/workbench.ts';

const developers = 1_000_000;
const columns = 'email, "firstName", "lastName", status, "createdAt"';
const megabyte = 1024 * 1024;

/** A million rows to `psql -o /dev/null`, against psql that reads as many of the same rows from PostgreSQL. */
export const sqlStream: Row = { name: 'sql.stream', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const port = await findFreePort();
  const data = await bench.seededStore(developers);
  const plane = await bench.startPlane({ data, sqlListen: `127.0.0.1:${port}` });
  const postgres = await startPostgres();
  try {
    await fillPostgres(postgres.url);
    const own = `postgres://${encodeURIComponent(bench.adminEmail)}:${bench.adminPassword}@127.0.0.1:${port}/claviger`;
    await readAll(own);
    await readAll(postgres.url);
    const peaks: number[] = [];
    const { value, baseline } = await interleave(bench.pace.rounds, {
      value: async () => {
        const reading = readAll(own);
        peaks.push(Math.max(...(await watchMemory(plane, reading))));
        return reading;
      },
      baseline: () => readAll(postgres.url),
    });
    await plane.stop();
    const megabytes = peaks.map((bytes) => (bytes / megabyte).toFixed(0)).join(', ');
    const note = `memory of the main process at most ${megabytes} MB in each of these runs of a million rows`;
    const aim = { kind: 'ratio-at-most', bound: 3 } as const;
    return [{ name: 'sql.stream', value, baseline, ratio: value / baseline, aim, unit: 'ms', note }];
  } finally {
    await postgres.remove();
  }
}

async function fillPostgres(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    'create table developers (email text, "firstName" text, "lastName" text, status text, "createdAt" bigint)',
  );
  await client.query(
    `insert into developers select 'developer-' || lpad(n::text, 7, '0') || '@example.com', 'Ada', 'Lovelace', 'active',
      1700000000000 + n from generate_series(0, ${developers - 1}) n`,
  );
  await client.query('analyze developers');
  await client.end();
}

/** Milliseconds. */
async function readAll(url: string): Promise<number> {
  const begin = performance.now();
  const { stderr } = await promisify(execFile)('psql', [
    '-X',
    '-At',
    '-o',
    '/dev/null',
    '-c',
    `select ${columns} from developers`,
    url,
  ]);
  if (stderr !== '') throw new Error(stderr);
  return performance.now() - begin;
}
