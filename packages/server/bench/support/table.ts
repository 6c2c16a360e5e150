import { type Aim, isMet, type Judged, round } from './row.ts';

/** What was found against what was aimed at, for people. */
export function printTable(findings: readonly Judged[]): string {
  const rows = findings.map((finding) => [
    finding.name,
    `${round(finding.value)} ${finding.unit}`,
    String(round(finding.baseline)),
    String(round(finding.ratio)),
    describeAim(finding.aim),
    isMet(finding) ? 'met' : 'MISSED',
    finding.note ?? '',
  ]);
  const lines = [['row', 'value', 'baseline', 'ratio', 'aim', '', ''], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function describeAim({ kind, bound }: Aim): string {
  const sign = kind === 'ratio-at-least' ? '≥' : '≤';
  if (kind === 'difference-at-most') return `${sign} baseline + ${bound}`;
  return kind === 'value-at-most' ? `value ${sign} ${bound}` : `${sign} ${bound}`;
}
