import type { SqlResource } from '../../domain/sql-resource.ts';
import type { Target } from '../../language/mutation.ts';
import { findResource, isProvider, isProviderPath } from '../../language/resource-name.ts';
import { foldName } from '../../language/token.ts';
import type { CallableTable } from './mutation-method.ts';
import type { SessionState } from './session-state.ts';

/** What a statement changes. */
export interface Changed {
  /** The resource's own name, whichever way the statement calls it. */
  readonly name: string;
  /** Undefined: it can't be asked for, and has methods alone. */
  readonly resource: SqlResource | undefined;
  /** With its provider and service, for refusals. */
  readonly shown: string;
}

/** @throws SqlError 42P01 */
export function resolveChanged({ parts: written }: Target, { parts }: SessionState, table: CallableTable): Changed {
  const path = written.map(({ value }) => foldName(value));
  const [first = '', last = ''] = [path[0], path.at(-1)];
  const prefix = `${isProvider(first) && path.length > 1 ? first : 'google'}.apigee.`;
  const shown = parts.resources.some(({ name, aliases }) => [name, ...aliases].some((each) => foldName(each) === last));
  if (!shown && table.has(last) && isProviderPath(path.slice(0, -1))) {
    return { name: last, resource: undefined, shown: prefix + last };
  }
  const resource = findResource(parts.resources, written);
  return { name: resource.name, resource, shown: prefix + resource.name };
}
