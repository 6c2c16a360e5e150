import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sqlResources } from '../../src/domain/sql-resource-table.ts';
import type { SqlValue } from '../../src/ports/query.ts';
import { stores } from '../support/every-store.ts';
import { fillOrganization } from '../support/query-content.ts';
import { openQueryWorld, type QueryWorld } from '../support/query-world.ts';

type Entity = Readonly<Record<string, unknown>>;

/** Where the X API tells the same: entities by a field that names them. */
interface Listed {
  readonly resource: string;
  readonly by: (row: Entity) => unknown;
  readonly list: (get: (path: string) => Promise<unknown>) => Promise<readonly Entity[]>;
  /** Fields of the API that say what a column of another name says, or what only lists say. */
  readonly rename?: Readonly<Record<string, string>>;
  readonly where?: string;
}

const owners = ['/developers/ann@acme.example.com', '/developers/bob@acme.example.com', '/appgroups/Team'];
const apps = ['first', 'second app'];

async function ofOwners(
  get: (path: string) => Promise<unknown>,
  path: string,
  read: (answer: Record<string, unknown>, owner: string) => readonly Entity[],
): Promise<readonly Entity[]> {
  const all: Entity[] = [];
  for (const owner of owners) all.push(...read((await get(`${owner}${path}`)) as Record<string, unknown>, owner));
  return all;
}

function member(answer: unknown, name: string): readonly Entity[] {
  return ((answer as Record<string, unknown>)[name] ?? []) as readonly Entity[];
}

const listed: readonly Listed[] = [
  {
    resource: 'developers',
    by: ({ email }) => email,
    list: async (get) => member(await get('/developers?expand=true&includeCompany=true'), 'developer'),
  },
  {
    resource: 'appgroups',
    by: ({ name }) => name,
    list: async (get) => member(await get('/appgroups'), 'appGroups'),
  },
  {
    resource: 'apps',
    by: ({ appId }) => appId,
    list: async (get) => member(await get('/apps?expand=true&includeCred=true'), 'app'),
  },
  {
    resource: 'apiproducts',
    by: ({ name }) => name,
    list: async (get) => member(await get('/apiproducts?expand=true'), 'apiProduct'),
  },
  {
    resource: 'rateplans',
    by: ({ name }) => name,
    list: async (get) => member(await get('/apiproducts/-/rateplans?expand=true'), 'ratePlans'),
  },
  {
    resource: 'keys',
    by: ({ consumerKey }) => consumerKey,
    list: async (get) => {
      const all: Entity[] = [];
      for (const app of apps) {
        const found = await ofOwners(get, `/apps/${encodeURIComponent(app)}`, (answer) =>
          member(answer, 'credentials'),
        );
        all.push(...found);
      }
      return all;
    },
  },
  {
    resource: 'subscriptions',
    by: ({ name }) => name,
    list: (get) =>
      ofOwners(get, '/subscriptions', (answer) => [
        ...member(answer, 'developerSubscriptions'),
        ...member(answer, 'appGroupSubscriptions'),
      ]),
  },
  {
    resource: 'organizations',
    by: ({ name }) => name,
    list: async (get) => [(await get('')) as Entity],
  },
  {
    resource: 'environments',
    by: ({ name }) => name,
    list: async (get) => [(await get('/environments/test')) as Entity, (await get('/environments/prod')) as Entity],
  },
];

