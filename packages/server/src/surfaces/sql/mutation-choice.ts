import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { SqlValue } from '../../ports/query.ts';
import { type Callable, plainName } from './mutation-method.ts';
import type { Work } from './mutation-work.ts';

/** The parameter that a session may have an answer to. */
const organizationParameter = 'organizationsId';

/** The field of an entity that its path names it by, as `['developersId', 'email']`. */
export function naturalKeyOf(resource: string): readonly [parameter: string, field: string] | undefined {
  return naturalKeys[resource];
}

const naturalKeys: Readonly<Record<string, readonly [string, string]>> = {
  developers: ['developersId', 'email'],
  apps: ['appsId', 'name'],
  keys: ['keysId', 'consumerKey'],
  apiproducts: ['apiproductsId', 'name'],
  appgroups: ['appgroupsId', 'name'],
  companies: ['companiesId', 'name'],
  attributes: ['attributesId', 'name'],
  rateplans: ['rateplansId', 'name'],
  subscriptions: ['subscriptionsId', 'name'],
};

/** The first method whose parameters are all given; those that need more stand first. @param names plain ones */
export function findCallable(callables: readonly Callable[], names: ReadonlySet<string>): Callable | undefined {
  return callables.find((callable) => listMissing(callable, names).length === 0);
}

/** @throws SqlError 42883, in StackQL's words */
export function chooseCallable(
  callables: readonly Callable[],
  names: ReadonlySet<string>,
  { shown, verb }: { readonly shown: string; readonly verb: string },
): Callable {
  const found = findCallable(callables, names);
  if (found !== undefined) return found;
  const ways = callables.map((callable) => `${callable.name} misses { ${listMissing(callable, names).join(', ')} }`);
  throw refuseOperation(shown, ways.length === 0 ? `there is no method for ${verb}` : ways.join('; '));
}

export function refuseOperation(shown: string, reason: string): SqlError {
  return new SqlError(
    sqlStates.undefinedFunction,
    'cannot find matching operation, possible causes include missing required parameters or an unsupported method for ' +
      `the resource, to find required parameters for supported methods run SHOW METHODS IN ${shown}: ${reason}`,
  );
}

function listMissing({ parameters }: Callable, names: ReadonlySet<string>): string[] {
  return parameters
    .filter(({ name, required }) => required && name !== organizationParameter && !names.has(plainName(name)))
    .map(({ name }) => name)
    .toSorted();
}

/**
 * The parameters with the organization, which a session may know by itself.
 * @throws SqlError 22023, in StackQL's words, where one is missing
 */
export async function completeParameters(
  work: Work,
  { parameters: needed }: Callable,
  given: ReadonlyMap<string, SqlValue>,
): Promise<ReadonlyMap<string, SqlValue>> {
  const complete = new Map(given);
  const asksFor = needed.some(({ name }) => name === organizationParameter);
  if (asksFor && (given.get(organizationParameter) ?? null) === null) {
    const organization = await work.organization();
    if (organization !== undefined) complete.set(organizationParameter, organization);
  }
  const missing = needed.filter(({ name, required }) => required && (complete.get(name) ?? null) === null);
  if (missing.length === 0) return complete;
  const names = missing.map(({ name }) => name).toSorted();
  const message = `query cannot be executed, missing required parameters: { ${names.join(', ')} }`;
  throw new SqlError(sqlStates.invalidParameter, message);
}
