import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  assertSameExport,
  bodyOfExport,
  exportText,
  importText,
  makeSeedRecords,
  writeBulkFile,
} from '../../support/bulk.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

/** Bulk export and import over the wire (docs/bulk.md). */

const golden = readFileSync(new URL('../../fixtures/bulk/whole.ndjson', import.meta.url), 'utf8');

let organizations = 0;
async function makeOrganization(server: TestServer, dialect?: 'edge' | 'x'): Promise<string> {
  const name = `bulk-${++organizations}`;
  await server.makeOrganization(name, dialect);
  return name;
}

const word = fc
  .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 12 })
  .filter((text) => text.isWellFormed());
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
const name = word.map((text) => text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]/g, '-'));
const attributes = fc.uniqueArray(fc.record({ name, value: name }), { selector: (each) => each.name, maxLength: 4 });
const moment = fc.integer({ min: 0, max: 4e12 }).map((at) => new Date(at).toISOString());
const stamp = { createdAt: moment, createdBy: name, lastModifiedAt: moment, lastModifiedBy: name };
const status = <T extends string>(...names: T[]) => fc.option(fc.constantFrom(...names), { nil: undefined });
const optional = fc.option(name, { nil: undefined });
const optionalMoment = fc.option(moment, { nil: undefined });

const keyShape = fc.record({
  ...{ status: status('approved', 'revoked', 'pending'), issuedAt: optionalMoment, expiresAt: optionalMoment },
  ...{ attributes, consumerSecret: fc.option(fc.uuid(), { nil: undefined }), ...stamp },
  product: status('approved', 'revoked', 'pending'),
});
const appShape = fc.record({
  app: fc.record({ status: status('approved', 'revoked'), callbackUrl: optional, attributes, ...stamp }),
  keys: fc.array(keyShape, { maxLength: 3 }),
});
const ownerShape = fc.record({
  developer: fc.record({
    ...{ firstName: name, lastName: name, userName: optional, status: status('active', 'inactive'), attributes },
    ...{ accessType: optional, appFamily: optional, ...stamp },
  }),
  company: fc.option(fc.record({ displayName: optional, status: status('active', 'inactive'), attributes, ...stamp })),
  apps: fc.array(appShape, { maxLength: 3 }),
});
type Owner = typeof ownerShape extends fc.Arbitrary<infer T> ? T : never;

/** Records out of drawn values; what has to be there once is numbered. */
function recordsOf(owners: readonly Owner[]): object[] {
  const apps = (owner: object, drawn: Owner['apps']) =>
    drawn.flatMap(({ app, keys }, at) => [
      { kind: 'app', owner, name: `app ${at}`, appId: randomUUID(), ...app },
      ...keys.map(({ product, ...key }) => ({
        ...{ kind: 'credential', owner, app: `app ${at}`, consumerKey: randomUUID(), ...key },
        apiProducts: [{ name: 'weather', status: product }],
      })),
    ]);
  return [
    { kind: 'apiProduct', name: 'weather' },
    ...owners.flatMap(({ developer, company, apps: drawn }, at) => {
      const email = `Dev-${at}@example.com`;
      const member = { developer: email, roles: ['admin'] };
      return [
        { kind: 'developer', email, developerId: randomUUID(), ...developer },
        ...apps({ developer: email }, drawn),
        ...(company === null
          ? []
          : [{ kind: 'company', name: `Co ${at}`, companyId: randomUUID(), ...company, members: [member] }]),
        ...(company === null ? [] : apps({ company: `Co ${at}` }, drawn)),
      ];
    }),
  ];
}

