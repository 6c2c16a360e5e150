import { UsageError } from './failure.ts';

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** `90d`, `12h`, `30m` or `0` in seconds. @throws UsageError */
export function parseDuration(option: string, text: string): number {
  if (text === '0') return 0;
  const match = /^(\d{1,6})([mhd])$/.exec(text);
  const unit = unitSeconds[match?.[2] ?? ''];
  if (unit === undefined) throw new UsageError(`--${option} is "${text}", but takes a time like 30m, 12h, 90d, or 0`);
  return Number(match?.[1]) * unit;
}
