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
  readonly rows: SqlRow[] = [];
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

  /** @param alias by which expressions may name the resource */
  async add(work: Work, entity: Entity, alias: string): Promise<void> {
    const { rowsMax } = work.session.parts.limits;
    if (this.rows.length >= rowsMax) work.notices.add(`of what was changed ${rowsMax} rows are returned`);
    else if (this.#plain !== undefined)
      this.rows.push(this.#plain.map((column) => readColumn(this.#resource, column, entity)));
    else await this.#workOut(work, entity, alias);
  }

  /** As a query over one row, whose values are parameters behind those of the statement. */
  async #workOut(work: Work, entity: Entity, alias: string): Promise<void> {
    const { columns } = this.#resource;
    const values = columns.map((column) => readColumn(this.#resource, column, entity));
    const first = work.values.length + 1;
    const row = columns.map(({ name }, at) => `?${first + at} AS ${quoteName(name)}`).join(', ');
    const list = this.#items.map(({ expression }) => expression.text).join(', ');
    const text = `SELECT ${list} FROM (SELECT ${row}) AS ${quoteName(alias)}`;
    for await (const found of queryRows(work, text, [...work.values, ...values])) this.rows.push(found);
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
