import { isProvider, providers, service } from '../../language/resource-name.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { isWord, type Statement } from '../../language/statement.ts';
import { foldName } from '../../language/token.ts';
import { TokenReader } from '../../language/token-reader.ts';
import type { SqlRow } from '../../ports/query.ts';
import { releaseVersion } from '../stackql/registry.ts';
import { type Listing, prepareListing, readPlace } from './listing.ts';
import { findMethods, listResources, resolveResource } from './method-list.ts';
import type { Callable, CallableTable } from './mutation-method.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { serverVersion } from './setting.ts';
import type { StatementKind } from './statement-kind.ts';

interface Shown {
  readonly session: SessionState;
  readonly table: CallableTable;
  readonly extended: boolean;
  readonly reader: TokenReader;
}

const lists: Readonly<Record<string, (shown: Shown) => Listing>> = {
  providers: showProviders,
  services: showServices,
  resources: showResources,
  methods: showMethods,
  insert: showInsert,
  version: () => ({
    columns: ['version', 'platform'],
    rows: [[releaseVersion, `PostgreSQL ${serverVersion} (Claviger)`]],
  }),
};

/** StackQL's `SHOW [EXTENDED] PROVIDERS | SERVICES | RESOURCES | METHODS | INSERT | VERSION` (compat/stackql.md §2.2). */
export function createShowKind(table: CallableTable): StatementKind {
  return {
    recognizes: (statement) => statement.command === 'SHOW' && isWord(readWhat(statement), ...Object.keys(lists)),
    prepare: (statement, session) => prepareShow(statement, session, table),
  };
}

function readWhat({ tokens }: Statement) {
  return isWord(tokens[1], 'extended') ? tokens[2] : tokens[1];
}

async function prepareShow(statement: Statement, session: SessionState, table: CallableTable): Promise<SqlStatement> {
  const reader = new TokenReader(statement, 1);
  const extended = reader.takeWord('extended');
  const what = foldName(reader.need().text);
  const list = lists[what];
  if (list === undefined) throw new Error(`no list of ${what}`);
  return prepareListing(list({ session, table, extended, reader }), reader, session);
}

function showProviders(): Listing {
  return { columns: ['name', 'version'], rows: providers.map((name) => [name, releaseVersion]) };
}

function showServices({ extended, reader }: Shown): Listing {
  needProvider(readPlace(reader), 1);
  const short = [`${service}:${releaseVersion}`, service, 'Apigee API'];
  if (!extended) return { columns: ['id', 'name', 'title'], rows: [short] };
  const columns = ['id', 'name', 'title', 'description', 'version', 'preferred'];
  return {
    columns,
    rows: [[...short, 'Developers, apps, keys, API products and app groups.', releaseVersion, 'true']],
  };
}

/** @throws SqlError where it names another provider or service than there are */
function needProvider(path: readonly string[], partsMax: number): void {
  const [provider = 'google', named = service] = path.map(foldName);
  if (isProvider(provider) && named === service && path.length <= partsMax) return;
  throw new SqlError(sqlStates.invalidParameter, `there is no ${path.join('.')}`, {
    hint: `The providers are ${providers.join(' and ')}, with the service ${service}.`,
  });
}

function showResources({ session, table, extended, reader }: Shown): Listing {
  const path = readPlace(reader);
  needProvider(path, 2);
  const prefix = `${foldName(path[0] ?? 'google')}.${service}`;
  const columns = extended ? ['name', 'id', 'description'] : ['name', 'id'];
  const rows = listResources(session, table).map(({ name, description }) => {
    const short = [name, `${prefix}.${name}`];
    return extended ? [...short, description] : short;
  });
  return { columns, rows };
}

function showMethods({ session, table, extended, reader }: Shown): Listing {
  reader.takeWord('in', 'from');
  const resource = resolveResource(session, table, reader.needPath());
  const short = ['MethodName', 'RequiredParams', 'SQLVerb'];
  const rows = findMethods(table, resource).map((method): SqlRow => {
    const row = [method.name, listRequired(method).join(', '), (method.verb ?? 'exec').toUpperCase()];
    return extended ? [...row, method.description] : row;
  });
  return { columns: extended ? [...short, 'description'] : short, rows };
}

function listRequired({ parameters, bodyRequired }: Callable): string[] {
  const named = parameters.flatMap(({ name, required }) => (required ? [name] : []));
  return [...named, ...bodyRequired.map((name) => `data__${name}`)].sort();
}

/** A template as StackQL writes it, to be filled in. */
function showInsert({ session, table, reader }: Shown): Listing {
  reader.needWord('into');
  const path = reader.needPath();
  const resource = resolveResource(session, table, path);
  const [method] = table.list(resource, 'insert');
  const written = path.map(({ value }) => value).join('.');
  if (method === undefined) {
    throw new SqlError(
      sqlStates.notSupported,
      `cannot find matching operation, possible causes include missing required parameters or an unsupported method for the resource, to find required parameters for supported methods run SHOW METHODS IN ${written}: there is no insert`,
    );
  }
  const parameters = method.parameters.flatMap(({ name, required }) => (required ? [name] : []));
  const fields = Object.entries(method.body ?? {}).flatMap(([name, { readOnly }]) => (readOnly ? [] : [name]));
  const columns = [...parameters, ...fields.map((name) => `data__${name}`)];
  const values = [...parameters, ...fields].map((name) => `'{{ .values.${name} }}'`);
  const text = `INSERT INTO ${written} (\n  ${columns.join(',\n  ')}\n)\nSELECT\n  ${values.join(',\n  ')}\n;`;
  return { columns: ['insert_statement'], rows: [[text]] };
}
