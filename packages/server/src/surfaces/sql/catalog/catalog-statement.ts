import { type CatalogToken, cutCatalogTokens } from './catalog-token.ts';

/** What begins a statement that the catalog may be asked: nothing that could change it, or end its transaction. */
const beginnings = new Set(['select', 'with', 'values', 'table', 'show']);

const schemas = new Set(['pg_catalog', 'information_schema']);

/** Types that only PostgreSQL casts to. */
const castTypes = new Set([
  'oid',
  'name',
  'regclass',
  'regcollation',
  'regconfig',
  'regdictionary',
  'regnamespace',
  'regoper',
  'regoperator',
  'regproc',
  'regprocedure',
  'regrole',
  'regtype',
]);

/** Functions that SQLite does not have, besides those that begin with `pg_`, `has_…_privilege` and `to_reg…`. */
const functions = new Set([
  'array_to_string',
  'clock_timestamp',
  'col_description',
  'current_database',
  'current_query',
  'current_schema',
  'current_schemas',
  'current_setting',
  'format_type',
  'generate_series',
  'inet_client_addr',
  'inet_client_port',
  'inet_server_addr',
  'inet_server_port',
  'now',
  'obj_description',
  'quote_ident',
  'quote_literal',
  'row_security_active',
  'set_config',
  'shobj_description',
  'statement_timestamp',
  'timeofday',
  'transaction_timestamp',
  'txid_current',
  'txid_current_if_assigned',
  'unnest',
  'version',
]);

/** They stand without parentheses. */
const sessionWords = new Set([
  'current_catalog',
  'current_role',
  'current_schema',
  'current_user',
  'localtimestamp',
  'session_user',
  'user',
]);

/** Words without which no statement is the catalog's: most are told by this alone. */
const trigger =
  /pg_|information_schema|::|_schema|_setting|_timestamp|_privilege|to_reg|user\b|_role|_catalog|_config|_description|_addr|_port|_active|format_type|database|_query|quote_|generate_series|unnest|version|now|timeofday|txid_|cast|array_to_string/i;

/** @param resources names of what is ours, in lower case */
export function isCatalogStatement(text: string, resources: ReadonlySet<string>): boolean {
  if (!trigger.test(text)) return false;
  const tokens = cutCatalogTokens(text);
  const first = tokens.find(({ value }) => value !== '(');
  if (first?.kind !== 'word' || first.value === 'show' || !beginnings.has(first.value)) return false;
  const sources = findSources(tokens).map((source) => classify(source, resources));
  if (sources.includes('ours')) return false;
  if (sources.includes('catalog')) return true;
  if (sources.includes('unknown')) return false;
  const casts = tokens.some(({ kind, value }) => kind === 'word' && value === 'cast');
  return tokens.some((_, index) => isPostgresOnly(tokens, index) || (casts && isCastTo(tokens, index)));
}

/** Whether the catalog may run a statement at all. */
export function isCatalogBeginning(text: string): boolean {
  const first = cutCatalogTokens(text).find(({ value }) => value !== '(');
  return first?.kind === 'word' && beginnings.has(first.value);
}

/** A name after FROM or JOIN. */
interface Source {
  readonly path: readonly CatalogToken[];
  readonly called: boolean;
}

const endsFrom = new Set([
  'where',
  'group',
  'order',
  'having',
  'limit',
  'union',
  'intersect',
  'except',
  'window',
  'select',
]);
const beforeName = new Set(['only', 'lateral']);

/** Names at which rows are read: after FROM and JOIN, and after the commas of a FROM. */
function findSources(tokens: readonly CatalogToken[]): Source[] {
  const sources: Source[] = [];
  const inFrom: boolean[] = [false];
  for (const [index, { kind, value }] of tokens.entries()) {
    const depth = inFrom.length - 1;
    let expected = false;
    if (value === '(' && kind === 'other') inFrom.push(false);
    else if (value === ')' && kind === 'other' && depth > 0) inFrom.pop();
    else if (value === ',' && kind === 'other') expected = inFrom[depth] === true;
    else if (kind === 'word' && (value === 'join' || (value === 'from' && !isDistinctFrom(tokens, index)))) {
      inFrom[depth] = true;
      expected = true;
    } else if (kind === 'word' && endsFrom.has(value)) inFrom[depth] = false;
    const source = expected ? readSource(tokens, index + 1) : undefined;
    if (source !== undefined) sources.push(source);
  }
  return sources;
}

function isDistinctFrom(tokens: readonly CatalogToken[], index: number): boolean {
  return tokens[index - 1]?.value === 'distinct' && tokens[index - 2]?.value !== 'select';
}

function readSource(tokens: readonly CatalogToken[], start: number): Source | undefined {
  let at = start;
  while (tokens[at]?.kind === 'word' && beforeName.has(tokens[at]?.value ?? '')) at += 1;
  const path: CatalogToken[] = [];
  for (let token = tokens[at]; token?.kind === 'word' || token?.kind === 'quoted'; token = tokens[at]) {
    path.push(token);
    at += 1;
    if (tokens[at]?.value !== '.') break;
    at += 1;
  }
  return path.length === 0 ? undefined : { path, called: tokens[at]?.value === '(' };
}

function classify({ path, called }: Source, resources: ReadonlySet<string>): 'ours' | 'catalog' | 'unknown' {
  const name = path.at(-1)?.value ?? '';
  const schema = path.at(-2)?.value;
  if (schema !== undefined && schemas.has(schema.toLowerCase())) return 'catalog';
  if (!called && resources.has(name.toLowerCase())) return 'ours';
  if (called) return schema === undefined && isFunctionName(name) ? 'catalog' : 'unknown';
  return schema === undefined && name.startsWith('pg_') ? 'catalog' : 'unknown';
}

function isPostgresOnly(tokens: readonly CatalogToken[], index: number): boolean {
  const { kind, value } = tokens[index] ?? { kind: 'other', value: '' };
  if (kind !== 'word') return false;
  const before = tokens[index - 1]?.value;
  const after = tokens[index + 1]?.value;
  if (schemas.has(value)) return after === '.';
  if (before === ':') return castTypes.has(value) && tokens[index - 2]?.value === ':';
  if (before === '.') return false;
  return after === '(' ? isFunctionName(value) : sessionWords.has(value);
}

/** The end of `CAST(x AS type)`. */
function isCastTo(tokens: readonly CatalogToken[], index: number): boolean {
  const { kind, value } = tokens[index] ?? { kind: 'other', value: '' };
  const [before, after] = [tokens[index - 1]?.value, tokens[index + 1]?.value];
  return kind === 'word' && castTypes.has(value) && before === 'as' && after === ')';
}

function isFunctionName(name: string): boolean {
  return functions.has(name) || /^(?:pg_|to_reg|has_\w+_privilege$)/.test(name);
}
