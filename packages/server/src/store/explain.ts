import { derivedTableNames, keptTableNames, tableNames } from './schema.ts';

/** Told of each statement once, with the engine's plan for it. */
export type StatementWatch = (seen: SeenStatement) => void;

export interface SeenStatement {
  readonly name: string;
  readonly text: string;
  /** Lines of the plan, in the engine's words. */
  readonly plan: readonly string[];
}

export interface StatementExplainer {
  /** To be given to the store. */
  readonly watch: StatementWatch;
  /** Names of all statements seen. On PostgreSQL complete once the store is closed. */
  names(): string[];
  /** Statements that read a table otherwise than by an index, with the line of the plan that says so. */
  scans(): string[];
}

/** Looks at the plan of every statement that a store runs. */
export function explainStatements(): StatementExplainer {
  const seen = new Map<string, SeenStatement>();
  return {
    watch: (statement) => void seen.set(statement.name, statement),
    names: () => [...seen.keys()].sort(),
    scans: () => [...seen.values()].flatMap(({ name, plan }) => findScans(plan).map((line) => `${name}: ${line}`)),
  };
}

const tables = [...tableNames, ...derivedTableNames, ...keptTableNames].join('|');
const sqliteScan = new RegExp(`^SCAN (${tables}|other)\\b`);
const postgresScan = /\bSeq Scan on /;
const postgresIndexScan = /\bIndex (Only )?Scan /;

function findScans(plan: readonly string[]): string[] {
  return plan.filter((line, at) => {
    if (sqliteScan.test(line) || postgresScan.test(line)) return true;
    // A walk of the whole index is a scan too.
    return postgresIndexScan.test(line) && !plan[at + 1]?.startsWith('Index Cond');
  });
}
