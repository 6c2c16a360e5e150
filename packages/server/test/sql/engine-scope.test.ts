import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sqlResources } from '../../src/domain/sql-resource-table.ts';
import { QueryScopes } from '../../src/operations/query-scope.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const everything = sqlResources.map(({ name }) => name).sort();
const ofDevelopers = ['developers', 'developers_balance', 'developers_monetization_config'];
const ofGroups = ['appgroups', 'appgroups_balance', 'appgroups_monetization_config', 'companies'];

describe('what an account may read by SQL', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
    for (const name of ['acme', 'rival']) await server.makeOrganization(name);
  });
  after(() => server.close());

  let count = 0;
  const grantsOf = async (roles: readonly { organization: string; role: string }[]) => {
    count += 1;
    const email = `account${count}@example.com`;
    await server.makeAccount(email, roles);
    return grantsOfAccount(email);
  };
  const grantsOfAccount = async (email: string) => {
    const account = await server.plane.store.accounts.findByEmail(email);
    assert.ok(account);
    const { organizations } = await new QueryScopes(server.plane).find(account);
    return Object.fromEntries(organizations.map(({ name, resources }) => [name, [...resources].sort()]));
  };
  const makeRole = async (role: string, permissions: Readonly<Record<string, readonly string[]>>) => {
    await server.request('POST', '/edge/v1/organizations/acme/userroles', { json: { role: [{ name: role }] } });
    const resourcePermission = Object.entries(permissions).map(([path, verbs]) => ({
      organization: 'acme',
      path,
      permissions: verbs,
    }));
    const response = await server.request('POST', `/edge/v1/organizations/acme/userroles/${role}/resourcepermissions`, {
      json: { resourcePermission },
    });
    assert.equal(response.status, 200, response.text);
    return grantsOf([{ organization: 'acme', role }]);
  };

  it('a sysadmin reads everything everywhere', async () => {
    assert.deepEqual(await grantsOfAccount('admin@example.com'), {
      acme: everything,
      myorg: everything,
      rival: everything,
    });
  });

  it('nobody reads anything without a role', async () => {
    assert.deepEqual(await grantsOf([]), {});
  });

  it('a role counts in its organization alone', async () => {
    assert.deepEqual(await grantsOf([{ organization: 'acme', role: 'orgadmin' }]), { acme: everything });
    assert.deepEqual(await grantsOf([{ organization: 'acme', role: 'readonlyadmin' }]), { acme: everything });
  });

  it('the role of a portal reads developers, apps, groups and products, and neither audits nor users', async () => {
    const { acme } = await grantsOf([{ organization: 'acme', role: 'devadmin' }]);
    assert.deepEqual(
      acme,
      everything.filter((name) => !['audits', 'users'].includes(name)),
    );
  });

  it('a custom role reads what lies below its paths', async () => {
    assert.deepEqual(await makeRole('developers-only', { '/developers': ['get'] }), { acme: ofDevelopers });
    assert.deepEqual(await makeRole('groups-by-either-name', { '/appgroups': ['get'] }), { acme: ofGroups });
    assert.deepEqual(await makeRole('both', { '/developers': ['get'], '/companies': ['get'] }), {
      acme: [...ofGroups, 'appgroups_members', ...ofDevelopers, 'subscriptions'].sort(),
    });
    assert.deepEqual(await makeRole('writer', { '/developers': ['put', 'delete'] }), {});
    assert.deepEqual(await makeRole('organization-alone', { '/': ['get'] }), { acme: ['organizations'] });
  });

  it('where a part below is forbidden, the whole is', async () => {
    assert.deepEqual(await makeRole('without-apps', { '/developers': ['get'], '/developers/*/apps': ['put'] }), {});
    assert.deepEqual(
      await makeRole('without-one', { '/developers': ['get'], '/developers/ann@example.com': ['put'] }),
      {},
    );
    assert.deepEqual(await makeRole('one-alone', { '/developers/ann@example.com': ['get'] }), {});
  });

  it('ends with the account and with the role', async () => {
    await server.makeAccount('leaving@example.com', [{ organization: 'acme', role: 'user' }]);
    const account = await server.plane.store.accounts.findByEmail('leaving@example.com');
    assert.ok(account);
    const scopes = new QueryScopes(server.plane);
    assert.equal((await scopes.find(account)).organizations.length, 1);
    assert.equal(await scopes.find(account), await scopes.find(account));
    await server.request('DELETE', '/edge/v1/organizations/acme/userroles/user/users/leaving@example.com');
    assert.deepEqual((await scopes.find(account)).organizations, []);
    const response = await server.request('DELETE', '/edge/v1/users/leaving@example.com');
    assert.equal(response.status, 200, response.text);
    assert.deepEqual((await scopes.find({ ...account, sysadmin: true })).organizations, []);
  });
});
