import { quoteName } from '../../name.ts';
import { nameColumn, type Relation, type RelationColumn } from './relation.ts';
import type { StoreColumn, StoreTable } from './schema.ts';
import type { Typed } from './typed.ts';

/** A table of the store. @param rows condition that limits its rows, in PostgreSQL's SQL */
export function relateTable({ name, columns }: StoreTable, rows?: string): Relation {
  return {
    columns: columns.map((column): RelationColumn => ({ name: column.name, typed: () => typeColumn(column) })),
    print: (used) => {
      const taken = columns.flatMap((column, at) =>
        used.has(at) ? [`${quoteName(column.name)} as ${nameColumn(at)}`] : [],
      );
      return `(select ${taken.join(', ')} from ${quoteName(name)}${rows === undefined ? '' : ` where ${rows}`})`;
    },
  };
}

function typeColumn({ name, type, present }: StoreColumn): Typed {
  return { text: quoteName(name), type, bits: type === 'integer' ? 63 : 0, present };
}
