import { foldName } from '../../../language/token.ts';
import { type Typed, Unpushed } from './typed.ts';

/** Rows that a query takes from: a view of ours, or a query within the query. */
export interface Relation {
  /** In order; a name of undefined can't be asked for. */
  readonly columns: readonly RelationColumn[];
  /** As a table of PostgreSQL that has these of the columns, by `nameColumn`. */
  print(used: ReadonlySet<number>): string;
}

export interface RelationColumn {
  readonly name: string | undefined;
  /** What it holds, in words that mean something inside of the relation alone. @throws Unpushed where it can't be said */
  typed(): Typed;
}

export function nameColumn(at: number): string {
  return `c${at + 1}`;
}

/** A relation in FROM. Knows which of its columns are asked for. */
export class Placed {
  readonly alias: string;
  /** By what the text calls it; undefined: by nothing. */
  readonly name: string | undefined;
  readonly relation: Relation;
  /** The side of an outer join that may be absent. */
  readonly optional: boolean;
  readonly #used = new Set<number>();

  constructor(place: Pick<Placed, 'alias' | 'name' | 'relation' | 'optional'>) {
    this.alias = place.alias;
    this.name = place.name;
    this.relation = place.relation;
    this.optional = place.optional;
  }

  find(name: string): number {
    return this.relation.columns.findIndex((column) => column.name !== undefined && foldName(column.name) === name);
  }

  take(at: number): Typed {
    const column = this.relation.columns[at];
    if (column === undefined) throw new Unpushed('there is no such column');
    const { type, bits, least, present } = column.typed();
    this.#used.add(at);
    const text = `${this.alias}.${nameColumn(at)}`;
    if (type === 'truth')
      return { text, type: 'integer', bits: 1, least: 0, present: present === true && !this.optional };
    return { text, type, bits, least, present: present === true && !this.optional };
  }

  print(): string {
    return `${this.relation.print(this.#used)} as ${this.alias}`;
  }
}
