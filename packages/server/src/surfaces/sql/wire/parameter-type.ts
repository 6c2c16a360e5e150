import type { SqlResource, SqlType } from '../../../domain/sql-resource.ts';
import { foldName, type Token, tokenize } from '../../../language/token.ts';
import { oidOfType, oids } from './type.ts';

/** Types of columns by their folded name; those that several resources give different types are left out. */
export type ColumnTypes = ReadonlyMap<string, SqlType>;

export function collectColumnTypes(resources: readonly SqlResource[]): ColumnTypes {
  const types = new Map<string, SqlType | undefined>();
  for (const { name, type } of resources.flatMap(({ columns }) => columns)) {
    const folded = foldName(name);
    types.set(folded, types.has(folded) && types.get(folded) !== type ? undefined : type);
  }
  return new Map([...types].filter((entry): entry is [string, SqlType] => entry[1] !== undefined));
}

const parametersMax = 65_535;

/**
 * The types of a statement's parameters, as far as they can be told: what the client says, what a cast says, LIMIT and
 * OFFSET, and the column that a parameter is compared with. Else text, as PostgreSQL takes what it knows nothing of.
 */
export function inferParameterTypes(
  text: string,
  options: {
    readonly count: number;
    readonly givenTypes: readonly number[];
    readonly columnTypes: ColumnTypes;
  },
): number[] {
  const { count, givenTypes, columnTypes } = options;
  const types = new Array<number>(Math.min(count, parametersMax)).fill(0).map((_, index) => givenTypes[index] ?? 0);
  if (types.every((type) => type !== 0)) return types;
  const tokens = tokenize(text).filter(({ kind }) => kind !== 'hint');
  tokens.forEach((token, at) => {
    const index = token.kind === 'parameter' ? Number(/^[$?](\d+)$/.exec(token.text)?.[1] ?? 0) - 1 : -1;
    if (types[index] === 0) types[index] = inferAt(tokens, at, columnTypes) ?? 0;
  });
  return types.map((type) => (type === 0 ? oids.text : type));
}

const castOids: Readonly<Record<string, number>> = {
  int: oids.int8,
  int2: oids.int8,
  int4: oids.int8,
  int8: oids.int8,
  integer: oids.int8,
  bigint: oids.int8,
  smallint: oids.int8,
  real: oids.float8,
  double: oids.float8,
  float: oids.float8,
  float8: oids.float8,
  numeric: oids.numeric,
  decimal: oids.numeric,
  bool: oids.bool,
  boolean: oids.bool,
};
const comparisons = new Set(['=', '==', '<', '>', '<=', '>=', '<>', '!=']);

function inferAt(tokens: readonly Token[], at: number, columnTypes: ColumnTypes): number | undefined {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (after?.text === '::' || wordOf(after) === 'as') return castOids[wordOf(tokens[at + 2])];
  if (['limit', 'offset'].includes(wordOf(before))) return oids.int8;
  if (before !== undefined && (comparisons.has(before.text) || wordOf(before) === 'between')) {
    return typeBefore(tokens, wordOf(tokens[at - 2]) === 'not' ? at - 3 : at - 2, columnTypes);
  }
  if (wordOf(before) === 'and' && wordOf(tokens[at - 3]) === 'between') return typeBefore(tokens, at - 4, columnTypes);
  if (after !== undefined && comparisons.has(after.text)) return typeAfter(tokens, at + 2, columnTypes);
  return typeInList(tokens, at, columnTypes);
}

/** `x IN ($1, $2)`: the list is read back to where it opens. */
function typeInList(tokens: readonly Token[], at: number, columnTypes: ColumnTypes): number | undefined {
  let open = at - 1;
  while (tokens[open]?.text === ',' || tokens[open]?.kind === 'parameter') open--;
  if (tokens[open]?.text !== '(' || wordOf(tokens[open - 1]) !== 'in') return undefined;
  return typeBefore(tokens, wordOf(tokens[open - 2]) === 'not' ? open - 3 : open - 2, columnTypes);
}

/** Of the column that ends at a place. */
function typeBefore(tokens: readonly Token[], at: number, columnTypes: ColumnTypes): number | undefined {
  const token = tokens[at];
  if (token?.text === ')') return isCount(tokens, at) ? oids.int8 : undefined;
  return typeOfName(token, columnTypes);
}

/** Of the column that begins at a place: `a.b` is `b`. */
function typeAfter(tokens: readonly Token[], at: number, columnTypes: ColumnTypes): number | undefined {
  let last = at;
  while (tokens[last + 1]?.text === '.') last += 2;
  return tokens[last + 1]?.text === '(' ? undefined : typeOfName(tokens[last], columnTypes);
}

function typeOfName(token: Token | undefined, columnTypes: ColumnTypes): number | undefined {
  if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
  const type = columnTypes.get(foldName(token.value));
  // JSON is text to SQLite, and to compare it as such is what a client wants that sends some.
  return type === undefined || type === 'json' ? undefined : oidOfType(type);
}

/** `count(*)`, `count(x)`, `length(x)`. */
function isCount(tokens: readonly Token[], close: number): boolean {
  let open = close;
  while (open > 0 && tokens[open]?.text !== '(') open--;
  return ['count', 'length'].includes(wordOf(tokens[open - 1]));
}

function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? foldName(token.text) : '';
}
