import { Problem } from './problem.ts';

/** A limit in calls (or tokens), as text on the wire in both dialects: `limit` calls in `interval` `timeUnit`s. */
export interface ProductQuota {
  readonly limit: string;
  readonly interval: string;
  readonly timeUnit: string | undefined;
}

/** What a body holds of one, before it is parsed. */
export interface ProductQuotaDraft {
  readonly limit?: string | undefined;
  readonly interval?: string | undefined;
  readonly timeUnit?: string | undefined;
}

/** The names that the three members have on the wire, with the path before them. */
export interface QuotaFields {
  readonly limit: string;
  readonly interval: string;
  readonly timeUnit: string;
}

/** Sources name minute to month (compat/x.md §1.1); clients' own samples say second and week too. */
const timeUnits: readonly string[] = ['second', 'minute', 'hour', 'day', 'week', 'month'];
const wholeNumber = /^(0|[1-9][0-9]{0,17})$/;
const positiveNumber = /^[1-9][0-9]{0,17}$/;

/**
 * Each member by itself: all may be absent, and an empty text or `null` counts as absent. A limit alone is kept, since a product
 * may be written so; the default of an operation's unit is {@link parseOperationQuota}'s.
 * @throws Problem request.invalid
 */
export function parseQuotaParts(draft: ProductQuotaDraft, fields: QuotaFields): ProductQuotaDraft {
  const timeUnit = unsetEmpty(draft.timeUnit);
  if (timeUnit !== undefined && !timeUnits.includes(timeUnit)) {
    throw new Problem('request.invalid', {
      field: fields.timeUnit,
      reason: `has to be one of ${timeUnits.join(', ')}`,
    });
  }
  const limit = parseNumber(draft.limit, fields.limit, wholeNumber, 'a whole number, as text');
  const interval = parseNumber(draft.interval, fields.interval, positiveNumber, 'a whole number above 0, as text');
  return { limit, interval, timeUnit };
}

/**
 * The quota of an operation: limit and interval are required, the unit is an hour by default (compat/x.md §1.1).
 * @throws Problem request.missing, request.invalid
 */
export function parseOperationQuota(draft: ProductQuotaDraft | undefined, field: string): ProductQuota | undefined {
  if (draft === undefined) return undefined;
  const fields = { limit: `${field}.limit`, interval: `${field}.interval`, timeUnit: `${field}.timeUnit` };
  const { limit, interval, timeUnit = 'hour' } = parseQuotaParts(draft, fields);
  if (limit === undefined) throw new Problem('request.missing', { field: fields.limit });
  if (interval === undefined) throw new Problem('request.missing', { field: fields.interval });
  return { limit, interval, timeUnit };
}

/** Products that Edge's console made say `"null"` (compat/edge.md §6), and come so when they are moved here. */
function unsetEmpty(value: string | undefined): string | undefined {
  return value === '' || value === 'null' ? undefined : value;
}

function parseNumber(value: string | undefined, field: string, shape: RegExp, kind: string): string | undefined {
  const text = unsetEmpty(value);
  if (text === undefined || shape.test(text)) return text;
  throw new Problem('request.invalid', { field, reason: `has to be ${kind}` });
}
