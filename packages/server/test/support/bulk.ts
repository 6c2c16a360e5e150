import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BulkRecord } from '../../src/domain/bulk-record.ts';
import type { TestServer } from './server.ts';

/** A line of the answer to an import. */
export interface ImportResult {
  readonly line: number;
  readonly kind: string | null;
  readonly name: string;
  readonly outcome: string;
  readonly code?: string;
  readonly why?: string;
}

export interface ImportAnswer {
  readonly status: number;
  readonly text: string;
  readonly results: readonly ImportResult[];
  readonly summary: {
    readonly complete: boolean;
    readonly dryRun: boolean;
    readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly newIds: number;
    readonly why?: string;
  };
}

const type = 'application/x-ndjson';

export async function importText(
  server: TestServer,
  organization: string,
  text: string | Uint8Array<ArrayBuffer>,
  { query = '', auth }: { readonly query?: string; readonly auth?: string } = {},
): Promise<ImportAnswer> {
  const path = `/claviger/v1/organizations/${organization}/import${query}`;
  const answer = await server.request('POST', path, { body: text, type, auth });
  const lines = answer.status === 200 ? answer.text.trimEnd().split('\n') : [];
  const values = lines.map((line) => JSON.parse(line));
  return {
    status: answer.status,
    text: answer.text,
    results: values.filter((value) => value.outcome !== undefined),
    summary: values.at(-1)?.summary,
  };
}

/** What an export says, without its head, which tells when and where it was made. */
export async function exportText(server: TestServer, organization: string, query = ''): Promise<string> {
  const answer = await server.request('GET', `/claviger/v1/organizations/${organization}/export${query}`);
  assert.equal(answer.status, 200, answer.text);
  return bodyOfExport(answer.text);
}

export function bodyOfExport(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}

/** A whole file of these records. */
export function writeBulkFile(
  records: readonly object[],
  counts: Readonly<Record<string, number>> = countKinds(records),
) {
  const head = {
    kind: 'export',
    version: 1,
    organization: 'elsewhere',
    dialect: 'edge',
    exportedAt: '2026-01-31T12:00:00Z',
  };
  return [head, ...records, { kind: 'end', counts }].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function countKinds(records: readonly object[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of records as readonly { kind: string }[]) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export interface SeedSize {
  readonly developers: number;
  readonly appsEach: number;
  readonly keysEach: number;
}

const at = (day: number) => new Date(Date.UTC(2024, 0, 1) + day * 86_400_000).toISOString();

/** Developers with apps and keys in every state there is, and two products; ids and keys differ each time. */
export function makeSeedRecords({ developers, appsEach, keysEach }: SeedSize): BulkRecord[] {
  const stamp = (day: number) => ({
    ...{ createdAt: at(day), createdBy: 'ops@example.com' },
    ...{ lastModifiedAt: at(day + 1), lastModifiedBy: 'Änne@example.com' },
  });
  const records: BulkRecord[] = ['auto', 'manual'].map((approvalType) => ({
    ...{ kind: 'apiProduct', name: `product-${approvalType}`, displayName: approvalType, approvalType },
    ...{ scopes: ['read', 'write'], environments: ['prod'], ...stamp(0) },
  }));
  for (let number = 0; number < developers; number++) {
    const email = `developer-${String(number).padStart(6, '0')}@Example.com`;
    const owner = { developer: email };
    records.push({
      ...{ kind: 'developer', email, developerId: randomUUID(), firstName: 'Zoë', lastName: `L-${number}` },
      ...(number % 3 === 0 ? {} : { userName: `user-${number}` }),
      status: number % 5 === 0 ? 'inactive' : 'active',
      attributes: [{ name: 'note', value: `"${number}"\n→` }],
      ...stamp(number),
    });
    for (let app = 0; app < appsEach; app++) {
      const name = `app ${app}`;
      records.push({
        ...{ kind: 'app', owner, name, appId: randomUUID(), status: app % 4 === 3 ? 'revoked' : 'approved' },
        ...(app % 2 === 0 ? {} : { callbackUrl: '' }),
        ...{ appFamily: 'default', scopes: ['read'], ...stamp(number + app) },
      });
      for (let key = 0; key < keysEach; key++) {
        records.push({
          ...{ kind: 'credential', owner, app: name, consumerKey: randomUUID() },
          ...(key % 4 === 3 ? {} : { consumerSecret: randomUUID() }),
          status: (['approved', 'revoked', 'pending'] as const)[(number + key) % 3] ?? 'approved',
          issuedAt: at(key),
          ...(key % 2 === 0 ? {} : { expiresAt: at(10_000 + key) }),
          apiProducts: [
            { name: 'product-manual', status: 'pending' },
            { name: 'product-auto', status: number % 2 === 0 ? 'approved' : 'revoked' },
          ],
          ...{ attributes: [{ name: 'k', value: '' }], scopes: ['write'], ...stamp(key) },
        });
      }
    }
  }
  return records;
}

/** Fails with the first line that differs, and not with both files. */
export function assertSameExport(actual: string, expected: string): void {
  if (actual === expected) return;
  const lines = [actual.split('\n'), expected.split('\n')] as const;
  const at = lines[0].findIndex((line, index) => line !== lines[1][index]);
  assert.equal(lines[0][at], lines[1][at], `line ${at + 1} of the exports differs`);
  assert.equal(lines[0].length, lines[1].length, 'one export is the beginning of the other');
}
