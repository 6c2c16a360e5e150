import { findNearest } from '../../language/nearest.ts';
import type { RewrittenQuery } from '../../language/query.ts';
import type { QueryNames } from '../../language/rewriting.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Statement } from '../../language/statement.ts';
import { foldName, type Token } from '../../language/token.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { SessionState } from './session-state.ts';

/** Says faults of the engine in words of the text that was written. */
export type TellFaults = <T>(act: () => Promise<T>) => Promise<T>;

export function tellFaults(
  { tokens }: Statement,
  { parts }: SessionState,
  { views, names }: { readonly views: RewrittenQuery['views']; readonly names: QueryNames },
): TellFaults {
  const columns = () =>
    parts.resources.filter(({ name }) => name in views).flatMap((resource) => resource.columns.map(({ name }) => name));
  return async (act) => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const message = hideViewNames(error.message);
      const name = faultyName.exec(message)?.[1]?.split('.').at(-1);
      const near = error.state === sqlStates.undefinedColumn ? findNearest(name ?? '', columns()) : [];
      const isUnknown = error.state === sqlStates.undefinedColumn && name !== undefined;
      const list = isUnknown ? findList(name, Object.keys(views), names) : undefined;
      const hint =
        error.hint ??
        (list && adviseRows(list, name ?? '')) ??
        (near.length === 0 ? undefined : `Perhaps you meant ${near.join(', ')}.`);
      throw new SqlError(error.state, message, { position: findOnly(tokens, name), hint });
    }
  };
}

/** The resource whose list in Google's document of StackQL is a column of that name. */
function findList(name: string, resources: readonly string[], { listsOf }: QueryNames): string | undefined {
  return resources.find((resource) => listsOf(resource).has(foldName(name)));
}

function adviseRows(resource: string, list: string): string {
  return (
    `A row of ${resource} is one entity here, with its fields as columns, and there is no column of all of them: ` +
    `leave ${list} out, or take it apart in FROM as json_each(${list}).`
  );
}

const faultyName = /(?:^near |no such \w+: |unrecognized token: |ambiguous column name: )"?([^"\s]+)/;

/** A place that the engine tells is one of its own text: the name is looked for in this one, where it stands once. */
function findOnly(tokens: readonly Token[], name: string | undefined): number | undefined {
  const found = tokens.filter(({ value }) => value === name);
  return found.length === 1 ? found[0]?.start : undefined;
}
