import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, printJson, printTable } from './terminal.ts';

interface Verifier {
  readonly id: string;
  readonly name: string;
  readonly organization: string | null;
  readonly applied: string;
  readonly behind: string;
  readonly missed: string | null;
  readonly heardAt: string;
  readonly answersUntil: string | null;
}

const columns: readonly Column<Verifier>[] = [
  { title: 'id', read: ({ id }) => id },
  { title: 'name', read: ({ name }) => name },
  { title: 'organization', read: ({ organization }) => organization ?? '(any)' },
  { title: 'applied', read: ({ applied }) => applied },
  { title: 'behind', read: ({ behind }) => behind },
  { title: 'heard', read: ({ heardAt }) => heardAt },
  { title: 'answers until', read: ({ answersUntil }) => answersUntil ?? 'for ever' },
  { title: 'missed', read: ({ missed }) => missed ?? '' },
];

const list = definePlaneCommand(
  {
    words: ['verifiers'],
    operands: [],
    optionalOperands: ['ORG'],
    summary: 'Who answers for keys from what he holds, and how far he has applied the changes',
    example: 'claviger verifiers acme',
    note: () =>
      'Without ORG those of the whole plane. "missed" names the change for which a revoking call waited in vain; the\nverifier is not waited for until it has applied that.',
  },
  async (client, { operands: [organization], options }) => {
    const path = organization === undefined ? '' : pathOfOrganization(organization);
    const verifiers = await client.list<Verifier>(`${path}/verifiers`);
    if (options['json'] !== undefined) printJson(verifiers);
    else printTable(verifiers, columns);
  },
);

export const verifierCommands: readonly Command[] = [list];
