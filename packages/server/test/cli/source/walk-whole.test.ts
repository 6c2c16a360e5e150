import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BulkRecord } from '../../../src/domain/bulk-record.ts';
import { type Asked, startFakeSource, walkAll } from './fake-source.ts';

/** What a source has, by path; a developer or an app that is asked for by itself too. */
type Content = Readonly<Record<string, unknown>>;

function answerFrom(content: Content): (asked: Asked) => unknown {
  return ({ path, query, response }) => {
    if (query.has('startKey')) return {};
    const found = content[decodeURIComponent(path)];
    const list = /^\/(?:apiproducts(?:\/-\/rateplans)?|developers(?:\/[^/]+\/apps)?|companies|appgroups|apps)$/;
    if (found !== undefined || list.test(path)) return found ?? {};
    return void response.writeHead(404).end('{}');
  };
}

const ann = { email: 'Ann@example.com', developerId: 'a1', firstName: 'Ann', lastName: 'Lee', apps: ['shop'] };
const bob = { email: 'bob@example.com', developerId: 'b1', firstName: 'Bob', lastName: 'Ray', apps: [] };
const key = (consumerKey: string, issuedAt: number) => ({
  apiProducts: [],
  consumerKey,
  consumerSecret: 's',
  issuedAt,
  expiresAt: -1,
  status: 'approved',
});
const shop = {
  appId: '1',
  name: 'shop',
  developerId: 'a1',
  status: 'approved',
  credentials: [key('new', 2), key('old', 1)],
};

function brief(records: readonly BulkRecord[]): string[] {
  return records.map((record) => {
    switch (record.kind) {
      case 'developer':
        return record.email;
      case 'company':
        return `${record.name}: ${record.members?.map(({ developer }) => developer)}`;
      case 'app':
        return `${Object.values(record.owner)}/${record.name}`;
      case 'credential':
        return `${Object.values(record.owner)}/${record.app}/${record.consumerKey}`;
      default:
        return record.kind;
    }
  });
}

test('keys come oldest first, after their app, and an app after its owner', async (t) => {
  const { base } = await startFakeSource(
    t,
    answerFrom({ '/developers': { developer: [ann] }, '/apps': { app: [shop] } }),
  );
  assert.deepEqual(brief((await walkAll(base)).records), [
    'Ann@example.com',
    'Ann@example.com/shop',
    'Ann@example.com/shop/old',
    'Ann@example.com/shop/new',
  ]);
});

test('an app that its owner names and the list of the organization leaves out is asked for', async (t) => {
  const source = answerFrom({
    '/developers': { developer: [ann] },
    '/companies': { company: [{ name: 'acme', status: 'active', apps: ['team'] }] },
    '/companies/acme/developers': { developer: [] },
    '/developers/Ann@example.com/apps/shop': shop,
    '/companies/acme/apps/team': { name: 'team', companyName: 'acme', credentials: [] },
  });
  const { base } = await startFakeSource(t, source);
  assert.deepEqual(brief((await walkAll(base)).records).slice(2), [
    'Ann@example.com/shop',
    'Ann@example.com/shop/old',
    'Ann@example.com/shop/new',
    'acme/team',
  ]);
});

test('an app that its owner names and nobody has ends the walk with a sentence', async (t) => {
  const { base } = await startFakeSource(t, answerFrom({ '/developers': { developer: [ann] } }));
  await assert.rejects(walkAll(base), /developers\/Ann%40example\.com\/apps\/shop answers that there is no such thing/);
});

test('who has as many apps as an answer names is asked for all of them', async (t) => {
  const names = Array.from({ length: 100 }, (_, at) => `app${String(at).padStart(3, '0')}`);
  const apps = names.map((name) => ({ ...shop, appId: name, name, credentials: [] }));
  const source = answerFrom({
    '/developers': { developer: [{ ...ann, apps: names }] },
    '/apps': { app: apps },
    '/developers/Ann@example.com/apps': { app: [...apps, { ...shop, appId: 'z', name: 'z', credentials: [] }] },
  });
  const { base } = await startFakeSource(t, source);
  const records = brief((await walkAll(base)).records);
  assert.equal(records.length, 102);
  assert.equal(records.at(-1), 'Ann@example.com/z');
});

