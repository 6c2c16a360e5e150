import type { Command, Input } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { organizationOption, readOrganization } from './environment.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, confirm, printJson, printTable, readNewPassword, tell } from './terminal.ts';

interface Account {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly status: string;
  readonly sysadmin: boolean;
  readonly createdAt: string;
}

const columns: readonly Column<Account>[] = [
  { title: 'e-mail', read: ({ email }) => email },
  { title: 'name', read: ({ firstName, lastName }) => `${firstName} ${lastName}` },
  { title: 'status', read: ({ status }) => status },
  { title: 'sysadmin', read: ({ sysadmin }) => (sysadmin ? 'yes' : 'no') },
  { title: 'created', read: ({ createdAt }) => createdAt },
];

export function pathOfAccount(email: string): string {
  return `/accounts/${encodeURIComponent(email)}`;
}

const create = definePlaneCommand(
  {
    words: ['account', 'create'],
    operands: ['EMAIL'],
    summary: 'Make an account; its password is asked for',
    example: 'claviger account create ci@example.com --first-name CI --last-name Robot --no-password',
    options: {
      'first-name': { value: 'TEXT', doc: 'First name (what stands before the @).' },
      'last-name': { value: 'TEXT', doc: 'Last name (Account).' },
      sysadmin: { doc: 'May do everything, in every organization.' },
      'no-password': { doc: 'Signs in by tokens alone: see "claviger token create".' },
    },
  },
  async (client, input) => {
    const [email = ''] = input.operands;
    const { options } = input;
    const body = {
      email,
      firstName: options['first-name'] ?? email.split('@', 1)[0],
      lastName: options['last-name'] ?? 'Account',
      sysadmin: options['sysadmin'] !== undefined,
      password: options['no-password'] === undefined ? await readNewPassword(input) : undefined,
    };
    const made = await client.call<Account>('POST', '/accounts', { body });
    if (options['json'] !== undefined) printJson(made);
    else printTable([made], columns);
  },
);

const list = definePlaneCommand(
  { words: ['account', 'list'], operands: [], summary: 'List accounts', example: 'claviger account list' },
  async (client, { options }) => {
    const accounts = await client.list<Account>('/accounts', { limit: '1000' });
    if (options['json'] !== undefined) printJson(accounts);
    else printTable(accounts, columns);
  },
);

const remove = definePlaneCommand(
  {
    words: ['account', 'delete'],
    operands: ['EMAIL'],
    summary: 'Delete an account with its tokens and roles',
    example: 'claviger account delete ann@example.com --yes',
    options: { yes: { doc: 'Do not ask.' } },
  },
  async (client, input) => {
    const [email = ''] = input.operands;
    await confirm(input, `Account ${email} will be deleted with its tokens.`);
    const gone = await client.call<Account>('DELETE', pathOfAccount(email));
    if (input.options['json'] !== undefined) printJson(gone);
    else printTable([gone], columns);
  },
);

const setPassword = definePlaneCommand(
  {
    words: ['account', 'set-password'],
    operands: ['EMAIL'],
    summary: 'Set the password of an account, which ends all of its sessions',
    example: 'claviger account set-password admin@example.com',
  },
  async (client, input) => {
    const [email = ''] = input.operands;
    const password = await readNewPassword(input);
    await client.call('PUT', `${pathOfAccount(email)}/password`, { body: { password } });
    tell(`The password of ${email} is set.`);
  },
);

function pathOfMember(input: Input): string {
  const [email = '', role = ''] = input.operands;
  const organization = pathOfOrganization(readOrganization(input));
  return `${organization}/roles/${encodeURIComponent(role)}/members/${encodeURIComponent(email)}`;
}

const grant = definePlaneCommand(
  {
    words: ['account', 'grant'],
    operands: ['EMAIL', 'ROLE'],
    summary: 'Give an account a role in an organization',
    example: 'claviger account grant ann@example.com orgadmin --org acme',
    options: organizationOption,
  },
  async (client, input) => {
    const held = await client.call<{ account: string; roles: string[] }>('PUT', pathOfMember(input));
    if (input.options['json'] !== undefined) printJson(held);
    else tell(`${held.account} holds in ${readOrganization(input)}: ${held.roles.join(', ')}.`);
  },
);

const revoke = definePlaneCommand(
  {
    words: ['account', 'revoke'],
    operands: ['EMAIL', 'ROLE'],
    summary: 'Take a role from an account',
    example: 'claviger account revoke ann@example.com orgadmin --org acme',
    options: organizationOption,
  },
  async (client, input) => {
    await client.call('DELETE', pathOfMember(input));
    const [email = '', role = ''] = input.operands;
    tell(`${email} no longer holds ${role} in ${readOrganization(input)}.`);
  },
);

export const accountCommands: readonly Command[] = [create, list, remove, setPassword, grant, revoke];
