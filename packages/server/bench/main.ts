import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { appCreate } from './row/app-create.ts';
import { appGet } from './row/app-get.ts';
import { appsExpand } from './row/apps-expand.ts';
import { developerCreate } from './row/developer-create.ts';
import { developerCreatePostgres } from './row/developer-create-postgres.ts';
import { developerGet } from './row/developer-get.ts';
import { developerList } from './row/developer-list.ts';
import { importBulk } from './row/import-bulk.ts';
import { memory } from './row/memory.ts';
import { revokeLatency } from './row/revoke-latency.ts';
import { scaleKeys } from './row/scale-keys.ts';
import { search } from './row/search.ts';
import { sqlAggregate } from './row/sql-aggregate.ts';
import { sqlPoint } from './row/sql-point.ts';
import { sqlAggregatePostgres, sqlLocalPostgres } from './row/sql-postgres.ts';
import { sqlStream } from './row/sql-stream.ts';
import { start } from './row/start.ts';
import { verifyColdStart } from './row/verify-coldstart.ts';
import { verifyExport } from './row/verify-export.ts';
import { verifyGrpc } from './row/verify-grpc.ts';
import { verifyHttp } from './row/verify-http.ts';
import { verifyInProcess } from './row/verify-inprocess.ts';
import { verifyMemory } from './row/verify-memory.ts';
import { nameLoader } from './support/load.ts';
import { fullPace, quickPace, usualPace } from './support/pace.ts';
import { type Finding, type Judged, type Row, round } from './support/row.ts';
import { printTable } from './support/table.ts';
import { Workbench } from './support/workbench.ts';

/** In the order in which they run. */
const rows: readonly Row[] = [
  developerGet,
  developerCreate,
  developerCreatePostgres,
  developerList,
  importBulk,
  start,
  memory,
  appGet,
  appsExpand,
  scaleKeys,
  search,
  appCreate,
  revokeLatency,
  verifyInProcess,
  verifyMemory,
  verifyHttp,
  verifyExport,
  verifyGrpc,
  verifyColdStart,
  sqlAggregate,
  sqlAggregatePostgres,
  sqlLocalPostgres,
  sqlPoint,
  sqlStream,
];

const help = `npm run bench [-- [--quick | --full] [row …]]
Measures each row of the table of aims against its baseline, in turns, and prints a line of JSON for each. A row that fails
is told with its reason, the others run, and the exit code is 1.
Rows: ${rows.map(({ name }) => name).join(', ')}. --quick: short and rough. --full: among as much as the aims name.
`;

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: flag, full: flag, help: flag },
  });
  const unknown = positionals.find((name) => !rows.some((row) => row.name === name));
  if (values.help || unknown !== undefined) {
    process.stderr.write(unknown === undefined ? help : `There is no row ${unknown}.\n${help}`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  const chosen = positionals.length === 0 ? rows : rows.filter(({ name }) => positionals.includes(name));
  const pace = values.full ? fullPace : values.quick ? quickPace : usualPace;
  const { findings, failures } = await measure(chosen, new Workbench(pace));
  process.stderr.write(`\n${await describeMachine()}\n${printTable(findings)}\n`);
  for (const { name, failed } of failures) process.stderr.write(`${name} FAILED: ${failed}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

/** Others at work make every figure worse and each ratio rougher; who reads the table has to know. */
async function describeMachine(): Promise<string> {
  const cores = `${availableParallelism()} cores`;
  return `load by ${await nameLoader()}; ${cores}, load average ${loadavg()[0]?.toFixed(1)} at the end`;
}

interface Failure {
  /** Of the row. */
  readonly name: string;
  /** Why. */
  readonly failed: string;
}

async function measure(
  chosen: readonly Row[],
  bench: Workbench,
): Promise<{ readonly findings: Judged[]; readonly failures: Failure[] }> {
  const findings: Judged[] = [];
  const failures: Failure[] = [];
  try {
    for (const row of chosen) {
      const begun = performance.now();
      const outcome = await row.run(bench).catch((error: unknown) => describeFailure(row, error));
      if ('failed' in outcome) failures.push(outcome);
      else findings.push(...outcome);
      for (const line of 'failed' in outcome ? [outcome] : outcome.map(toLine)) {
        process.stdout.write(`${JSON.stringify(line)}\n`);
      }
      await bench.stopAll();
      process.stderr.write(`${row.name}: ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
    }
  } finally {
    await bench.clear();
  }
  return { findings, failures };
}

function describeFailure({ name }: Row, error: unknown): Failure {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return { name, failed: error instanceof Error ? error.message : String(error) };
}

function toLine({ name, value, baseline, ratio }: Judged): Finding {
  return { name, value: round(value), baseline: round(baseline), ratio: round(ratio) };
}

await main();
