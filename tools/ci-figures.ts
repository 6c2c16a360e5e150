import { type BenchAim, benchAims } from './bench-aims.ts';

/** `tests 47, pass 47`: the closing lines of node's test runner. */
export function summarizeTests(output: string): string {
  const counts = [...output.matchAll(/^ℹ (tests|pass|fail|cancelled|skipped|todo) (\d+)$/gm)];
  return counts
    .filter(([, name, count]) => name === 'tests' || name === 'pass' || count !== '0')
    .map(([, name, count]) => `${name} ${count}`)
    .join(', ');
}

/** `fences: 29 modules and 58 imports read; …`: what each guard says to have read. */
export function summarizeGuards(output: string): string {
  const lines = [...output.matchAll(/^\w+: (\d+ .+ read)$/gm)].map(([, line]) => line);
  return lines.join('; ');
}

interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly baseline: number | undefined;
  readonly ratio: number | undefined;
}

/** A row that could not be measured. */
interface FailedLine {
  readonly name: string;
  readonly failed: string;
}

/** How many aims were met, and a table of each measurement beside its aim. Missing an aim is told, and fails nothing. */
export function summarizeBench(output: string): string {
  const parsed = output.split('\n').flatMap((line) => parseBenchLine(line) ?? []);
  const lines = parsed.filter((line) => 'value' in line);
  const failed = parsed.filter((line) => 'failed' in line);
  const rows = lines.map((line) => describeBenchLine(line, benchAims[line.name]));
  const missing = Object.keys(benchAims).filter((name) => !lines.some((line) => line.name === name));
  const met = rows.filter(({ verdict }) => verdict === 'met').length;
  return [
    `${met} of ${Object.keys(benchAims).length} aims met`,
    ...rows.map(({ text }) => text),
    ...failed.map(({ name, failed: reason }) => `${name}: FAILED: ${reason}`),
    ...missing.map((name) => `${name}: not measured`),
  ].join('\n');
}

function parseBenchLine(line: string): BenchLine | FailedLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { name, value, baseline, ratio, failed } = JSON.parse(line) as Record<string, unknown>;
    if (typeof name === 'string' && typeof failed === 'string') return { name, failed };
    if (typeof name !== 'string' || typeof value !== 'number') return undefined;
    return { name, value, baseline: numberOf(baseline), ratio: numberOf(ratio) };
  } catch {
    // A line of somebody's log that happens to begin with a brace.
    return undefined;
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function describeBenchLine({ name, value, baseline, ratio }: BenchLine, aim: BenchAim | undefined) {
  const measured = aim?.of === 'value' ? value : ratio;
  const verdict = aim === undefined ? 'no aim' : judge(measured, aim);
  const facts = [
    `value ${round(value)}`,
    baseline === undefined ? '' : `baseline ${round(baseline)}`,
    ratio === undefined ? '' : `ratio ${round(ratio)}`,
    aim === undefined ? '' : `aim ${aim.of} ${aim.bound === 'min' ? '≥' : '≤'} ${aim.figure}`,
  ];
  return { verdict, text: `${name}: ${facts.filter((fact) => fact !== '').join(', ')}: ${verdict}` };
}

function judge(measured: number | undefined, { bound, figure }: BenchAim): 'met' | 'MISSED' {
  if (measured === undefined) return 'MISSED';
  return (bound === 'min' ? measured >= figure : measured <= figure) ? 'met' : 'MISSED';
}

function round(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}
