import { Problem } from '../../domain/problem.ts';
import type { Json } from './json.ts';

/** Clients test that it begins with `application/json` (compat/x.md §1.0, "Headers seen"). */
export const jsonContentType = 'application/json; charset=UTF-8';

/** The bytes of an answer: two spaces and a line end as Google prints them, or compact. */
export function prettyPrint(json: Json, pretty = true): string {
  return pretty ? `${JSON.stringify(json, null, 2)}\n` : JSON.stringify(json);
}

/**
 * The query parameter `prettyPrint`, true where it is absent.
 * @throws Problem request.invalid
 */
export function parsePrettyPrint(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Problem('request.invalid', { field: 'prettyPrint', reason: 'has to be true or false' });
}
