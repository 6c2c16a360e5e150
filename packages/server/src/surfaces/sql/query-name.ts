import type { QueryNames } from '../../language/rewriting.ts';
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
  };
}

function listQueryParameters(table: CallableTable, resource: string): string[] {
  return table
    .list(resource, 'select')
    .flatMap(({ parameters }) => parameters.flatMap((each) => (each.in === 'query' ? [each.name] : [])));
}
