import assert from 'node:assert/strict';
import type { Dialect } from '../../../src/domain/dialect.ts';
import type { TestServer } from '../../support/server.ts';

type Line = Readonly<Record<string, unknown>>;

/**
 * What a dialect's API does not show, so that no import from it can bring it (docs/bulk.md, "From a live API").
 * Everything else has to be the same to the letter.
 */
const unseen: Readonly<Record<Dialect, Readonly<Record<string, readonly string[]>>>> = {
  edge: { credential: ['createdBy', 'lastModifiedAt', 'lastModifiedBy'], company: ['companyId'] },
  x: {
    apiProduct: ['createdBy', 'lastModifiedBy'],
    ratePlan: ['createdBy', 'lastModifiedBy'],
    developer: ['createdBy', 'lastModifiedBy'],
    company: ['createdBy', 'lastModifiedBy'],
    app: ['createdBy', 'lastModifiedBy'],
    credential: ['createdBy', 'lastModifiedAt', 'lastModifiedBy'],
  },
};

/** The export of an organization, line by line, parsed. */
export async function exportLines(server: TestServer, organization: string): Promise<Line[]> {
  const answer = await server.request('GET', `/claviger/v1/organizations/${organization}/export`);
  assert.equal(answer.status, 200);
  return answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Both exports say the same, but for what the dialect that lay between them does not show. */
export function assertSame(source: readonly Line[], target: readonly Line[], dialect: Dialect): void {
  const wanted = source.filter(({ kind }) => dialect === 'x' || kind !== 'ratePlan').map((line) => seen(line, dialect));
  const found = target.map((line) => seen(line, dialect));
  // Line by line: of two large lists, a difference would show as nothing but large lists.
  for (const [at, line] of wanted.entries()) assert.deepEqual(found[at], line);
  assert.equal(found.length, wanted.length);
}

function seen(line: Line, dialect: Dialect): Line {
  const { kind } = line;
  if (kind === 'export') return { kind };
  if (kind === 'end') {
    const counts = line['counts'] as Line;
    return { kind, counts: dialect === 'edge' ? { ...counts, ratePlan: 0 } : counts };
  }
  const left = new Set(unseen[dialect][String(kind)] ?? []);
  // X shows no family of an app group's app.
  if (kind === 'app' && dialect === 'x' && 'company' in (line['owner'] as object)) left.add('appFamily');
  return Object.fromEntries(Object.entries(line).filter(([name]) => !left.has(name)));
}