describeOnEveryStore('bulk', (server) => {
  it('a file with all there is comes out as it went in', async () => {
    const organization = await makeOrganization(server());
    const { summary } = await importText(server(), organization, golden);
    assert.deepEqual([summary.complete, summary.newIds], [true, 0]);
    assertSameExport(await exportText(server(), organization), bodyOfExport(golden));
    const again = await importText(server(), organization, golden);
    for (const counts of Object.values(again.summary.counts)) assert.deepEqual(Object.keys(counts), ['unchanged']);
    assertSameExport(await exportText(server(), organization), bodyOfExport(golden));
  });

  it('whatever an organization holds, its export brought into an empty one of another plane exports the same', async () => {
    await using other = await startTestServer();
    await fc.assert(
      fc.asyncProperty(
        fc.array(ownerShape, { maxLength: 4 }),
        fc.constantFrom('edge', 'x'),
        async (owners, dialect) => {
          const [from, to] = [await makeOrganization(server(), dialect), await makeOrganization(other, dialect)];
          const first = await importText(server(), from, writeBulkFile(recordsOf(owners)));
          assert.equal(first.summary.complete, true, first.text);
          assert.deepEqual(first.results, []);
          const exported = await server().request('GET', `/claviger/v1/organizations/${from}/export`);
          const second = await importText(other, to, exported.text);
          assert.deepEqual([second.summary.complete, second.results], [true, []]);
          assertSameExport(await exportText(other, to), bodyOfExport(exported.text));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('both dialects see what came, and no key is made besides', async () => {
    const organization = await makeOrganization(server());
    await importText(
      server(),
      organization,
      writeBulkFile(makeSeedRecords({ developers: 3, appsEach: 2, keysEach: 2 })),
    );
    for (const view of ['edge', 'x']) {
      const path = `/${view}/v1/organizations/${organization}/developers/developer-000001@example.com/apps/app%201`;
      const app = (await server().request('GET', path)).json<{
        credentials: { consumerKey: string; status: string; issuedAt: number | string }[];
        createdAt: number | string;
      }>();
      assert.equal(app.credentials.length, 2);
      assert.equal(Number(app.createdAt), Date.UTC(2024, 0, 3));
      assert.equal(Number(app.credentials[0]?.issuedAt), Date.UTC(2024, 0, 2), 'newest first');
    }
  });

  it('every record that is written is a change of the feed and an audit entry; one that stays is neither', async () => {
    const organization = await makeOrganization(server());
    const records = makeSeedRecords({ developers: 2, appsEach: 1, keysEach: 1 });
    const audit = async () =>
      (await server().request('GET', `/claviger/v1/organizations/${organization}/audit?limit=100`)).json<{
        items: { resource: string; request: string }[];
      }>().items;
    const made = (await audit()).length;
    const before = (await server().plane.store.feed.head()).last;
    await importText(server(), organization, writeBulkFile(records));
    const changes = await server().plane.store.feed.after(before, 1000);
    assert.deepEqual(
      changes.map(({ noun, kind, version }) => `${noun} ${kind} ${version}`).toSorted(),
      ['api-product', 'api-product', 'app', 'app', 'credential', 'credential', 'developer', 'developer'].map(
        (noun) => `${noun} put 1`,
      ),
    );
    const entries = await audit();
    assert.equal(entries.length, made + records.length + 1, 'the records and the import itself');
    assert.ok(entries.some(({ resource }) => resource === '/developers/developer-000000@example.com/apps/app 0'));
    const secrets = records.flatMap((record) =>
      'consumerKey' in record ? [record.consumerKey, record.consumerSecret] : [],
    );
    for (const secret of secrets) assert.ok(!JSON.stringify(entries).includes(secret ?? '?'));
    const { last } = await server().plane.store.feed.head();
    await importText(server(), organization, writeBulkFile(records));
    assert.equal((await server().plane.store.feed.head()).last, last);
    assert.equal((await audit()).length, entries.length + 1, 'the import alone');
  });

  it('a dry run tells what an import then does, and changes nothing', async () => {
    const organization = await makeOrganization(server());
    const records = makeSeedRecords({ developers: 2, appsEach: 1, keysEach: 1 });
    await importText(server(), organization, writeBulkFile(records.slice(0, 4)));
    const before = await exportText(server(), organization);
    const { last } = await server().plane.store.feed.head();
    const changed = records.map((record) =>
      record.kind === 'apiProduct' ? { ...record, description: 'new' } : record,
    );
    const file = writeBulkFile([...changed, ...changed.slice(4, 6)]);
    const dry = await importText(server(), organization, file, { query: '?dryRun=true' });
    assert.deepEqual(
      dry.results.map(({ line, kind, outcome }) => [line, kind, outcome]),
      [
        [2, 'apiProduct', 'update'],
        [3, 'apiProduct', 'update'],
      ].concat(records.slice(4).map(({ kind }, at) => [at + 6, kind, 'create'])),
    );
    assert.equal(await exportText(server(), organization), before);
    assert.equal((await server().plane.store.feed.head()).last, last);
    const { summary } = await importText(server(), organization, file);
    assert.deepEqual(summary.counts, dry.summary.counts);
  });

  it('what is there and differs is updated, left or refused, as is asked', async () => {
    const organization = await makeOrganization(server());
    const developer = { kind: 'developer', email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' };
    const file = (lastName: string) => writeBulkFile([{ ...developer, email: 'Ann@example.com', lastName }]);
    await importText(server(), organization, writeBulkFile([developer]));
    const outcome = async (query: string) => {
      const { results, summary } = await importText(server(), organization, file('Lee-Moss'), { query });
      return [summary.counts['developer'], results.map((result) => [result.line, result.outcome, result.code])];
    };
    assert.deepEqual(await outcome('?onConflict=skip'), [{ skip: 1 }, [[2, 'skip', undefined]]]);
    assert.deepEqual(await outcome('?onConflict=fail'), [{ refused: 1 }, [[2, 'refused', 'developer.exists']]]);
    assert.match(await exportText(server(), organization), /"lastName":"Lee",/);
    assert.deepEqual(await outcome(''), [{ update: 1 }, []]);
    assert.deepEqual(await outcome('?onConflict=fail'), [{ unchanged: 1 }, []]);
    assert.match(await exportText(server(), organization), /"email":"Ann@example.com".*"lastName":"Lee-Moss"/);
  });

  it('ids in use elsewhere are drawn anew, and what hangs on them follows', async () => {
    const [one, two] = [await makeOrganization(server()), await makeOrganization(server())];
    const file = writeBulkFile(makeSeedRecords({ developers: 2, appsEach: 1, keysEach: 1 }));
    await importText(server(), one, file);
    assert.equal((await importText(server(), two, file)).summary.newIds, 4);
    const bare = (text: string) => text.replaceAll(/"(developerId|appId)":"[^"]*"/g, '');
    const [left, right] = [await exportText(server(), one), await exportText(server(), two)];
    assertSameExport(bare(right), bare(left));
    assert.notEqual(left, right);
  });

  it('what was deleted a moment ago comes back whole, and no sweep takes it', async () => {
    const organization = await makeOrganization(server());
    const records = makeSeedRecords({ developers: 2, appsEach: 2, keysEach: 2 });
    await importText(server(), organization, writeBulkFile(records));
    const before = await exportText(server(), organization);
    const path = `/v1/organizations/${organization}/developers`;
    await server().request('DELETE', `${path}/developer-000000@example.com`);
    await server().request('DELETE', `${path}/developer-000001@example.com/apps/app%200`);
    const { summary } = await importText(server(), organization, writeBulkFile(records));
    assert.deepEqual([summary.complete, summary.counts['credential']], [true, { create: 6, unchanged: 2 }]);
    while ((await server().plane.store.sweep(100)) > 0);
    const bare = (text: string) => text.replaceAll(/"(developerId|appId)":"[^"]*"/g, '');
    assertSameExport(bare(await exportText(server(), organization)), bare(before));
  });
});
