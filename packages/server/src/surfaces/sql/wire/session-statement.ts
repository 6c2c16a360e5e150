import type { SqlSession } from '../session.ts';
import { readParameters, requireCount } from './parameter.ts';
import { type ColumnTypes, inferParameterTypes } from './parameter-type.ts';
import { toWireColumn } from './type.ts';
import type { WireStatement } from './wire-statement.ts';

export interface PrepareRequest {
  readonly text: string;
  /** The statement's name, for messages. */
  readonly name: string;
  /** OIDs that the client gave; 0 or missing: it did not say. */
  readonly givenTypes: readonly number[];
}

/** A statement of the session's own language. @throws SqlError */
export async function prepareInSession(
  session: SqlSession,
  columnTypes: ColumnTypes,
  { text, name, givenTypes }: PrepareRequest,
): Promise<WireStatement> {
  const statement = await session.prepare(text);
  const parameterTypes = inferParameterTypes(text, { count: statement.parameters, givenTypes, columnTypes });
  return {
    parameterTypes,
    columns: statement.columns?.map(toWireColumn),
    run: async ({ parameters, signal, account }) => {
      requireCount(parameters.values.length, statement.parameters, name);
      const result = await statement.run(readParameters(parameters, parameterTypes), { signal, account });
      return {
        columns: () => result.columns?.map(toWireColumn),
        next: async () => {
          const rows = await result.next();
          return rows && { kind: 'values', rows };
        },
        tag: () => result.tag(),
        notices: () => result.notices,
        close: () => result.close(),
      };
    },
  };
}
