import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { parseDuration } from './duration.ts';
import { organizationOption, readOrganization } from './environment.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, printJson, printTable, readPiped, tell } from './terminal.ts';

interface Credential {
  readonly id: string;
  readonly keyHint: string;
  readonly expiresAt: string | null;
  readonly effective: boolean;
  readonly reason: string | null;
  readonly products: readonly { readonly name: string }[];
  readonly successorId: string | null;
  readonly app: { readonly name: string };
  readonly owner: { readonly name: string };
}

interface Rotated {
  readonly credential: { readonly id: string; readonly consumerKey: string; readonly consumerSecret?: string };
  readonly former: { readonly id: string; readonly expiresAt: string | null };
}

const columns: readonly Column<Credential>[] = [
  { title: 'expires', read: ({ expiresAt }) => expiresAt ?? 'never' },
  { title: 'owner', read: ({ owner }) => owner.name },
  { title: 'app', read: ({ app }) => app.name },
  { title: 'key', read: ({ keyHint }) => keyHint },
  { title: 'products', read: ({ products }) => products.map(({ name }) => name).join(',') },
  { title: 'works', read: ({ effective, reason }) => (effective ? 'yes' : (reason ?? 'no')) },
  { title: 'rotated', read: ({ successorId }) => (successorId === null ? 'no' : 'yes') },
  { title: 'id', read: ({ id }) => id },
];

const pageMax = '1000';

const expiring = definePlaneCommand(
  {
    words: ['key', 'expiring'],
    operands: [],
    summary: 'List the keys that expire soon, soonest first',
    example: 'claviger key expiring --org acme --within 14d',
    options: { ...organizationOption, within: { value: 'TIME', doc: 'How soon: 12h, 30d (14d).' } },
  },
  async (client, input) => {
    const { within = '14d', json } = input.options;
    const now = Date.now();
    // Both ends, so that every page looks at the same time.
    const query = {
      expiresAfter: new Date(now).toISOString(),
      expiresBefore: new Date(now + parseDuration('within', within) * 1000).toISOString(),
      limit: pageMax,
    };
    const path = `${pathOfOrganization(readOrganization(input))}/credentials/expiring`;
    const credentials = await client.list<Credential>(path, query);
    if (json !== undefined) printJson(credentials);
    else printTable(credentials, columns);
  },
);

const rotate = definePlaneCommand(
  {
    words: ['key', 'rotate'],
    operands: ['ID'],
    summary: 'Make a new key beside one that an app has; the old one expires after an overlap',
    example: 'claviger key rotate 5e1f6b3c-8a53-4a53-9d3c-2b8f6f3d1c11 --org acme --overlap 24h',
    options: {
      ...organizationOption,
      overlap: { value: 'TIME', doc: 'How long both keys work: 30m, 12h, 7d; 0: the old one ends now (24h).' },
      expires: { value: 'TIME', doc: 'How long the new key lives: 90d, or never (as long as the old one).' },
      'idempotency-key': { value: 'TEXT', doc: 'The same again makes no second key.' },
    },
    note: () => 'ID is that of the credential, as "claviger key expiring" tells it, or - to read the key from a pipe.',
  },
  async (client, input) => {
    const [id = ''] = input.operands;
    const { overlap, expires, 'idempotency-key': idempotencyKey, json } = input.options;
    const path = `${pathOfOrganization(readOrganization(input))}/credentials/rotate`;
    const rotated = await client.call<Rotated>('POST', path, {
      body: {
        ...(id === '-' ? { consumerKey: await readPiped() } : { id }),
        overlapSeconds: overlap === undefined ? undefined : parseDuration('overlap', overlap),
        expiresInSeconds: parseLifetime(expires),
      },
      ...(idempotencyKey !== undefined && { headers: { 'idempotency-key': idempotencyKey } }),
    });
    if (json !== undefined) printJson(rotated);
    else tellRotated(rotated);
  },
);

function parseLifetime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text === 'never' ? -1 : parseDuration('expires', text);
}

function tellRotated({ credential, former }: Rotated): void {
  process.stdout.write(`${[credential.consumerKey, credential.consumerSecret].filter(Boolean).join('\t')}\n`);
  if (credential.consumerSecret === undefined) tell('The secret was shown before, and is not shown again.');
  tell(
    `The new key is ${credential.id}. The old one, ${former.id}, works until ${former.expiresAt ?? 'further notice'}.`,
  );
}

export const keyCommands: readonly Command[] = [expiring, rotate];
