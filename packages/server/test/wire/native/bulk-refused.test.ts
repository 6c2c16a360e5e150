import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bulkLineBytesMax } from '../../../src/domain/bulk-record.ts';
import { exportText, importText, makeSeedRecords, writeBulkFile } from '../../support/bulk.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** What an import refuses, and who may neither import nor export. */

const stem = { kind: 'developer', email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' };
const owner = { developer: stem.email };
const app = { kind: 'app', owner, name: 'shop' };
const key = { kind: 'credential', owner, app: 'shop', consumerKey: 'key-of-shop', consumerSecret: 'secret-of-shop' };

describeOnEveryStore('bulk import', (server) => {
  let organizations = 0;
  const makeOrganization = async () => {
    const name = `refused-${++organizations}`;
    await server().makeOrganization(name);
    return name;
  };

  it('tells each bad line with its number and reason, and does the others', async () => {
    const organization = await makeOrganization();
    const cases: [line: object | string, code: string, why: RegExp][] = [
      ['{"kind":', 'request.malformed', /not JSON, or is cut off/],
      ['[]', 'request.malformed', /no JSON object/],
      [`"${'x'.repeat(bulkLineBytesMax)}"`, 'request.invalid', /longer than 8388608 bytes/],
      [
        { kind: 'export', version: 1, organization: 'o', dialect: 'edge', exportedAt: '2026-01-01T00:00:00Z' },
        'request.invalid',
        /second head/,
      ],
      [{ kind: 'portal' }, 'request.invalid', /kind has to be one of/],
      [{ ...stem, email: 'b@example.com', pasword: 'x' }, 'request.invalid', /pasword is no member/],
      [{ ...stem, email: 'b@example.com', userName: null }, 'request.invalid', /userName has to be a text/],
      [{ kind: 'developer', email: 'b@example.com', firstName: 'B' }, 'request.missing', /lastName/],
      [{ ...stem, email: 'no mail' }, 'request.invalid', /email is not an e-mail address/],
      [{ ...stem, email: 'b@example.com', createdAt: '1500000000000' }, 'request.invalid', /createdAt takes a time/],
      [{ ...stem, email: 'b@example.com', developerId: 'a/b' }, 'request.invalid', /developerId takes/],
      [{ ...stem, email: 'b@example.com', status: 'gone' }, 'request.invalid', /status takes active or inactive/],
      [{ ...stem, email: 'b@example.com', attributes: [{ name: 'a' }, { name: 'a' }] }, 'request.invalid', /twice/],
      [{ ...app, owner: { developer: 'nobody@example.com' } }, 'developer.not-found', /nobody@example.com/],
      [{ ...app, owner: { company: 'none' } }, 'company.not-found', /none/],
      [{ ...app, owner: { ...owner, company: 'both' } }, 'request.invalid', /either a developer or a company/],
      [{ ...key, app: 'none' }, 'app.not-found', /none/],
      [{ ...key, consumerKey: undefined }, 'request.missing', /consumerKey is required/],
      [{ ...key, consumerKey: 'ü' }, 'request.invalid', /consumerKey takes/],
      [{ ...key, consumerKey: 'k2', apiProducts: [{ name: 'none' }] }, 'api-product.unknown', /none/],
      [{ ...key, consumerSecret: 'another' }, 'request.invalid', /consumerSecret is not the one that this key has/],
      [{ ...key, app: 'other' }, 'credential.exists', /./],
      [
        { kind: 'company', name: 'c', members: [{ developer: 'nobody@example.com' }] },
        'request.invalid',
        /no developer here/,
      ],
      [{ kind: 'company', name: 'c', members: [owner, owner] }, 'request.invalid', /names ann@example.com twice/],
      [
        { kind: 'company', name: 'c', attributes: [{ name: '__apigee_reserved__developer_details', value: '[]' }] },
        'request.invalid',
        /members have a list of their own/,
      ],
      [{ kind: 'ratePlan', apiProduct: 'none' }, 'api-product.unknown', /none/],
    ];
    const good = [stem, app, { ...app, name: 'other' }, key];
    const [head = '', ...rest] = writeBulkFile(good).trimEnd().split('\n');
    const bad = cases.map(([line]) => (typeof line === 'string' ? line : JSON.stringify(line)));
    const end = rest.pop() ?? '';
    const { results, summary, text } = await importText(
      server(),
      organization,
      `${[head, ...rest, ...bad, '', end].join('\n')}\n`,
    );
    assert.equal(results.length, cases.length);
    for (const [at, [, code, why]] of cases.entries()) {
      const result = results[at];
      assert.deepEqual([result?.line, result?.outcome, result?.code], [at + 6, 'refused', code], result?.why ?? '');
      assert.match(result?.why ?? '', why);
    }
    assert.equal(summary.counts['developer']?.['create'], 1);
    assert.equal(summary.complete, false);
    assert.match(summary.why ?? '', /does not hold the records that its end line counts/);
    assert.ok(!text.includes('another') && !text.includes('key-of-shop'), 'no key and no secret is repeated');
    assert.equal((await exportText(server(), organization)).trimEnd().split('\n').length, good.length + 1);
  });

  it('a file cut in half is kept up to the cut, told of, and goes on when it is sent whole', async () => {
    const organization = await makeOrganization();
    const file = writeBulkFile(makeSeedRecords({ developers: 40, appsEach: 2, keysEach: 1 }));
    const half = await importText(server(), organization, file.slice(0, Math.floor(file.length / 2)));
    assert.match(half.summary.why ?? '', /ends before its end line/);
    const created = half.summary.counts['developer']?.['create'] ?? 0;
    assert.ok(created > 10 && created < 30);
    const whole = await importText(server(), organization, file);
    assert.equal(whole.summary.complete, true);
    assert.deepEqual(whole.summary.counts['developer'], { unchanged: created, create: 40 - created });
    const other = await makeOrganization();
    await importText(server(), other, file);
    const bare = (text: string) => text.replaceAll(/"(developerId|appId)":"[^"]*"/g, '');
    assert.equal(bare(await exportText(server(), other)), bare(await exportText(server(), organization)));
  });

  it('a strict import ends at the first line that is refused', async () => {
    const organization = await makeOrganization();
    const file = writeBulkFile([stem, { ...stem, email: 'bad' }, { ...stem, email: 'later@example.com' }]);
    const { summary, results } = await importText(server(), organization, file, { query: '?strict=true' });
    assert.deepEqual(
      results.map(({ line }) => line),
      [3],
    );
    assert.match(summary.why ?? '', /Line 3 was refused/);
    assert.ok(!(await exportText(server(), organization)).includes('later@'));
  });

  it('keys may name products that are gone where that is asked for', async () => {
    const organization = await makeOrganization();
    const file = writeBulkFile([stem, app, { ...key, apiProducts: [{ name: 'gone', status: 'pending' }] }]);
    const { summary } = await importText(server(), organization, file, { query: '?unknownProducts=keep' });
    assert.equal(summary.complete, true);
    assert.match(await exportText(server(), organization), /"apiProducts":\[\{"name":"gone","status":"pending"\}\]/);
  });

  it('an app takes 100 keys', async () => {
    const organization = await makeOrganization();
    const keys = Array.from({ length: 101 }, (_, at) => ({ ...key, consumerKey: `key-${at}` }));
    const { results } = await importText(server(), organization, writeBulkFile([stem, app, ...keys]));
    assert.deepEqual(
      results.map(({ line, code }) => [line, code]),
      [[104, 'app.too-many-credentials']],
    );
    const more = await importText(server(), organization, writeBulkFile([{ ...key, consumerKey: 'one-more' }]));
    assert.equal(more.results[0]?.code, 'app.too-many-credentials');
  });

  it('what is no import is refused whole', async () => {
    const organization = await makeOrganization();
    const path = `/claviger/v1/organizations/${organization}/import`;
    const head = writeBulkFile([]).split('\n', 1)[0] ?? '';
    const cases = [
      ['', 'application/x-ndjson', 400, 'request.invalid'],
      [JSON.stringify(stem), 'application/x-ndjson', 400, 'request.invalid'],
      [head.replace('"version":1', '"version":2'), 'application/x-ndjson', 400, 'request.invalid'],
      [head, 'application/json', 415, 'request.unsupported-media-type'],
    ] as const;
    for (const [body, type, status, code] of cases) {
      const answer = await server().request('POST', path, { body, type });
      assert.deepEqual([answer.status, answer.json<{ code: string }>().code], [status, code]);
    }
    const wrong = await server().request('POST', `${path}?onConflict=maybe`, {
      body: head,
      type: 'application/x-ndjson',
    });
    assert.equal(wrong.status, 400);
  });

  it('needs rights of its own: who may read all may not take all along', async () => {
    const organization = await makeOrganization();
    const foreign = await makeOrganization();
    await importText(server(), organization, writeBulkFile([stem, app, key]));
    await importText(server(), foreign, writeBulkFile([{ ...stem, email: 'foreign@example.com' }]));
    const base = `/claviger/v1/organizations/${organization}`;
    const statuses = async (auth: string | null) => {
      const body = writeBulkFile([]);
      const exported = await server().request('GET', `${base}/export`, { auth });
      const imported = await server().request('POST', `${base}/import`, { auth, body, type: 'application/x-ndjson' });
      return [exported.status, imported.status, exported.text] as const;
    };
    for (const role of ['readonlyadmin', 'opsadmin', 'businessuser', 'devadmin', 'user']) {
      const auth = await server().makeAccount(`${role}-${organization}@example.com`, [{ organization, role }]);
      assert.deepEqual((await statuses(auth)).slice(0, 2), [403, 403], role);
    }
    const elsewhere = [{ organization: foreign, role: 'orgadmin' }];
    const stranger = await server().makeAccount(`stranger-${organization}@example.com`, elsewhere);
    assert.deepEqual((await statuses(stranger)).slice(0, 2), [403, 403]);
    assert.deepEqual((await statuses(null)).slice(0, 2), [401, 401]);
    const orgadmin = await server().makeAccount(`admin-${organization}@example.com`, [
      { organization, role: 'orgadmin' },
    ]);
    const [exported, imported, text] = await statuses(orgadmin);
    assert.deepEqual([exported, imported], [200, 200]);
    assert.ok(text.includes('secret-of-shop') && !text.includes('foreign@'));
  });

  it('an export leaves out what is not asked for', async () => {
    const organization = await makeOrganization();
    await importText(server(), organization, writeBulkFile([stem, app, key]));
    const bare = await exportText(server(), organization, '?secrets=false');
    assert.ok(!bare.includes('key-of-shop') && !bare.includes('secret-of-shop'));
    assert.match(bare, /"kind":"credential".*"status":"approved"/);
    const apps = (await exportText(server(), organization, '?kinds=app,developer')).trimEnd().split('\n');
    assert.deepEqual(
      apps.map((line) => JSON.parse(line).kind),
      ['developer', 'app', 'end'],
    );
    assert.equal(JSON.parse(apps.at(-1) ?? '').counts.credential, 0);
    const path = `/claviger/v1/organizations/${organization}/export?kinds=portal`;
    assert.equal((await server().request('GET', path)).status, 400);
  });
});
