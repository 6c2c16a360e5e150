import type { SqlResource } from '../../domain/sql-resource.ts';
import type { Target } from '../../language/mutation.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
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
export function resolveChanged(
  { names, text, position }: Pick<Target, 'names' | 'text' | 'position'>,
  { parts }: SessionState,
  table: CallableTable,
): Changed {
  const [last = '', service, provider] = names.map(foldName).toReversed();
  const known = (service ?? 'apigee') === 'apigee' && ['google', 'claviger'].includes(provider ?? 'google');
  if (known && names.length <= 3) {
    const shownBy = (name: string) => `${provider ?? 'google'}.apigee.${name}`;
    const resource = parts.resources.find(
      ({ name, aliases }) => foldName(name) === last || aliases.some((alias) => foldName(alias) === last),
    );
    if (resource !== undefined) return { name: resource.name, resource, shown: shownBy(resource.name) };
    if (table.has(last)) return { name: last, resource: undefined, shown: shownBy(last) };
  }
  throw new SqlError(sqlStates.undefinedTable, `there is no resource ${text}`, {
    position,
    hint: 'SHOW RESOURCES IN google.apigee lists them.',
  });
}
