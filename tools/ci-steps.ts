import { summarizeBench, summarizeGuards, summarizeTests } from './ci-figures.ts';

/** One step of `.ci/run`. A new one is a new row below. */
export interface CiStep {
  readonly name: string;
  /** Run by `sh -c` in the root of the repository, with its node_modules/.bin in front of PATH. */
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The step is killed, and counts as failed, after that long: about twice what it takes on two quiet cores. */
  readonly minutesMax: number;
  /** What the final table tells of the output. */
  readonly summarize?: (output: string) => string;
}

export const ciSteps: readonly CiStep[] = [
  { name: 'check', command: 'npm run check', minutesMax: 3, summarize: summarizeGuards },
  { name: 'test', command: 'npm test', minutesMax: 14, summarize: summarizeTests },
  {
    // The oldest version that is taken, with its own pg_dump and pg_restore: Debian's, where npm has the newest.
    name: 'postgres',
    command: `bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | head -n 1)
      test -n "$bin" || { echo 'no PostgreSQL is installed under /usr/lib/postgresql'; exit 1; }
      CLAVIGER_TEST_POSTGRES_BIN="$bin" npm test -- 'packages/server/test/store/postgres*.test.ts'`,
    minutesMax: 4,
    summarize: summarizeTests,
  },
  {
    // What `npm test` asks of a server on SQLite.
    name: 'wire',
    command: `npm test -- packages/server/test/wire packages/server/test/clients packages/server/test/verdict \
      packages/server/test/runtime packages/server/test/cli/source \
      'packages/server/test/sql/engine-{attack,company,row,scope}.test.ts' \
      'packages/server/test/sql/{heavy-query,http,mutation,query-differential,session,stackql-list}.test.ts'`,
    env: { CLAVIGER_TEST_STORES: 'postgres' },
    minutesMax: 8,
    summarize: summarizeTests,
  },
  {
    // kill -9 rounds, properties, hostile input: the same tests as in `test`, with many more rounds each.
    name: 'robustness',
    command: `npm test -- packages/server/test/robustness packages/server/test/verdict packages/verify/test \
      packages/server/test/wire/revocation.test.ts packages/server/test/cli/command.test.ts \
      packages/server/test/cli/{archive,bulk,postgres}.test.ts`,
    env: { CLAVIGER_LONG: '1' },
    minutesMax: 22,
    summarize: summarizeTests,
  },
  {
    // The conformance table through every gateway that Debian has: .ci/run installs them, and none may be missing.
    name: 'gateways',
    command: 'npm run test:gateways',
    env: { CLAVIGER_GATEWAYS: 'required', CLAVIGER_LONG: '1' },
    minutesMax: 2,
    summarize: summarizeTests,
  },
  {
    // psql, psycopg and JDBC, unmodified: .ci/run installs them, and none may be missing.
    name: 'sql-tools',
    command: 'npm test -- packages/server/test/sql/catalog/tool.test.ts',
    env: { CLAVIGER_SQL_TOOLS: 'required' },
    minutesMax: 3,
    summarize: summarizeTests,
  },
  { name: 'bench', command: 'npm run bench 2>&1', minutesMax: 20, summarize: summarizeBench },
  { name: 'package', command: 'node tools/check-package.ts', minutesMax: 4 },
];