/** What the API leaves out is nothing: so is null, an empty text, 0 and an empty list. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === 0 || value === '0') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(plain);
  if (typeof value !== 'object') return typeof value === 'number' ? String(value) : value;
  const members = Object.entries(value).flatMap(([name, each]) => {
    const shown = plain(each);
    return shown === undefined ? [] : [[name, shown] as const];
  });
  return Object.fromEntries(members);
}

function decode(resource: string, row: Readonly<Record<string, SqlValue>>): Entity {
  const columns = sqlResources.find(({ name }) => name === resource)?.columns ?? [];
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      return [name, type === 'json' && typeof value === 'string' ? JSON.parse(value) : value];
    }),
  );
}

for (const store of stores) {
  describe(`rows of resources, on ${store}`, () => {
    let world: QueryWorld;
    before(async () => {
      world = await openQueryWorld({}, store);
      for (const name of ['acme', 'rival']) {
        await world.server.makeOrganization(name, 'x');
        await fillOrganization(world.server, name);
      }
    });
    after(() => world[Symbol.asyncDispose]());

    const get = async (path: string): Promise<unknown> => {
      const response = await world.server.request('GET', `/x/v1/organizations/acme${path}`);
      assert.equal(response.status, 200, `${path}: ${response.text}`);
      return response.json();
    };

    for (const { resource, by, list } of listed) {
      it(`${resource} are what the X API lists, field by field`, async () => {
        const entities = await list(get);
        const rows = await world.objects(`select * from $${resource} where organizationsId = 'acme'`);
        assert.equal(rows.length, entities.length);
        assert.ok(rows.length > 0);
        const found = new Map(rows.map((row) => [by(row), decode(resource, row)]));
        for (const entity of entities) {
          const row = found.get(by(entity));
          assert.ok(row, `no row of ${String(by(entity))}`);
          for (const name of Object.keys(entity)) assert.ok(name in row, `no column ${name}`);
          const ofApi = Object.fromEntries(Object.keys(row).map((name) => [name, entity[name]]));
          const own = Object.fromEntries(Object.entries(row).filter(([name]) => !isBeside(resource, name, entity)));
          assert.deepEqual(plain(own), plain(ofApi));
        }
      });
    }

    it('attributes are those of developers, app groups, apps and products', async () => {
      const rows = await world.objects(
        `select ownerKind, name, value, coalesce(developersId, appgroupsId, apiproductsId) as owner, appsId
        from $attributes where organizationsId = 'acme' and name in ('tier', 'size', 'colour', 'access') order by 1, 2, 3, 4, 5`,
      );
      assert.deepEqual(
        rows.map((row) => Object.values(row)),
        [
          ['apiproduct', 'access', 'public', 'gold', null],
          ...['Team', 'ann@acme.example.com', 'bob@acme.example.com'].map((owner) => [
            ...['app', 'colour', 'of first', owner, 'first'],
          ]),
          ...['Team', 'ann@acme.example.com', 'bob@acme.example.com'].map((owner) => [
            ...['app', 'colour', 'of second app', owner, 'second app'],
          ]),
          ['appgroup', 'size', 'two', 'Team', null],
          ['developer', 'tier', 'gold', 'ann@acme.example.com', null],
          ['developer', 'tier', 'plain', 'bob@acme.example.com', null],
          ['developer', 'tier', 'plain', 'carl@acme.example.com', null],
        ],
      );
    });

    it('members, balances, billing types and products on keys are rows of their own', async () => {
      const where = `where organizationsId = 'acme'`;
      assert.deepEqual(
        (await world.query(`select email, roles, appGroup from $appgroups_members ${where} order by 1`)).rows,
        [
          ['ann@acme.example.com', '["admin","a \\"role\\""]', 'Team'],
          ['bob@acme.example.com', '["admin","a \\"role\\""]', 'Team'],
        ],
      );
      assert.deepEqual(
        (
          await world.query(
            `select developersId, balance, currencyCode, units, nanos from $developers_balance ${where} order by 1`,
          )
        ).rows,
        ['ann', 'bob'].map((name) => [
          `${name}@acme.example.com`,
          '{"currencyCode":"EUR","units":"12","nanos":500000000}',
          ...['EUR', 12, 500_000_000],
        ]),
      );
      assert.deepEqual((await world.query(`select appgroupsId, units from $appgroups_balance ${where}`)).rows, [
        ['Team', 12],
      ]);
      assert.deepEqual(
        (await world.query(`select count(*), min(billingType) from $developers_monetization_config ${where}`)).rows,
        [[2, 'PREPAID']],
      );
      assert.deepEqual(
        (await world.query(`select appgroupsId, billingType from $appgroups_monetization_config ${where}`)).rows,
        [['Team', 'PREPAID']],
      );
      assert.deepEqual(
        (
          await world.query(
            `select apiproduct, status, count(*) from $keys_apiproducts ${where} group by 1, 2 order by 1, 2`,
          )
        ).rows,
        [
          ['gold', 'approved', 6],
          ['plain', 'pending', 6],
        ],
      );
    });

    it('audits, roles and users are what the native API and Edge tell', async () => {
      const audits = await world.query(
        `select user, operation, resource from $audits where organizationsId = 'acme' and resource = '/developers/carl@acme.example.com'`,
      );
      assert.deepEqual(audits.rows, [['admin@example.com', 'CREATE', '/developers/carl@acme.example.com']]);
      const roles = await world.query(
        `select name from $userroles where organizationsId = 'acme' and builtIn = 1 order by 1`,
      );
      assert.deepEqual(roles.rows.flat(), [
        'businessuser',
        'devadmin',
        'opsadmin',
        'orgadmin',
        'readonlyadmin',
        'user',
      ]);
      await world.server.makeAccount('reader@example.com', [
        { organization: 'acme', role: 'user' },
        { organization: 'acme', role: 'devadmin' },
      ]);
      const users = await world.query(`select emailId, firstName, roles from $users where organizationsId = 'acme'`);
      assert.deepEqual(users.rows, [['reader@example.com', 'Test', '["devadmin","user"]']]);
    });

    it('companies are what Edge lists', async () => {
      const answer = await world.server.request('GET', '/edge/v1/organizations/acme/companies?expand=true');
      const { company } = answer.json<{ company: readonly Entity[] }>();
      const rows = await world.objects(`select * from $companies where organizationsId = 'acme' order by name`);
      assert.deepEqual(
        rows.map((row) => decode('companies', row)).map(({ organizationsId, companiesId, ...row }) => plain(row)),
        [...company].sort((left, right) => (String(left['name']) < String(right['name']) ? -1 : 1)).map(plain),
      );
    });

    it('every resource answers its columns in their order, with their types', async () => {
      for (const { name, columns } of sqlResources) {
        const { columns: answered } = await world.query(`select * from $${name} limit 1`);
        assert.deepEqual(
          answered,
          columns.map(({ name: column, type }) => ({ name: column, type })),
          name,
        );
      }
    });

    it('shows nothing of what was deleted and waits to be swept', async () => {
      await world.server.makeOrganization('gone', 'x');
      await fillOrganization(world.server, 'gone');
      const scope = await world.scopeOf('admin@example.com');
      const { id = '' } = (await world.server.plane.store.organizations.findByName('gone')) ?? {};
      const deleted = await world.server.request('DELETE', '/x/v1/organizations/gone/developers/ann@gone.example.com');
      assert.equal(deleted.status, 200);
      const ofAnn = `where organizationsId = 'gone' and developersId = 'ann@gone.example.com'`;
      for (const resource of ['developers', 'apps', 'keys', 'subscriptions', 'developers_balance', 'attributes']) {
        assert.deepEqual(
          (await world.query(`select count(*) from $${resource} ${ofAnn}`, { scope })).rows,
          [[0]],
          resource,
        );
      }
      const gone = await world.server.request('DELETE', '/claviger/v1/organizations/gone?confirm=gone');
      assert.equal(gone.status, 200, gone.text);
      // Whoever held the scope from before sees nothing of it either.
      for (const resources of [
        scope,
        { organizations: [{ id, name: 'gone', resources: sqlResources.map(({ name }) => name) }] },
      ]) {
        for (const { name } of sqlResources) {
          const { rows } = await world.query(`select count(*) from $${name} where organizationsId = 'gone'`, {
            scope: resources,
          });
          assert.deepEqual(rows, [[0]], name);
        }
      }
    });
  });
}

/** Columns that the API's entity does not have: accounts of stamps, parameters, and what SQL adds. */
function isBeside(resource: string, name: string, entity: Entity): boolean {
  if (name in entity) return false;
  const column = sqlResources.find((each) => each.name === resource)?.columns.find((each) => each.name === name);
  const added = ['createdBy', 'lastModifiedBy', 'organization', 'developerId', 'appGroup', 'appFamily', 'appId'];
  return (
    column?.parameter === true ||
    (added.includes(name) && !(name === 'developerId' && resource === 'apps')) ||
    (['expiresInSeconds', 'createdAt', 'lastModifiedAt'].includes(name) && resource === 'keys')
  );
}
