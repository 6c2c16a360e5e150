import { Problem } from './problem.ts';

/** A point in time as text and as milliseconds since 1970 UTC, by arithmetic alone: domain asks no clock. */

const shape = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const dayMilliseconds = 86_400_000;
const minuteMilliseconds = 60_000;
/** 9999-12-31T23:59:59.999Z, the last that every client can read. */
export const momentMax = 253_402_300_799_999;

/** Days since 1970-01-01 in the Gregorian calendar; years begin in March, so that a leap day is the last of its year. */
function countDays(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function splitDays(days: number): readonly [year: number, month: number, day: number] {
  const since = days + 719_468;
  const era = Math.floor(since / 146_097);
  const dayOfEra = since - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [year, month, dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1];
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

/** `2026-01-31T12:00:00.000Z`. @param at milliseconds since 1970 UTC, from 0 to {@link momentMax} */
export function formatMoment(at: number): string {
  const days = Math.floor(at / dayMilliseconds);
  const rest = at - days * dayMilliseconds;
  const [year, month, day] = splitDays(days);
  const seconds = Math.floor(rest / 1000);
  const time = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time}.${pad(rest % 1000, 3)}Z`;
}

/**
 * Reads a time as RFC 3339 has it. What is finer than a millisecond is cut off.
 * @returns milliseconds since 1970 UTC
 * @throws Problem request.invalid also before 1970 and after 9999
 */
export function parseMoment(text: string, field: string): number {
  const at = readMoment(text);
  if (at !== undefined && at >= 0 && at <= momentMax) return at;
  const reason = 'takes a time from 1970 to 9999 as RFC 3339 has it, like 2026-01-31T12:00:00.000Z';
  throw new Problem('request.invalid', { field, reason });
}

function readMoment(text: string): number | undefined {
  const parts = shape.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetMinutes = Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || Number(parts[9] ?? 0) > 23 || Number(parts[10] ?? 0) > 59) return;
  const days = countDays(year, month, day);
  // The 31st of February counts on into March: what does not come back as it went in is no date.
  const [, monthAgain, dayAgain] = splitDays(days);
  if (monthAgain !== month || dayAgain !== day) return undefined;
  const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const local = days * dayMilliseconds + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  return local - (parts[8] === '-' ? -1 : 1) * offsetMinutes * minuteMilliseconds;
}
