import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openSqlWorld, refusalOf, type SqlWorld } from '../../support/sql.ts';

interface Shown {
  readonly firstName: string;
  readonly lastName: string;
  readonly userName: string;
  readonly status: string;
  readonly attributes?: readonly { readonly name: string; readonly value: string }[];
}

/** Statements that a query stands before: whose rows are looked for, or whose values are worked out. */
describeOnEveryStore('statements that change what they find', (server) => {
  let sql: SqlWorld;
  let made = 0;
  before(async () => {
    sql = await openSqlWorld(server());
  });

  /** An organization of its own, with these developers. */
  const makeWorld = async (...names: readonly string[]) => {
    const organization = `acme${++made}`;
    await server().makeOrganization(organization, 'x');
    for (const name of names) await makeDeveloper(organization, name);
    const root = `/x/v1/organizations/${organization}`;
    const get = async (path: string) => server().request('GET', root + path);
    const show = async (name: string) => {
      const answer = await get(`/developers/${name}@example.com`);
      return answer.status === 404 ? undefined : answer.json<Shown>();
    };
    return { organization, get, show };
  };
  const makeDeveloper = (organization: string, name: string) =>
    sql.run(
      'INSERT INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ($1, $2, $3, $3, $3)',
      organization,
      `${name}@example.com`,
      name,
    );
  const countAudits = async (organization: string) => {
    const answer = await server().request('GET', `/v1/audits/organizations/${organization}`);
    return answer.json<{ auditRecord: object[] }>().auditRecord.length;
  };

  it('works values out of what each row holds', async () => {
    const { organization, show } = await makeWorld('ann', 'bob', 'cy');
    const before = await countAudits(organization);
    const { tag, rows } = await sql.run(
      `UPDATE google.apigee.developers AS d SET lastName = upper(d.firstName) || ?, data__attributes = json_array(json_object('name', 'a', 'value', email))
       WHERE d.organizationsId = ? AND email <> 'cy@example.com' RETURNING d.email, length(d.lastName) AS width ORDER BY email`,
      '!',
      organization,
    );
    assert.equal(tag, 'UPDATE 2');
    assert.deepEqual(rows, [
      { email: 'ann@example.com', width: 4 },
      { email: 'bob@example.com', width: 4 },
    ]);
    const ann = await show('ann');
    assert.deepEqual(
      [ann?.firstName, ann?.lastName, ann?.attributes],
      ['ann', 'ANN!', [{ name: 'a', value: 'ann@example.com' }]],
    );
    assert.equal((await show('cy'))?.lastName, 'cy');
    assert.equal(await countAudits(organization), before + 2);
  });

  it('takes other tables, an order and a limit', async () => {
    const { organization, show } = await makeWorld('ann', 'bob', 'cy');
    await sql.run(
      "INSERT INTO apps (organizationsId, developersId, name) VALUES ($1, 'bob@example.com', 'shop')",
      organization,
    );
    const joined = await sql.run(
      'UPDATE developers SET userName = a.name FROM apps a WHERE a.organizationsId = developers.organizationsId AND a.developersId = developers.email AND developers.organizationsId = $1',
      organization,
    );
    assert.equal(joined.tag, 'UPDATE 1');
    assert.equal((await show('bob'))?.userName, 'shop');
    const limited = await sql.run(
      'DELETE FROM developers WHERE organizationsId = $1 AND email NOT IN (SELECT developersId FROM apps WHERE organizationsId = $1) ORDER BY email DESC LIMIT 1',
      organization,
    );
    assert.equal(limited.tag, 'DELETE 1');
    assert.deepEqual([await show('cy'), (await show('ann'))?.status], [undefined, 'active']);
    const none = await sql.run('DELETE FROM developers WHERE organizationsId = $1 AND false', organization);
    assert.equal(none.tag, 'DELETE 0');
  });

  it('reaches apps, keys and attributes of every owner by what they are, not by where they hang', async () => {
    const { organization, get, show } = await makeWorld('ann');
    await sql.run("INSERT INTO apiproducts (organizationsId, name, displayName) VALUES ($1, 'p', 'P')", organization);
    await sql.run("INSERT INTO appgroups (organizationsId, name, displayName) VALUES ($1, 'group', 'G')", organization);
    const { rows } = await sql.run(
      `INSERT INTO apps (organizationsId, developersId, name, apiProducts) VALUES ($1, 'ann@example.com', 'shop', '["p"]') RETURNING credentials ->> '$[0].consumerKey' AS key`,
      organization,
    );
    await sql.run("INSERT INTO apps (organizationsId, appgroupsId, name) VALUES ($1, 'group', 'shop')", organization);
    const key = String(rows[0]?.['key']);
    const revoked = await sql.run("UPDATE keys SET status = 'revoked' WHERE consumerKey = $1", key);
    assert.equal(revoked.tag, 'UPDATE 1');
    const path = `/developers/ann@example.com/apps/shop`;
    assert.equal((await get(`${path}/keys/${key}`)).json<{ status: string }>().status, 'revoked');
    await sql.run('DELETE FROM keys_apiproducts WHERE consumerKey = $1', key);
    assert.equal((await get(`${path}/keys/${key}`)).json<{ apiProducts?: object[] }>().apiProducts, undefined);
    // One attribute of each: the developer's, the app's, and those of the group and its app.
    for (const column of ['developersId', 'developersId, appsId', 'appgroupsId', 'appgroupsId, appsId']) {
      const owner = column.startsWith('dev') ? 'ann@example.com' : 'group';
      const names = column.includes('apps') ? "$2, 'shop'" : '$2';
      await sql.run(
        `INSERT INTO attributes (organizationsId, ${column}, name, value) VALUES ($1, ${names}, 'tier', 'x')`,
        organization,
        owner,
      );
    }
    const updated = await sql.run(
      "UPDATE attributes SET value = 'y' WHERE organizationsId = $1 AND name = 'tier'",
      organization,
    );
    assert.equal(updated.tag, 'UPDATE 4');
    const ofApp = await sql.run(
      "DELETE FROM attributes WHERE organizationsId = $1 AND ownerKind = 'app' AND name = 'tier' RETURNING value",
      organization,
    );
    assert.deepEqual(ofApp.rows, [{ value: 'y' }, { value: 'y' }]);
    assert.deepEqual((await show('ann'))?.attributes, [{ name: 'tier', value: 'y' }]);
    const group = (await get('/appgroups/group')).json<{ attributes?: { name: string }[] }>();
    assert.ok(group.attributes?.some(({ name }) => name === 'tier'));
    const apps = await sql.run("DELETE FROM apps WHERE organizationsId = $1 AND name = 'shop'", organization);
    assert.equal(apps.tag, 'DELETE 2');
    assert.equal((await get('/appgroups/group/apps/shop')).status, 404);
  });

  it('keeps what is not named, of whatever it changes', async () => {
    const { organization, get } = await makeWorld('ann');
    const org = `organizationsId = '${organization}'`;
    const insert = (resource: string, members: Readonly<Record<string, string>>) => {
      const columns = ['organizationsId', ...Object.keys(members)];
      const marks = columns.map((_column, at) => `$${at + 1}`).join(', ');
      const text = `INSERT INTO ${resource} (${columns.join(', ')}) VALUES (${marks})`;
      return sql.run(text, organization, ...Object.values(members));
    };
    const group = { operationConfigs: [{ apiSource: 'proxy', operations: [{ resource: '/a', methods: ['GET'] }] }] };
    const attributes = JSON.stringify([{ name: 'a', value: 'b' }]);
    await insert('apiproducts', {
      name: 'p',
      displayName: 'P',
      approvalType: 'auto',
      operationGroup: JSON.stringify(group),
    });
    await insert('apiproducts', { name: 'q', displayName: 'Q', approvalType: 'manual', attributes });
    await insert('appgroups', { name: 'g', displayName: 'G', channelUri: 'https://example.com', attributes });
    const products = JSON.stringify(['p', 'q']);
    await insert('apps', {
      developersId: 'ann@example.com',
      name: 'shop',
      apiProducts: products,
      callbackUrl: 'https://a',
      attributes,
    });
    await insert('apps', {
      appgroupsId: 'g',
      name: 'shop',
      apiProducts: products,
      callbackUrl: 'https://a',
      attributes,
    });
    const rateplan = { apiproductsId: 'p', displayName: 'R', billingPeriod: 'MONTHLY', currencyCode: 'EUR' };
    const { rows } = await sql.run(
      `INSERT INTO rateplans (organizationsId, ${Object.keys(rateplan).join(', ')}, setupFee, startTime, state) VALUES ($1, $2, $3, $4, $5, '{"currencyCode":"EUR","units":"7"}', 1, 'DRAFT') RETURNING rateplansId`,
      organization,
      ...Object.values(rateplan),
    );
    const changes: readonly (readonly [path: string, member: string, text: string])[] = [
      [
        '/apiproducts/p',
        'displayName',
        `UPDATE apiproducts SET displayName = 'new' WHERE ${org} AND apiproductsId = 'p'`,
      ],
      ['/apiproducts/q', 'displayName', `UPDATE apiproducts SET displayName = 'new' WHERE ${org} AND name = 'q'`],
      ['/appgroups/g', 'displayName', `UPDATE appgroups SET displayName = 'new' WHERE ${org}`],
      ['/developers/ann@example.com/apps/shop', 'callbackUrl', `UPDATE apps SET callbackUrl = 'new' WHERE ${org}`],
      [
        '/appgroups/g/apps/shop',
        'callbackUrl',
        `UPDATE apps SET callbackUrl = 'newer' WHERE ${org} AND appGroup = 'g'`,
      ],
      [
        `/apiproducts/p/rateplans/${String(rows[0]?.['rateplansId'])}`,
        'displayName',
        `UPDATE rateplans SET displayName = 'new' WHERE ${org}`,
      ],
    ];
    for (const [path, member, text] of changes) {
      const before = (await get(path)).json<Record<string, unknown>>();
      const { tag } = await sql.run(text);
      assert.match(tag, /^UPDATE [12]$/, text);
      const after = (await get(path)).json<Record<string, unknown>>();
      assert.notEqual(after[member], before[member]);
      assert.deepEqual(
        { ...after, [member]: 0, lastModifiedAt: 0 },
        { ...before, [member]: 0, lastModifiedAt: 0 },
        text,
      );
    }
    const keyed = await sql.run(`UPDATE keys SET attributes = '[{"name":"n","value":"v"}]' WHERE ${org}`);
    assert.equal(keyed.tag, 'UPDATE 2');
    for (const path of ['/developers/ann@example.com/apps/shop', '/appgroups/g/apps/shop']) {
      const app = (await get(path)).json<{
        credentials: { apiProducts: { status: string }[]; attributes: object[] }[];
      }>();
      const shown = app.credentials.map((key) => [key.apiProducts.map(({ status }) => status), key.attributes]);
      assert.deepEqual(shown, [[['approved', 'pending'], [{ name: 'n', value: 'v' }]]]);
    }
  });

  it('finds what has that very name, and not what it would be once more decoded', async () => {
    const { organization, show } = await makeWorld('ann');
    const insert =
      "INSERT INTO attributes (organizationsId, developersId, name, value) VALUES ($1, 'ann@example.com', $2, 'v')";
    await sql.run(insert, organization, 'a/b');
    const where = "organizationsId = $1 AND developersId = 'ann@example.com' AND attributesId = 'a%2Fb'";
    assert.equal((await sql.run(`DELETE FROM attributes WHERE ${where}`, organization)).tag, 'DELETE 0');
    assert.deepEqual((await show('ann'))?.attributes, [{ name: 'a/b', value: 'v' }]);
  });

  it('inserts what a query answers, row by row', async () => {
    const { organization } = await makeWorld('ann', 'bob');
    const other = await makeWorld();
    const { tag } = await sql.run(
      `INSERT INTO developers (organizationsId, email, firstName, lastName, userName, attributes)
       SELECT $2, email, firstName, lastName || ?3, userName, json_array(json_object('name', 'from', 'value', organizationsId))
       FROM google.apigee.developers WHERE organizationsId = $1 ORDER BY email`,
      organization,
      other.organization,
      '!',
    );
    assert.equal(tag, 'INSERT 0 2');
    const bob = await other.show('bob');
    assert.deepEqual([bob?.lastName, bob?.attributes], ['bob!', [{ name: 'from', value: organization }]]);
    const again = await refusalOf(
      sql.run(
        "INSERT INTO developers (organizationsId, email, firstName, lastName, userName) SELECT $1, column1, 'A', 'B', 'c' FROM (VALUES ('new@example.com'), ('ann@example.com'), ('never@example.com'))",
        other.organization,
      ),
    );
    assert.equal(again.state, '23505');
    assert.match(again.hint ?? '', /1 row was inserted before/);
    assert.deepEqual([(await other.show('new'))?.firstName, await other.show('never')], ['A', undefined]);
    const width = await refusalOf(sql.run('INSERT INTO developers (organizationsId, email) SELECT 1, 2, 3'));
    assert.equal(width.message, 'disparity in fields to insert and supplied data');
  });

  it('works out values that name no column', async () => {
    const { organization, show } = await makeWorld();
    await sql.run(
      "INSERT INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ($1, lower('ANN@EXAMPLE.COM'), 'A' || 'nn', coalesce(NULL, 'x'), 1 + 1)",
      organization,
    );
    assert.deepEqual([(await show('ann'))?.firstName, (await show('ann'))?.userName], ['Ann', '2']);
    await sql.run(
      `EXEC developers.organizations_developers_attributes @organizationsId = $1, @developersId = lower('ANN@example.com')
       @@json = json_object('attribute', json_array(json_object('name', 'n', 'value', 'v')))`,
      organization,
    );
    assert.deepEqual((await show('ann'))?.attributes, [{ name: 'n', value: 'v' }]);
  });

  it('changes nothing that the account may not see, and nothing that it may only see', async () => {
    const mine = await makeWorld('ann');
    const other = await makeWorld('bob');
    const email = `keeper${made}@example.com`;
    const reader = `reader${made}@example.com`;
    await server().makeAccount(email, [{ organization: mine.organization, role: 'orgadmin' }]);
    await server().makeAccount(reader, [{ organization: mine.organization, role: 'readonlyadmin' }]);
    const updated = await sql.runAs(email, "UPDATE developers SET userName = 'seen' WHERE true");
    assert.equal(updated.tag, 'UPDATE 1');
    assert.deepEqual([(await mine.show('ann'))?.userName, (await other.show('bob'))?.userName], ['seen', 'bob']);
    for (const text of ["UPDATE developers SET userName = 'read' WHERE true", 'DELETE FROM developers WHERE true']) {
      assert.equal((await refusalOf(sql.runAs(reader, text))).state, '42501');
    }
    assert.equal((await mine.show('ann'))?.userName, 'seen');
  });

  it('means the one organization of the session, where none is named', async () => {
    const { organization, show } = await makeWorld();
    const email = `single${made}@example.com`;
    await server().makeAccount(email, [{ organization, role: 'orgadmin' }]);
    const insert =
      "INSERT INTO developers (email, firstName, lastName, userName) VALUES ('ann@example.com', 'A', 'B', 'c')";
    await sql.runAs(email, insert);
    await sql.runAs(email, "UPDATE developers SET userName = 'd' WHERE developersId = 'ann@example.com'");
    assert.equal((await show('ann'))?.userName, 'd');
    const got = await sql.runAs(
      email,
      "EXEC /*+ SHOWRESULTS */ developers.organizations_developers_get @developersId = 'ann@example.com'",
    );
    assert.equal(got.rows[0]?.['organizationName'], organization);
    assert.match((await refusalOf(sql.run(insert))).message, /missing required parameters: \{ organizationsId \}/);
  });

  it('returns all columns, beside what is worked out', async () => {
    const { organization } = await makeWorld('ann');
    const where = `organizationsId = '${organization}' AND developersId = 'ann@example.com'`;
    const { rows, columns } = await sql.run(
      `DELETE FROM developers AS d WHERE ${where} RETURNING d.*, json_array_length(apps) AS owned`,
    );
    assert.deepEqual(
      columns?.map(({ name }) => name),
      Object.keys(rows[0] ?? {}),
    );
    assert.deepEqual(
      [rows[0]?.['email'], rows[0]?.['developersId'], rows[0]?.['owned']],
      ['ann@example.com', 'ann@example.com', 0],
    );
  });

  it('refuses what can not be returned before anything is done', async () => {
    const { organization, show } = await makeWorld('ann');
    const where = `organizationsId = '${organization}' AND developersId = 'ann@example.com'`;
    for (const item of ['nothing(email)', 'email + (', 'load_extension(email)']) {
      await refusalOf(sql.run(`DELETE FROM developers WHERE ${where} RETURNING ${item}`));
    }
    assert.equal((await show('ann'))?.status, 'active');
  });
});
