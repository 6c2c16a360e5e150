import { foldName } from '../../../language/token.ts';
import { parseSelect } from '../../../language/tree/select.ts';
import type { Expression, Select, SelectCore, Source } from '../../../language/tree/tree.ts';
import {
  conjunctsOf,
  coresIn,
  expressionsOf,
  expressionsOfCore,
  expressionsOfSources,
  walkCores,
  walkExpression,
} from '../../../language/tree/walk.ts';

/** A column of a table of the store. */
export interface TableColumn {
  readonly table: string;
  readonly column: string;
}

/** What a view takes from the store, where only some of its columns are asked for. */
export interface ViewNeeds {
  /** Columns by table. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tables of its FROM. Those of queries within it are the others. */
  readonly joined: ReadonlySet<string>;
  /** Columns that are alike where a query within the view finds its rows: what is needed of one follows from the other. */
  readonly links: readonly (readonly [TableColumn, TableColumn])[];
  /** Columns that rows are found by. */
  readonly indexes: readonly TableColumn[];
}

/**
 * A view's SELECT over the tables of the store (store/query/view.ts), read for what it takes. Our own texts call columns by
 * their table, so that no name has to be looked up.
 */
export class StoreView {
  readonly tree: Select;
  /** Of the organizations whose rows it shows. */
  readonly organizations: readonly string[];

  /** @throws Error where the text is beyond what we read: it is ours to mend */
  constructor(text: string, organizations: readonly string[]) {
    const tree = parseSelect(text);
    if (tree === undefined) throw new Error('a view is not read');
    for (const { core } of walkCores(tree)) requireTables(core);
    this.tree = tree;
    this.organizations = organizations;
  }

  /** In small letters. */
  get columnNames(): ReadonlySet<string> {
    const [core] = this.tree.cores;
    return new Set(core?.kind === 'select' ? core.outputs.flatMap((output) => nameOf(output) ?? []) : []);
  }

  /** The one SELECT that it is, with a row for each of its main table; undefined: it is of another form. */
  get plain(): { readonly core: SelectCore; readonly root: string } | undefined {
    const [core, ...others] = this.tree.cores;
    if (core?.kind !== 'select' || others.length > 0 || core.groups.length > 0 || core.distinct) return undefined;
    if (core.sources.some(({ from }) => from.kind !== 'table')) return undefined;
    const tables = core.sources.flatMap(({ from }) => (from.kind === 'table' ? [from.name] : []));
    const root = tables.find((table) => table !== 'organization') ?? tables[0];
    return root === undefined ? undefined : { core, root };
  }

  /** By what a table of its FROM is called there. */
  nameOf(table: string): string {
    const source = this.plain?.core.sources.find(({ from }) => from.kind === 'table' && from.name === table);
    return source?.alias ?? table;
  }

  /** @param used names of columns in small letters; undefined: all */
  needsFor(used: ReadonlySet<string> | undefined): ViewNeeds {
    const needed = [...neededExpressions(this.tree, used)];
    const own = this.tree.cores.flatMap((core) => (core.kind === 'select' ? [core] : []));
    const below = own.flatMap(({ sources }) => sources.flatMap(({ from }) => fromSelect(from)));
    const inner = [...needed.flatMap((expression) => [...coresIn(expression)]), ...below];
    const innerCores = inner.map(({ core }) => core);
    const tables = readTableNames([...own, ...innerCores]);
    const expressions = [...needed, ...inner.flatMap(({ core, select }) => allOf(core, select))];
    const joined = new Set(readTableNames(own).values());
    const links = readLinks(innerCores, tables);
    const found = [...links, ...readLinks(own, tables)].flat();
    return {
      columns: readColumns(expressions, tables),
      joined,
      links,
      indexes: found.filter(({ table, column }) => table !== this.plain?.root && column !== 'organization_id'),
    };
  }

  /** Whether queries within the view take rows of a table of its FROM as well. */
  isRepeated(table: string): boolean {
    const inner = [...neededExpressions(this.tree, undefined)].flatMap((expression) => [...coresIn(expression)]);
    return [...readTableNames(inner.map(({ core }) => core)).values()].includes(table);
  }
}

/** What a view needs is read from names with their tables: one without would be overlooked. */
function requireTables(core: SelectCore): void {
  if (!core.sources.some(({ from }) => from.kind === 'table')) return;
  for (const expression of expressionsOfCore(core)) {
    for (const part of walkExpression(expression)) {
      if (part.kind === 'column' && part.table === undefined) throw new Error(`${part.name} of a view has no table`);
    }
  }
}

function fromSelect(from: Source['from']): { core: SelectCore; select: Select }[] {
  return from.kind === 'select' ? [...walkCores(from.select)] : [];
}

/** All expressions of a view but for the outputs that nobody asks for. */
function* neededExpressions(tree: Select, used: ReadonlySet<string> | undefined): Iterable<Expression> {
  const names = tree.cores[0]?.kind === 'select' ? tree.cores[0].outputs.map(nameOf) : [];
  for (const core of tree.cores) {
    if (core.kind !== 'select') continue;
    for (const [at, output] of core.outputs.entries()) {
      // In a compound the names are those of the first.
      const name = names[at];
      const asked = used === undefined || name === undefined || used.has(name);
      if (asked && output.kind === 'expression') yield output.expression;
    }
    yield* expressionsOfSources(core.sources);
    if (core.where !== undefined) yield core.where;
    yield* core.groups;
  }
}

function nameOf(output: SelectCore['outputs'][number]): string | undefined {
  return output.kind === 'expression' && output.alias !== undefined ? foldName(output.alias) : undefined;
}

function allOf(core: SelectCore, select: Select): Expression[] {
  return [...expressionsOf({ ...select, cores: [core] })];
}

/** Tables of the store by what they are called in the text. */
function readTableNames(cores: readonly SelectCore[]): Map<string, string> {
  const tables = new Map<string, string>();
  for (const { sources } of cores) {
    for (const { from, alias } of sources) {
      if (from.kind === 'table' && from.schema === 'main') tables.set(alias ?? from.name, from.name);
    }
  }
  return tables;
}

function readColumns(
  expressions: readonly Expression[],
  tables: ReadonlyMap<string, string>,
): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>([...tables.values()].map((table) => [table, new Set()]));
  for (const expression of expressions) {
    for (const part of walkExpression(expression)) {
      if (part.kind !== 'column' || part.table === undefined) continue;
      const table = tables.get(part.table);
      if (table !== undefined) columns.get(table)?.add(part.name);
    }
  }
  return columns;
}

function readLinks(cores: readonly SelectCore[], tables: ReadonlyMap<string, string>): [TableColumn, TableColumn][] {
  const conditions = cores.flatMap(({ where, sources }) => [
    ...conjunctsOf(where),
    ...sources.flatMap(({ on }) => conjunctsOf(on)),
  ]);
  return conditions.flatMap((condition): [TableColumn, TableColumn][] => {
    if (condition.kind !== 'binary' || condition.operator !== '=') return [];
    const [left, right] = [condition.left, condition.right].map((side) => readColumn(side, tables));
    return left === undefined || right === undefined ? [] : [[left, right]];
  });
}

function readColumn(side: Expression, tables: ReadonlyMap<string, string>): TableColumn | undefined {
  if (side.kind !== 'column' || side.table === undefined) return undefined;
  const table = tables.get(side.table);
  return table === undefined ? undefined : { table, column: side.name };
}
