import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, printJson, printTable, tell } from './terminal.ts';

interface RuntimeCredential {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

const columns: readonly Column<RuntimeCredential>[] = [
  { title: 'id', read: ({ id }) => id },
  { title: 'name', read: ({ name }) => name },
  { title: 'created', read: ({ createdAt }) => createdAt },
  { title: 'by', read: ({ createdBy }) => createdBy },
];

function pathOf(organization: string): string {
  return `${pathOfOrganization(organization)}/runtime-credentials`;
}

const create = definePlaneCommand(
  {
    words: ['runtime-credential', 'create'],
    operands: ['ORG'],
    summary: 'Make what a gateway asks for verdicts with; it is printed once',
    example: 'claviger runtime-credential create acme --name gateway-eu',
    options: { name: { value: 'TEXT', doc: 'What it is for (gateway).' } },
  },
  async (client, { operands: [organization = ''], options }) => {
    const body = { name: options['name'] ?? 'gateway' };
    const made = await client.call<RuntimeCredential & { token: string }>('POST', pathOf(organization), { body });
    if (options['json'] !== undefined) {
      printJson(made);
      return;
    }
    process.stdout.write(`${made.token}\n`);
    tell(`This is shown once. "claviger runtime-credential revoke ${organization} ${made.id}" ends it.`);
  },
);

const list = definePlaneCommand(
  {
    words: ['runtime-credential', 'list'],
    operands: ['ORG'],
    summary: 'List what gateways ask for verdicts with',
    example: 'claviger runtime-credential list acme',
  },
  async (client, { operands: [organization = ''], options }) => {
    const credentials = await client.list<RuntimeCredential>(pathOf(organization));
    if (options['json'] !== undefined) printJson(credentials);
    else printTable(credentials, columns);
  },
);

const revoke = definePlaneCommand(
  {
    words: ['runtime-credential', 'revoke'],
    operands: ['ORG', 'ID'],
    summary: 'End one',
    example: 'claviger runtime-credential revoke acme 5e1f6b3c-8a53-4a53-9d3c-2b8f6f3d1c11',
  },
  async (client, { operands: [organization = '', id = ''] }) => {
    await client.call('DELETE', `${pathOf(organization)}/${encodeURIComponent(id)}`);
    tell(`The runtime credential ${id} of ${organization} is revoked.`);
  },
);

export const runtimeCredentialCommands: readonly Command[] = [create, list, revoke];
