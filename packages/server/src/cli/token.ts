import { pathOfAccount } from './account.ts';
import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { UsageError } from './failure.ts';
import { type Column, printJson, printTable, tell } from './terminal.ts';

interface Token {
  readonly id: string;
  readonly label: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
}

const columns: readonly Column<Token>[] = [
  { title: 'id', read: ({ id }) => id },
  { title: 'label', read: ({ label }) => label },
  { title: 'created', read: ({ createdAt }) => createdAt },
  { title: 'by', read: ({ createdBy }) => createdBy },
  { title: 'expires', read: ({ expiresAt }) => expiresAt ?? 'never' },
];

function pathOf(email: string): string {
  return `${pathOfAccount(email)}/tokens`;
}

const unitMilliseconds: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** `90d`, `12h`, or a time as RFC 3339 has it. */
function parseExpiry(text: string | undefined): string | undefined {
  if (text === undefined || text.includes('T')) return text;
  const match = /^(\d{1,5})([hd])$/.exec(text);
  const unit = unitMilliseconds[match?.[2] ?? ''];
  if (unit === undefined)
    throw new UsageError(`--expires is "${text}", but takes 12h, 90d or a time like 2027-01-31T00:00:00Z`);
  return new Date(Date.now() + Number(match?.[1]) * unit).toISOString();
}

const create = definePlaneCommand(
  {
    words: ['token', 'create'],
    operands: ['EMAIL'],
    summary: 'Make a token for an account; it is printed once',
    example: 'claviger token create ci@example.com --label pipeline --expires 90d',
    options: {
      label: { value: 'TEXT', doc: 'What it is for (command line).' },
      expires: { value: 'WHEN', doc: '12h, 90d or a time (never).' },
    },
  },
  async (client, { operands: [email = ''], options }) => {
    const body = { label: options['label'] ?? 'command line', expiresAt: parseExpiry(options['expires']) };
    const made = await client.call<Token & { token: string }>('POST', pathOf(email), { body });
    if (options['json'] !== undefined) {
      printJson(made);
      return;
    }
    process.stdout.write(`${made.token}\n`);
    tell(`This is shown once. "claviger token revoke ${email} ${made.id}" ends it.`);
  },
);

const list = definePlaneCommand(
  {
    words: ['token', 'list'],
    operands: ['EMAIL'],
    summary: 'List the tokens of an account',
    example: 'claviger token list ci@example.com',
  },
  async (client, { operands: [email = ''], options }) => {
    const tokens = await client.list<Token>(pathOf(email));
    if (options['json'] !== undefined) printJson(tokens);
    else printTable(tokens, columns);
  },
);

const revoke = definePlaneCommand(
  {
    words: ['token', 'revoke'],
    operands: ['EMAIL', 'ID'],
    summary: 'End a token at once',
    example: 'claviger token revoke ci@example.com 5e1f6b3c-8a53-4a53-9d3c-2b8f6f3d1c11',
  },
  async (client, { operands: [email = '', id = ''] }) => {
    await client.call('DELETE', `${pathOf(email)}/${encodeURIComponent(id)}`);
    tell(`The token ${id} of ${email} is revoked.`);
  },
);

export const tokenCommands: readonly Command[] = [create, list, revoke];
