import { sqlResources } from '../../src/domain/sql-resource-table.ts';
import type { QueryNames, SessionView } from '../../src/language/rewriting.ts';
import { foldName } from '../../src/language/token.ts';

/** What queries can speak of, with names of views that a test can read: `v_developers`. */
export function nameResources(...views: readonly SessionView[]): QueryNames {
  return {
    resources: sqlResources,
    views: new Map(views.map((view) => [foldName(view.name), view])),
    newViewName: (resource) => `v_${resource}`,
    listsOf: () => new Map(),
    queryParameters: () => new Set(['expand', 'count', 'startKey', 'includeCompany']),
  };
}
