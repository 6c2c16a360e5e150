import type { SqlColumn, SqlResource } from '../../domain/sql-resource.ts';
import type { Returned } from '../../language/mutation.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { foldName, quoteName } from '../../language/token.ts';
import type { QueryColumn, SqlRow, SqlValue } from '../../ports/query.ts';
import { naturalKeyOf } from './mutation-choice.ts';
import type { Callable } from './mutation-method.ts';
import { fromField, isJsonObject, type Json } from './mutation-value.ts';
import { queryRows, type Work } from './mutation-work.ts';

/** An entity as the API answered it, and by which parameters. */
export interface Entity {
  readonly callable: Callable;
  readonly parameters: ReadonlyMap<string, SqlValue>;
  readonly json: Json | undefined;
}

/** Makes rows of RETURNING. */
export class Returning {
  readonly columns: readonly QueryColumn[];
  /** Of every column of the resource. */
  readonly #entities: SqlRow[] = [];
  readonly #resource: SqlResource;
  readonly #items: readonly Returned[];
  /** Undefined: something has to be worked out. */
  readonly #plain: readonly SqlColumn[] | undefined;

  /** @throws SqlError 42703 */
  constructor(resource: SqlResource, items: readonly Returned[]) {
    this.#resource = resource;
    this.#items = items;
    const found = items.map((item) => findColumns(resource, item));
    this.columns = found.flatMap((each, at) => each ?? [{ name: items[at]?.name ?? '', type: undefined }]);
    const sources = items.map((item) => listSources(resource, item));
    this.#plain = sources.includes(undefined) ? undefined : sources.flatMap((each) => each ?? []);
  }

  add({ session, notices }: Work, entity: Entity): void {
    const { rowsMax } = session.parts.limits;
    if (this.#entities.length >= rowsMax) notices.add(`of what was changed ${rowsMax} rows are returned`);
    else this.#entities.push(this.#resource.columns.map((column) => readColumn(this.#resource, column, entity)));
  }

  /**
   * Before the first change: what can't be worked out is refused while nothing is done.
   * @param alias by which expressions may name the resource
   * @throws SqlError
   */
  async check({ session, values }: Work, alias: string): Promise<void> {
    if (this.#plain === undefined) await session.prepare(this.#writeQuery(values.length, alias));
  }

  /** After the last change. @throws SqlError */
  async listRows(work: Work, alias: string): Promise<readonly SqlRow[]> {
    const plain = this.#plain?.map((column) => this.#resource.columns.indexOf(column));
    if (plain !== undefined) return this.#entities.map((row) => plain.map((at) => row[at] ?? null));
    const text = this.#writeQuery(work.values.length, alias);
    const rows: SqlRow[] = [];
    for (const entity of this.#entities) {
      for await (const row of queryRows(work, text, [...work.values, ...entity])) rows.push(row);
    }
    return rows;
  }

  /** Over one row, whose values are parameters behind those of the statement. */
  #writeQuery(values: number, alias: string): string {
    const row = this.#resource.columns.map(({ name }, at) => `?${values + at + 1} AS ${quoteName(name)}`).join(', ');
    const list = this.#items.map(({ expression }) => expression.text).join(', ');
    return `SELECT ${list} FROM (SELECT ${row}) AS ${quoteName(alias)}`;
  }
}

function findColumns(resource: SqlResource, item: Returned): QueryColumn[] | undefined {
  if (item.column === '*') return resource.columns.map(({ name, type }) => ({ name, type }));
  return listSources(resource, item)?.map(({ type }) => ({ name: item.name, type }));
}

function listSources(
  { name, columns }: SqlResource,
  { column, expression }: Returned,
): readonly SqlColumn[] | undefined {
  if (column === undefined) return undefined;
  if (column === '*') return columns;
  const found = columns.find((each) => foldName(each.name) === foldName(column));
  if (found !== undefined) return [found];
  const { position } = expression;
  throw new SqlError(sqlStates.undefinedColumn, `column "${column}" of "${name}" does not exist`, { position });
}

function readColumn({ name: resource }: SqlResource, { name, type, parameter }: SqlColumn, entity: Entity): SqlValue {
  const { callable, parameters, json } = entity;
  const members = isJsonObject(json) ? json : {};
  if (parameter !== true) {
    const isList = callable.answer?.[name]?.type === 'array';
    return fromField(members[name] ?? (isList && Object.keys(members).length > 0 ? [] : undefined), type);
  }
  const [key, field] = naturalKeyOf(resource) ?? [];
  const natural = key === name && field !== undefined ? fromField(members[field], type) : null;
  return natural ?? parameters.get(name) ?? null;
}
