import type { SqlResource } from '../domain/sql-resource.ts';
import { findNearest } from './nearest.ts';
import { SqlError, sqlStates } from './sql-error.ts';
import { foldName, type Token } from './token.ts';

/** Of StackQL's names: `google.apigee.developers`. Both providers have the same (surfaces/stackql/registry.ts). */
export const providers = ['google', 'claviger'] as const;
export const service = 'apigee';

/** What stands before a resource: `public` is where PostgreSQL's tools believe tables to be. */
const schemas: readonly string[] = [service, 'public'];
const innerSchemas: readonly string[] = ['main', 'temp', 'sqlite_temp', 'information_schema', 'pg_catalog'];
const innerNames = /^(?:sqlite_|pragma_|dbstat$|bytecode$|tables_used$|pg_)/;

/**
 * Finds a resource by what is written in a table's place: by one name, with its service, or with its provider too.
 * @throws SqlError 42P01 with the nearest names, 42501 for what belongs to the engine
 */
export function findResource(resources: readonly SqlResource[], parts: readonly Token[]): SqlResource {
  const path = parts.map(({ value }) => foldName(value));
  const name = path.at(-1) ?? '';
  refuseInner(path, parts[0]);
  if (!isProviderPath(path.slice(0, -1))) throw refuseUnknown(resources, parts);
  // The oldest of Google's documents had dots in names.
  const wanted = name.replaceAll('.', '_');
  const found = resources.find((each) => [each.name, ...each.aliases].some((own) => foldName(own) === wanted));
  if (found === undefined) throw refuseUnknown(resources, parts);
  return found;
}

/** Whether it is what may stand before a resource. @param path folded */
export function isProviderPath(path: readonly string[]): boolean {
  const [first = '', second = ''] = path;
  if (path.length === 0) return true;
  if (path.length === 1) return schemas.includes(first);
  return path.length === 2 && isProvider(first) && schemas.includes(second);
}

/** @param name folded */
export function isProvider(name: string): boolean {
  return providers.some((provider) => provider === name);
}

/** The engine refuses them too, whatever way they are written: here it is only said better. */
function refuseInner(path: readonly string[], first: Token | undefined): void {
  const isInner = path.length > 1 ? innerSchemas.includes(path[0] ?? '') : innerNames.test(path[0] ?? '');
  if (!isInner) return;
  throw new SqlError(sqlStates.notAllowed, `permission denied for relation ${path.join('.')}`, {
    position: first?.start,
    hint: 'Only resources can be read. SHOW RESOURCES IN google.apigee lists them.',
  });
}

/** @throws SqlError 42501 for functions that show the engine's inside */
export function checkTableFunction(parts: readonly Token[]): void {
  refuseInner(
    parts.map(({ value }) => foldName(value)),
    parts[0],
  );
}

function refuseUnknown(resources: readonly SqlResource[], parts: readonly Token[]): SqlError {
  const written = parts.map(({ value }) => value).join('.');
  const near = findNearest(
    parts.at(-1)?.value ?? '',
    resources.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  const listing = 'SHOW RESOURCES IN google.apigee lists all.';
  const hint = near.length === 0 ? listing : `Perhaps you meant ${near.join(', ')}. ${listing}`;
  return new SqlError(sqlStates.undefinedTable, `relation "${written}" does not exist`, {
    position: parts[0]?.start,
    hint,
  });
}
