/** Set in the long runs of CI: more rounds, and an absent tool is a failure rather than a skipped test. */
export const isLong = (process.env['CLAVIGER_LONG'] ?? '') !== '';

/** For tests that are part of the long runs alone: why they wait for these, or false. */
export const longOnly: string | false = isLong ? false : 'in the long round: CLAVIGER_LONG=1';

/** Of tests that show the same of one thing after another: why this one waits for the long runs, or false. */
export function skipMost(at: number, every: number): string | false {
  return isLong || at % every === 0 ? false : 'one of many, in the long runs';
}

/** A number from the environment, else the one for the kind of run. */
export function scale(variable: string, { quick, long }: { readonly quick: number; readonly long: number }): number {
  const given = Number(process.env[variable] ?? '');
  return Number.isInteger(given) && given > 0 ? given : isLong ? long : quick;
}
