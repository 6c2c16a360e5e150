import { isCurrency } from './currency.ts';
import { Problem } from './problem.ts';

/**
 * An exact amount (google.type.Money): `units` and `nanos` (billionths) have the same sign, and both of them together
 * stay within what an int64 of units can say.
 */
export interface Money {
  /** ISO 4217, three capital letters. */
  readonly currencyCode: string;
  /** An int64 as decimal text, since a number does not hold all of them: `-12`, never `-0` or `007`. */
  readonly units: string;
  readonly nanos: number;
}

export interface MoneyDraft {
  readonly currencyCode?: string | undefined;
  readonly units?: string | undefined;
  readonly nanos?: number | undefined;
}

const currencyShape = /^[A-Z]{3}$/;
const unitsShape = /^(0|-?[1-9][0-9]{0,18})$/;
const nanosMax = 999_999_999;
const nanosPerUnit = 1_000_000_000n;
/** The largest and smallest amounts, in billionths. */
const totalMax = (2n ** 63n - 1n) * nanosPerUnit + BigInt(nanosMax);
const totalMin = -(2n ** 63n) * nanosPerUnit - BigInt(nanosMax);

/** @throws Problem request.missing, request.invalid */
export function parseCurrency(value: string | undefined, field: string): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field });
  if (!currencyShape.test(value))
    throw new Problem('request.invalid', { field, reason: 'is not three capital letters' });
  if (isCurrency(value)) return value;
  throw new Problem('request.invalid', { field, reason: 'is no currency of ISO 4217' });
}

/** @throws Problem request.missing, request.invalid */
export function parseMoney(draft: MoneyDraft, field: string): Money {
  const { units = '0', nanos = 0 } = draft;
  if (!unitsShape.test(units)) {
    throw new Problem('request.invalid', { field: `${field}.units`, reason: 'has to be a whole number' });
  }
  if (!Number.isInteger(nanos) || Math.abs(nanos) > nanosMax) {
    throw new Problem('request.invalid', {
      field: `${field}.nanos`,
      reason: `is not from -${nanosMax} to ${nanosMax}`,
    });
  }
  const whole = BigInt(units);
  if ((whole < 0n && nanos > 0) || (whole > 0n && nanos < 0)) {
    throw new Problem('request.invalid', { field: `${field}.nanos`, reason: 'has another sign than units' });
  }
  const money = { currencyCode: parseCurrency(draft.currencyCode, `${field}.currencyCode`), units, nanos: nanos + 0 };
  requireRange(totalOf(money), `${field}.units`);
  return money;
}

export function noMoney(currencyCode: string): Money {
  return { currencyCode, units: '0', nanos: 0 };
}

/**
 * The sum of two amounts of one currency.
 * @param field blamed where the sum is beyond an int64
 * @throws Problem request.invalid
 */
export function addMoney(left: Money, right: Money, field: string): Money {
  return combine(left, right, field, totalOf(left) + totalOf(right));
}

/** The difference, in the same manner. */
export function subtractMoney(left: Money, right: Money, field: string): Money {
  return combine(left, right, field, totalOf(left) - totalOf(right));
}

/** Below 0: `left` is less than `right`, of the same currency; 0: they are equal. */
export function compareMoney(left: Money, right: Money): number {
  const difference = totalOf(left) - totalOf(right);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** Whether it is less than nothing (-1), nothing (0) or more. */
export function signOfMoney(money: Money): number {
  return compareMoney(money, noMoney(money.currencyCode));
}

export function isSameMoney(left: Money, right: Money): boolean {
  return left.currencyCode === right.currencyCode && compareMoney(left, right) === 0;
}

/** In billionths. */
function totalOf({ units, nanos }: Money): bigint {
  return BigInt(units) * nanosPerUnit + BigInt(nanos);
}

function combine(left: Money, right: Money, field: string, total: bigint): Money {
  if (left.currencyCode !== right.currencyCode) throw new Error(`${left.currencyCode} is not ${right.currencyCode}`);
  requireRange(total, field);
  const nanos = Number(total % nanosPerUnit);
  return { currencyCode: left.currencyCode, units: String(total / nanosPerUnit), nanos };
}

function requireRange(total: bigint, field: string): void {
  if (total >= totalMin && total <= totalMax) return;
  throw new Problem('request.invalid', { field, reason: 'goes beyond what an int64 of units can say' });
}
