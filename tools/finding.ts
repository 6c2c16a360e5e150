/** One place that breaks a law of the house. */
export interface Finding {
  /** Path from the root of the repository, with forward slashes. */
  readonly file: string;
  /** First line is 1; absent where the file as a whole is meant. */
  readonly line?: number | undefined;
  /** Short name of the law, e.g. `circle`. */
  readonly rule: string;
  readonly message: string;
}

/** What one guard saw. A guard that saw nothing must not say that all is well, so `summary` tells how much it read. */
export interface Report {
  readonly summary: readonly string[];
  readonly findings: readonly Finding[];
}

export function formatFinding({ file, line, rule, message }: Finding): string {
  return `${file}${line === undefined ? '' : `:${line}`} [${rule}] ${message}`;
}

/** Prints a report and makes the process end with 1 where a law is broken. */
export function printReport(name: string, { summary, findings }: Report): void {
  for (const line of summary) console.log(`${name}: ${line}`);
  for (const finding of findings) console.error(`${name}: ${formatFinding(finding)}`);
  if (findings.length > 0) {
    console.error(`${name}: ${findings.length} violation${findings.length === 1 ? '' : 's'}`);
    process.exitCode = 1;
  } else {
    console.log(`${name}: no violations`);
  }
}
