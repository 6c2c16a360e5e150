import { findResource, isProviderPath } from '../../language/resource-name.ts';
import { foldName, type Token } from '../../language/token.ts';
import type { Callable, CallableTable } from './mutation-method.ts';
import type { SessionState } from './session-state.ts';

export interface ListedResource {
  readonly name: string;
  readonly description: string;
}

/** What can be asked for, its other names, and what only has methods: by name. */
export function listResources({ parts }: SessionState, table: CallableTable): ListedResource[] {
  const shown = parts.resources.flatMap(({ name, aliases, description }) => [
    { name, description },
    ...aliases.map((alias) => ({ name: alias, description: `The same as ${name}.` })),
  ]);
  const names = new Set(shown.map(({ name }) => name));
  const others = table.listResources().filter((name) => !names.has(name));
  const called = others.map((name) => ({ name, description: 'Has methods alone: SHOW METHODS lists them.' }));
  return [...shown, ...called].sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** A resource's own name by what is written. @throws SqlError 42P01 */
export function resolveResource({ parts }: SessionState, table: CallableTable, path: readonly Token[]): string {
  const last = foldName(path.at(-1)?.value ?? '');
  const before = path.slice(0, -1).map(({ value }) => foldName(value));
  const called = isProviderPath(before) ? table.listResources().find((name) => foldName(name) === last) : undefined;
  return called ?? findResource(parts.resources, path).name;
}

/** Its methods, by name. */
export function findMethods(table: CallableTable, resource: string): Callable[] {
  return table.listOf(resource).sort((left, right) => (left.name < right.name ? -1 : 1));
}
