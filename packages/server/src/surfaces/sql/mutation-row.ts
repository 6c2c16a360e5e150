import type { SqlResource } from '../../domain/sql-resource.ts';
import type { Assignment, Condition, Piece, Target } from '../../language/mutation.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { isMark } from '../../language/statement.ts';
import { quoteName } from '../../language/token.ts';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import { chooseCallable, findCallable, refuseOperation } from './mutation-choice.ts';
import { findSlot } from './mutation-field.ts';
import { type Callable, plainName } from './mutation-method.ts';
import type { Changed } from './mutation-target.ts';
import { countCharacters, evaluate, evaluatePlain, queryRows, type Work } from './mutation-work.ts';

/** One entity that a statement changes. */
export interface FoundRow {
  readonly callable: Callable;
  readonly parameters: ReadonlyMap<string, SqlValue>;
  /** Of the expressions that were asked for. */
  readonly values: SqlRow;
  /** It was named, not found: where it is not there, that is an error. */
  readonly named: boolean;
}

export interface Search {
  readonly mutation: Condition & { readonly target: Target; readonly from?: Piece | undefined };
  readonly changed: Changed;
  /** Those that may do it. */
  readonly callables: readonly Callable[];
  /** Worked out for each row. */
  readonly expressions: readonly Piece[];
}

/** Rows that are gathered before the first is changed, so that no change is found again. */
const rowsMax = 100_000;
const charactersMax = 64 * 1_048_576;

/**
 * Whatever the condition says. A row whose parameters are all named is not looked for.
 * @throws SqlError
 */
export async function findRows(work: Work, search: Search): Promise<readonly FoundRow[]> {
  const { mutation, changed } = search;
  if (mutation.where === undefined) throw refuseAll();
  const named = await nameRow(work, search);
  if (named !== undefined) return [named];
  if (changed.resource === undefined) throw refuseOperation(changed.shown, 'its rows can not be looked for');
  return gatherRows(work, search, changed.resource);
}

function refuseAll(): SqlError {
  return new SqlError(sqlStates.invalidParameter, 'a condition is missing: every row there is would be changed', {
    hint: 'Say which rows with WHERE; WHERE true means all of them.',
  });
}

/** Undefined where rows have to be looked for. */
async function nameRow(work: Work, { mutation, callables, expressions }: Search): Promise<FoundRow | undefined> {
  const { equalities } = mutation;
  if (equalities === undefined || mutation.from !== undefined) return undefined;
  const names = new Set(equalities.map(({ column }) => plainName(column)));
  if (names.size !== equalities.length) return undefined;
  const callable = findCallable(
    callables.filter((each) => takesAll(each, equalities)),
    names,
  );
  if (callable === undefined) return undefined;
  const parameters = new Map<string, SqlValue>();
  for (const { column, value } of equalities) {
    const [worth = null] = evaluatePlain(work, [value]) ?? [];
    // Nothing equals null; and who takes paths may take a `%` for more than it is.
    if (worth === null || /%[0-9a-f]{2}/i.test(String(worth))) return undefined;
    parameters.set(findSlot(callable, column)?.name ?? column, worth);
  }
  const plain = evaluatePlain(work, expressions);
  if (plain === undefined && expressions.some(namesColumn)) return undefined;
  return { callable, parameters, values: plain ?? (await evaluate(work, expressions)), named: true };
}

function takesAll(callable: Callable, equalities: readonly Assignment[]): boolean {
  return equalities.every(({ column }) => findSlot(callable, column)?.kind === 'parameter');
}

/** Names, and words that may be some: whoever calls a function writes a parenthesis behind its name. */
function namesColumn({ tokens }: Piece): boolean {
  return tokens.some(({ kind }, at) => (kind === 'word' && !isMark(tokens[at + 1], '(')) || kind === 'quoted');
}

async function gatherRows(work: Work, search: Search, resource: SqlResource): Promise<FoundRow[]> {
  const { changed, callables } = search;
  const names = resource.columns.filter(({ parameter }) => parameter === true).map(({ name }) => name);
  const found: FoundRow[] = [];
  let characters = 0;
  for await (const row of queryRows(work, writeQuery(search, names))) {
    const pairs = names.flatMap((name, at) => (row[at] == null ? [] : [[name, row[at]] as const]));
    const parameters = new Map<string, SqlValue>(pairs);
    const ofRow = callables.filter((callable) => hasPath(callable, parameters));
    const plain = new Set([...parameters.keys()].map(plainName));
    const callable = chooseCallable(ofRow, plain, { shown: changed.shown, verb: work.caller.verb });
    const values = row.slice(names.length);
    characters += countCharacters(row);
    found.push({ callable, parameters, values, named: false });
    if (found.length > rowsMax || characters > charactersMax) throw refuseSize();
  }
  return found;
}

/** Whether the row's names, all of them, are what its path is made of. */
function hasPath({ parameters }: Callable, names: ReadonlyMap<string, SqlValue>): boolean {
  const holes = parameters.filter(({ in: place }) => place === 'path');
  return holes.length === names.size && holes.every(({ name }) => names.has(name));
}

function refuseSize(): SqlError {
  return new SqlError(sqlStates.tooManyRows, `a statement changes at most ${rowsMax} rows; nothing was changed`, {
    hint: 'Change them in parts: add LIMIT, and repeat it.',
  });
}

function writeQuery({ mutation, changed, expressions }: Search, names: readonly string[]): string {
  const { target, from, where, tail } = mutation;
  const alias = quoteName(target.alias);
  const list = [...names.map((name) => `${alias}.${quoteName(name)}`), ...expressions.map(({ text }) => `(${text})`)];
  // In full: what WITH names by the resource's bare name is something else.
  const tables = [`${changed.shown} AS ${alias}`, ...(from === undefined ? [] : [from.text])];
  const condition = where === undefined ? '' : ` WHERE ${where.text}`;
  return `SELECT ${list.join(', ')} FROM ${tables.join(', ')}${condition}${tail === undefined ? '' : ` ${tail.text}`}`;
}