test('developers whom the list leaves out, as those of companies, are asked for', async (t) => {
  const source = answerFrom({
    '/developers/bob@example.com': bob,
    '/developers/a1': ann,
    '/companies': { company: [{ name: 'acme', status: 'active' }] },
    '/companies/acme/developers': { developer: [{ email: 'bob@example.com', role: 'admin' }] },
    '/apps': { app: [shop] },
  });
  const { base } = await startFakeSource(t, source);
  assert.deepEqual(brief((await walkAll(base)).records), [
    'bob@example.com',
    'acme: bob@example.com',
    'Ann@example.com',
    'Ann@example.com/shop',
    'Ann@example.com/shop/old',
    'Ann@example.com/shop/new',
  ]);
});

test('an app that the list of the organization shows without keys is asked for', async (t) => {
  const source = answerFrom({
    '/developers': { developer: [ann] },
    '/apps': { app: [{ ...shop, credentials: undefined }] },
    '/developers/Ann@example.com/apps/shop': shop,
  });
  const { base } = await startFakeSource(t, source);
  assert.equal(brief((await walkAll(base)).records).length, 4);
});

test('members that may not be read end the walk, unless it is the company that is closed', async (t) => {
  const companies = (status: string) => (asked: Asked) => {
    if (asked.path.endsWith('/developers') && asked.path !== '/developers') {
      return void asked.response.writeHead(403).end('{}');
    }
    const member = { ...bob, companies: ['Acme'] };
    const content = { '/developers': { developer: [member] }, '/companies': { company: [{ name: 'acme', status }] } };
    return answerFrom(content)(asked);
  };
  const closed = await walkAll((await startFakeSource(t, companies('inactive'))).base);
  assert.deepEqual(brief(closed.records), ['bob@example.com', 'acme: bob@example.com']);
  assert.match(closed.warnings.join(), /company acme is closed at the source: its members come without their roles/);
  await assert.rejects(
    walkAll((await startFakeSource(t, companies('active'))).base),
    /acme\/developers does not let .*403/,
  );
});

test('an app whose owner is nowhere ends the walk with a sentence', async (t) => {
  const nobody = answerFrom({ '/apps': { app: [shop] } });
  await assert.rejects(
    walkAll((await startFakeSource(t, nobody)).base),
    /names the developer a1, and does not have him/,
  );
  const closed = answerFrom({ '/apps': { app: [{ ...shop, developerId: undefined, companyName: 'gone' }] } });
  await assert.rejects(
    walkAll((await startFakeSource(t, closed)).base),
    /app shop of the company gone, whom it does not/,
  );
});

const x = { name: 'acme', properties: { property: [{ name: 'features.hybrid.enabled', value: 'true' }] } };

test('X tells its apps by owner, since the list of the organization leaves out what is not approved', async (t) => {
  const details = JSON.stringify([
    { developer: 'ANN@example.com', roles: ['admin'] },
    { developerId: 'gone@example.com' },
  ]);
  const attributes = [{ name: '__apigee_reserved__developer_details', value: Buffer.from(details).toString('base64') }];
  const source = answerFrom({
    '/developers': { developer: [{ ...ann, email: 'ann@example.com' }] },
    '/developers/ann@example.com/apps': { app: [{ ...shop, status: 'revoked' }] },
    '/appgroups': { appGroups: [{ name: 'team', attributes }] },
    '/appgroups/team/apps': { appGroupApps: [{ name: 'bare' }] },
    '/appgroups/team/apps/bare': { name: 'bare', credentials: [key('k', 1)] },
  });
  const { base, asked } = await startFakeSource(t, source, x);
  const { records, warnings } = await walkAll(base);
  assert.deepEqual(brief(records), [
    'ann@example.com',
    'team: ann@example.com',
    'ann@example.com/shop',
    'ann@example.com/shop/old',
    'ann@example.com/shop/new',
    'team/bare',
    'team/bare/k',
  ]);
  assert.match(warnings.join(), /app group team names 1 members who are no developers/);
  assert.ok(!asked.some((each) => each.startsWith('/apps')));
});

test('who is said to speak a dialect is not asked which', async (t) => {
  const { base } = await startFakeSource(t, answerFrom({ '/developers': { developer: [bob] } }), { name: 'acme' });
  assert.deepEqual(brief((await walkAll(base, { dialect: 'x' })).records), ['bob@example.com']);
});

test('rate plans that an organization does not speak of are left out with a word', async (t) => {
  const source = (asked: Asked) =>
    asked.path.endsWith('/rateplans') ? void asked.response.writeHead(403).end('{}') : answerFrom({})(asked);
  const { warnings } = await walkAll((await startFakeSource(t, source, x)).base);
  assert.match(warnings.join(), /rate plans are left out: .*403/);
});
