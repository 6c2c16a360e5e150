import type { QueryNames } from '../../language/rewriting.ts';
import { foldName } from '../../language/token.ts';
import type { CallableTable } from './mutation-method.ts';
import type { SessionState } from './session-state.ts';
import { newViewName } from './view-name.ts';

/** What queries of a session can speak of. */
export function listNames({ parts, views }: SessionState, table: CallableTable): QueryNames {
  return {
    resources: parts.resources,
    // As they are now: what is made ready stays what it was.
    views: new Map(views),
    newViewName,
    queryParameters: (resource) => new Set(listQueryParameters(table, resource)),
    listsOf: (resource) => listLists(table, resource),
  };
}

function listLists(table: CallableTable, resource: string): Map<string, ReadonlyMap<string, boolean>> {
  const lists = new Map<string, ReadonlyMap<string, boolean>>();
  for (const { rowsAt, answer = {} } of table.list(resource, 'select')) {
    if (rowsAt === undefined) continue;
    const fields = new Map(Object.entries(answer).map(([name, { type }]) => [name, type === 'string']));
    lists.set(foldName(rowsAt), fields);
  }
  return lists;
}

function listQueryParameters(table: CallableTable, resource: string): string[] {
  return table
    .list(resource, 'select')
    .flatMap(({ parameters }) => parameters.flatMap((each) => (each.in === 'query' ? [each.name] : [])));
}
