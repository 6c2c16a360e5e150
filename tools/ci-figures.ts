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

/** What the bench's table says of a row, behind its figures. */
const verdict = / {2}(met|MISSED)\b/;

/** How many aims were met, and the bench's own table. Missing an aim is told, and fails nothing; a row that failed does. */
export function summarizeBench(output: string): string {
  const lines = output.split('\n');
  const from = lines.findIndex((line) => /^row +value +baseline /.test(line));
  if (from === -1) return 'no table';
  const rows = lines.slice(from + 1).filter((line) => verdict.test(line) || / FAILED: /.test(line));
  const met = rows.filter((line) => verdict.exec(line)?.[1] === 'met').length;
  return [`${met} of ${rows.length} aims met`, lines[from], ...rows].join('\n');
}

const failureLinesMax = 60;

/** What the test runner tells of failed tests once more at its end, with their errors, cut where it is long; '' if none. */
export function findFailures(output: string): string {
  const [, told = ''] = output.split(/^✖ failing tests:$/m);
  const lines = told.split('\n').filter((line) => line.trim() !== '');
  const cut = lines.length > failureLinesMax ? [`  … and ${lines.length - failureLinesMax} lines more above`] : [];
  return [...lines.slice(0, failureLinesMax), ...cut].join('\n');
}
