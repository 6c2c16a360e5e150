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
import { sqlPoint } from './row/sql-point.ts';
import { sqlStream } from './row/sql-stream.ts';
import { start } from './row/start.ts';
import { verifyColdStart } from './row/verify-coldstart.ts';
import { verifyExport } from './row/verify-export.ts';
import { verifyGrpc } from './row/verify-grpc.ts';
import { verifyHttp } from './row/verify-http.ts';
import { verifyInProcess } from './row/verify-inprocess.ts';
import { verifyMemory } from './row/verify-memory.ts';
import { nameLoader } from './support/load.ts';
import { type Finding, type Judged, type Row, round } from './support/row.ts';
import { printTable } from './support/table.ts';
import { type Pace, Workbench } from './support/workbench.ts';

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
  appCreate,
  revokeLatency,
  verifyInProcess,
  verifyMemory,
  verifyHttp,
  verifyExport,
  verifyGrpc,
  verifyColdStart,
  sqlPoint,
  sqlStream,
];

const wholePace: Pace = { warmSeconds: 3, rounds: 5, roundSeconds: 2, mixedRequests: 200_000, bulkDevelopers: 50_000 };
/** To see that it runs, and whether something is far off. */
const quickPace: Pace = { warmSeconds: 2, rounds: 1, roundSeconds: 2, mixedRequests: 20_000, bulkDevelopers: 5_000 };

const help = `npm run bench [-- [--quick] [row …]]
Measures each row of the table of aims against its baseline, in turns, and prints a line of JSON for each.
Rows: ${rows.map(({ name }) => name).join(', ')}. --quick: short and rough.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const unknown = positionals.find((name) => !rows.some((row) => row.name === name));
  if (values.help || unknown !== undefined) {
    process.stderr.write(unknown === undefined ? help : `There is no row ${unknown}.\n${help}`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  const chosen = positionals.length === 0 ? rows : rows.filter(({ name }) => positionals.includes(name));
  const findings = await measure(chosen, new Workbench(values.quick ? quickPace : wholePace));
  process.stderr.write(`\n${await describeMachine()}\n${printTable(findings)}\n`);
}

/** Others at work make every figure worse and each ratio rougher; who reads the table has to know. */
async function describeMachine(): Promise<string> {
  const cores = `${availableParallelism()} cores`;
  return `load by ${await nameLoader()}; ${cores}, load average ${loadavg()[0]?.toFixed(1)} at the end`;
}

async function measure(chosen: readonly Row[], bench: Workbench): Promise<Judged[]> {
  const findings: Judged[] = [];
  try {
    for (const row of chosen) {
      for (const found of await row.run(bench)) {
        findings.push(found);
        process.stdout.write(`${JSON.stringify(toLine(found))}\n`);
      }
    }
  } finally {
    await bench.clear();
  }
  return findings;
}

function toLine({ name, value, baseline, ratio }: Judged): Finding {
  return { name, value: round(value), baseline: round(baseline), ratio: round(ratio) };
}

await main();
