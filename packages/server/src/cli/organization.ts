import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { UsageError } from './failure.ts';
import { type Column, confirm, printJson, printTable } from './terminal.ts';

interface Organization {
  readonly name: string;
  readonly dialect: string;
  readonly displayName: string;
  readonly secretsShownOnce: boolean;
  readonly environments?: readonly string[];
  readonly createdAt: string;
}

const columns: readonly Column<Organization>[] = [
  { title: 'name', read: ({ name }) => name },
  { title: 'dialect', read: ({ dialect }) => dialect },
  { title: 'display name', read: ({ displayName }) => displayName },
  { title: 'created', read: ({ createdAt }) => createdAt },
];
const detailColumns: readonly Column<Organization>[] = [
  ...columns,
  { title: 'environments', read: ({ environments }) => (environments ?? []).join(',') },
  { title: 'secrets', read: ({ secretsShownOnce }) => (secretsShownOnce ? 'shown once' : 'readable') },
];

export function pathOfOrganization(name: string): string {
  return `/organizations/${encodeURIComponent(name)}`;
}

const create = definePlaneCommand(
  {
    words: ['org', 'create'],
    operands: ['NAME'],
    summary: 'Make an organization',
    example: 'claviger org create acme --dialect x --environments dev,prod',
    options: {
      dialect: { value: 'edge|x', doc: 'Home dialect, which never changes (edge).' },
      'display-name': { value: 'TEXT', doc: 'Name for people (the name).' },
      environments: { value: 'A,B', doc: 'Its environments (test,prod).' },
      'secrets-shown-once': { doc: 'Only the call that makes a key shows its secret. There is no way back.' },
    },
  },
  async (client, { operands: [name], options }) => {
    const body = {
      name,
      dialect: options['dialect'],
      displayName: options['display-name'],
      environments: options['environments']?.split(',').filter((each) => each !== ''),
      secretsShownOnce: options['secrets-shown-once'] === undefined ? undefined : true,
    };
    const made = await client.call<Organization>('POST', '/organizations', { body });
    if (options['json'] !== undefined) printJson(made);
    else printTable([made], detailColumns);
  },
);

const list = definePlaneCommand(
  { words: ['org', 'list'], operands: [], summary: 'List organizations', example: 'claviger org list' },
  async (client, { options }) => {
    const organizations = await client.list<Organization>('/organizations');
    if (options['json'] !== undefined) printJson(organizations);
    else printTable(organizations, columns);
  },
);

const get = definePlaneCommand(
  {
    words: ['org', 'get'],
    operands: ['NAME'],
    summary: 'Show an organization',
    example: 'claviger org get acme --json',
  },
  async (client, { operands: [name = ''], options }) => {
    const organization = await client.call<Organization>('GET', pathOfOrganization(name));
    if (options['json'] !== undefined) printJson(organization);
    else printTable([organization], detailColumns);
  },
);

const update = definePlaneCommand(
  {
    words: ['org', 'update'],
    operands: ['NAME'],
    summary: 'Change an organization',
    example: 'claviger org update acme --secrets-shown-once --yes',
    options: {
      'display-name': { value: 'TEXT', doc: 'Name for people.' },
      'secrets-shown-once': { doc: 'Only the call that makes a key shows its secret. There is no way back.' },
      yes: { doc: 'Do not ask.' },
    },
  },
  async (client, input) => {
    const [name = ''] = input.operands;
    const { 'display-name': displayName, 'secrets-shown-once': once, json } = input.options;
    if (displayName === undefined && once === undefined) throw new UsageError('"claviger org update" needs an option');
    if (once !== undefined) await confirm(input, `Nobody will read a secret of ${name} again, for ever.`, name);
    const body = { displayName, secretsShownOnce: once === undefined ? undefined : true };
    const changed = await client.call<Organization>('PUT', pathOfOrganization(name), { body });
    if (json !== undefined) printJson(changed);
    else printTable([changed], detailColumns);
  },
);

const remove = definePlaneCommand(
  {
    words: ['org', 'delete'],
    operands: ['NAME'],
    summary: 'Delete an organization with all of its content',
    example: 'claviger org delete acme --yes',
    options: { yes: { doc: 'Do not ask.' } },
  },
  async (client, input) => {
    const [name = ''] = input.operands;
    await client.call('GET', pathOfOrganization(name));
    await confirm(input, `All developers, apps and keys of ${name} go with it.`, name);
    const gone = await client.call<Organization>('DELETE', pathOfOrganization(name), { query: { confirm: name } });
    if (input.options['json'] !== undefined) printJson(gone);
    else printTable([gone], columns);
  },
);

export const organizationCommands: readonly Command[] = [create, list, get, update, remove];
