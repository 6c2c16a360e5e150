import { pathOfAccount } from './account.ts';
import type { Command, Input } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { UsageError } from './failure.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, printJson, printTable } from './terminal.ts';

interface Entry {
  /** In the log of the whole plane alone. */
  readonly organization?: string | null;
  readonly at: string;
  readonly account: string;
  readonly operation: string;
  readonly resource: string;
  readonly responseCode: number;
  readonly requestId: string;
}

const columns: readonly Column<Entry>[] = [
  { title: 'at', read: ({ at }) => at },
  { title: 'account', read: ({ account }) => account },
  { title: 'operation', read: ({ operation }) => operation },
  { title: 'resource', read: ({ resource }) => resource },
  { title: 'status', read: ({ responseCode }) => String(responseCode) },
];

const planeColumns: readonly Column<Entry>[] = [
  ...columns.slice(0, 2),
  { title: 'organization', read: ({ organization }) => organization ?? '' },
  ...columns.slice(2),
];

function pathOf({ options: { org, account } }: Input): string {
  if (org !== undefined) return `${pathOfOrganization(org)}/audit`;
  if (account !== undefined) return `${pathOfAccount(account)}/audit`;
  return '/audit';
}

const pageMax = 500;

function parseLimit(text = '50'): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new UsageError(`--limit is "${text}", but takes a whole number above 0`);
}

const list = definePlaneCommand(
  {
    words: ['audit'],
    operands: [],
    summary: 'Who did what, newest first',
    example: 'claviger audit --org acme --resource /developers --from 2026-01-01T00:00:00Z',
    options: {
      org: { value: 'ORG', doc: 'In this organization; without --org and --account, on the whole plane.' },
      account: { value: 'EMAIL', doc: 'By this account; without --org, everywhere. Commands: operator@localhost.' },
      resource: { value: 'PATH', doc: 'With --org: on this path and beneath.' },
      from: { value: 'TIME', doc: 'From this time on, as 2026-01-31T00:00:00Z.' },
      to: { value: 'TIME', doc: 'Up to this time.' },
      limit: { value: 'N', doc: 'Entries at most (50).' },
    },
  },
  async (client, input) => {
    const { org, account, resource, from, to, json } = input.options;
    const limit = parseLimit(input.options['limit']);
    const scope = org === undefined ? {} : { account, resource };
    const query = { from, to, limit: String(Math.min(limit, pageMax)), ...scope };
    const entries = await client.list<Entry>(pathOf(input), query, limit);
    if (json !== undefined) printJson(entries);
    else printTable(entries, org === undefined && account === undefined ? planeColumns : columns);
  },
);

export const auditCommands: readonly Command[] = [list];
