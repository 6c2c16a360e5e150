import type { Command, Input } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { UsageError } from './failure.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, confirm, printJson, printTable } from './terminal.ts';

interface Environment {
  readonly name: string;
  readonly createdAt: string;
}

const columns: readonly Column<Environment>[] = [
  { title: 'name', read: ({ name }) => name },
  { title: 'created', read: ({ createdAt }) => createdAt },
];

export const organizationOption = { org: { value: 'ORG', doc: 'The organization. Required.' } };

/** @throws UsageError */
export function readOrganization({ command, options }: Input): string {
  const { org } = options;
  if (org !== undefined) return org;
  throw new UsageError(`"claviger ${command.words.join(' ')}" needs --org ORG`);
}

function pathOf(input: Input, name?: string): string {
  const collection = `${pathOfOrganization(readOrganization(input))}/environments`;
  return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
}

const create = definePlaneCommand(
  {
    words: ['env', 'create'],
    operands: ['NAME'],
    summary: 'Make an environment',
    example: 'claviger env create stage --org acme',
    options: organizationOption,
  },
  async (client, input) => {
    const made = await client.call<Environment>('POST', pathOf(input), { body: { name: input.operands[0] } });
    if (input.options['json'] !== undefined) printJson(made);
    else printTable([made], columns);
  },
);

const list = definePlaneCommand(
  {
    words: ['env', 'list'],
    operands: [],
    summary: 'List the environments of an organization',
    example: 'claviger env list --org acme',
    options: organizationOption,
  },
  async (client, input) => {
    const environments = await client.list<Environment>(pathOf(input));
    if (input.options['json'] !== undefined) printJson(environments);
    else printTable(environments, columns);
  },
);

const remove = definePlaneCommand(
  {
    words: ['env', 'delete'],
    operands: ['NAME'],
    summary: 'Delete an environment',
    example: 'claviger env delete stage --org acme --yes',
    options: { ...organizationOption, yes: { doc: 'Do not ask.' } },
  },
  async (client, input) => {
    const [name = ''] = input.operands;
    await confirm(input, `Environment ${name} of ${readOrganization(input)} will be deleted.`);
    const gone = await client.call<Environment>('DELETE', pathOf(input, name));
    if (input.options['json'] !== undefined) printJson(gone);
    else printTable([gone], columns);
  },
);

export const environmentCommands: readonly Command[] = [create, list, remove];
