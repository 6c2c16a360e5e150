import { Problem } from './problem.ts';

/** An amount: `units` and `nanos` (billionths) have the same sign (google.type.Money). */
export interface Money {
  /** ISO 4217, three capital letters. */
  readonly currencyCode: string;
  readonly units: number;
  readonly nanos: number;
}

export interface MoneyDraft {
  readonly currencyCode?: string | undefined;
  readonly units?: number | undefined;
  readonly nanos?: number | undefined;
}

const currencyShape = /^[A-Z]{3}$/;
const nanosMax = 999_999_999;

/** @throws Problem request.missing, request.invalid */
export function parseCurrency(value: string | undefined, field: string): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field });
  if (currencyShape.test(value)) return value;
  throw new Problem('request.invalid', { field, reason: 'has to be three capital letters' });
}

/** @throws Problem request.missing, request.invalid */
export function parseMoney(draft: MoneyDraft, field: string): Money {
  const { units = 0, nanos = 0 } = draft;
  if (Math.abs(nanos) > nanosMax) {
    throw new Problem('request.invalid', {
      field: `${field}.nanos`,
      reason: `is not from -${nanosMax} to ${nanosMax}`,
    });
  }
  if (units * nanos < 0) {
    throw new Problem('request.invalid', { field: `${field}.nanos`, reason: 'has another sign than units' });
  }
  return { currencyCode: parseCurrency(draft.currencyCode, `${field}.currencyCode`), units, nanos };
}
