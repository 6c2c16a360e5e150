import type { CatalogQueries } from '../catalog/catalog.ts';
import type { PrepareRequest } from './session-statement.ts';
import type { WireRows, WireStatement } from './wire-statement.ts';

/** A statement that PostgreSQL's own catalog answers. @throws SqlError */
export async function prepareInCatalog(
  catalog: CatalogQueries,
  { text, givenTypes }: PrepareRequest,
): Promise<WireStatement> {
  const shape = await catalog.describe(text, { parameterTypes: givenTypes });
  return {
    parameterTypes: shape.parameters,
    columns: shape.fields,
    run: async ({ parameters, resultFormats, signal }) => {
      const answer = await catalog.run(text, {
        parameterTypes: shape.parameters,
        parameters: parameters.values,
        parameterFormats: parameters.formats,
        resultFormats,
        signal,
      });
      let rest: WireRows | undefined = answer.rows.length === 0 ? undefined : { kind: 'fields', rows: answer.rows };
      return {
        columns: () => answer.fields,
        next: async () => {
          const rows = rest;
          rest = undefined;
          return rows;
        },
        tag: () => answer.tag,
        notices: () => [],
        close: async () => {
          rest = undefined;
        },
      };
    },
  };
}
