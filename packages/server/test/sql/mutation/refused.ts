import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { SqlError } from '../../../src/language/sql-error.ts';
import { updateAccount } from '../../../src/operations/account.ts';
import { operator } from '../../../src/operations/operator.ts';
import { deleteMember } from '../../../src/operations/role-member.ts';
import type { SqlValue } from '../../../src/ports/query.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { callAs, callIn } from '../../support/plane.ts';
import { testPassword } from '../../support/server.ts';
import { openSqlWorld, refusalOf, runStatement, type SqlWorld } from '../../support/sql.ts';

const root = '/x/v1/organizations/acme';
const insert =
  "INSERT INTO google.apigee.developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', $1, 'Ann', 'Other', 'ann')";
const one = "organizationsId = 'acme' AND developersId = 'ann@example.com'";
const cannotFind =
  'cannot find matching operation, possible causes include missing required parameters or an unsupported method for the resource, to find required parameters for supported methods run SHOW METHODS IN';

/** [what is written, SQLSTATE, what the message begins with, what the hint holds] */
const refused: readonly (readonly [string, string, string, string?])[] = [
  // Read wrong.
  ['INSERT INTO developers', '42601', 'syntax error at end of input', 'Name the columns'],
  [
    'INSERT INTO developers (a, b) VALUES (1)',
    '42601',
    'disparity in fields to insert and supplied data',
    '2 columns and 1 values',
  ],
  ['INSERT INTO developers (a) VALUES (1', '42601', 'syntax error at end of input'],
  ['INSERT INTO developers (a) VALUES (1) and more', '42601', 'syntax error at or near "and"'],
  ['INSERT INTO developers (a) VALUES ()', '42601', 'syntax error at or near ")"'],
  ['INSERT INTO developers (a) DEFAULT VALUES', '42601', 'syntax error at or near "DEFAULT"'],
  [
    "INSERT INTO developers (email) VALUES ('a') ON CONFLICT (email) DO UPDATE SET email = excluded.email",
    '0A000',
    'ON CONFLICT DO UPDATE is not supported',
    'INSERT OR REPLACE',
  ],
  ['WITH a AS (SELECT 1), INSERT INTO developers (a) VALUES (1)', '42601', 'syntax error'],
  [
    'WITH a AS (SELECT no_column FROM developers) DELETE FROM developers WHERE organizationsId IN (SELECT 1 FROM a)',
    '42703',
    'no such column: no_column',
  ],
  ['UPDATE developers SET (a, b) = (1, 2) WHERE c = 3', '42601', 'syntax error at or near "("', 'one by one'],
  ['UPDATE developers SET a 1', '42601', 'syntax error at or near "1"'],
  ['DELETE developers WHERE a = 1', '42601', 'syntax error at or near "developers"', 'FROM is expected'],
  [
    'EXEC google.apigee.developers.organizations_developers_get @organizationsId',
    '42601',
    'syntax error at or near',
    '@name = ',
  ],
  [
    'EXEC google.apigee.developers.organizations_developers_get @organizationsId =',
    '42601',
    'syntax error at end of input',
  ],
  [
    "EXEC google.apigee.developers.organizations_developers_create @@json = '{}' @@json = '{}'",
    '42601',
    'syntax error at or near "@@json"',
  ],
  ['INSERT INTO developers (email, data__email) VALUES (1, 2)', '42701', 'column "email" is given twice'],
  // What there is not.
  [
    'INSERT INTO google.apigee.developer (a) VALUES (1)',
    '42P01',
    'relation "google.apigee.developer" does not exist',
    'developers',
  ],
  ['INSERT INTO aws.apigee.developers (a) VALUES (1)', '42P01', 'relation "aws.apigee.developers" does not exist'],
  [
    "INSERT INTO developers (organizationsId, mail) VALUES ('acme', 'x')",
    '42703',
    'column "mail" of "developers" can not be set',
    'email, firstName',
  ],
  [`UPDATE developers SET mail = 'x' WHERE ${one}`, '42703', 'column "mail" of "developers" can not be set'],
  [`UPDATE developers SET createdAt = 1 WHERE ${one}`, '428C9', 'column "createdAt" of "developers" can not be set'],
  [
    `UPDATE developers SET developersId = 'b' WHERE ${one}`,
    '428C9',
    'column "developersId" of "developers" can not be set',
  ],
  [`DELETE FROM developers WHERE ${one} RETURNING mail`, '42703', 'column "mail" of "developers" does not exist'],
  [
    'EXEC developers.organizations_developers_shout',
    '42883',
    `${cannotFind} google.apigee.developers: there is no method`,
  ],
  ['EXEC apps.organizations_developers_get', '42883', `${cannotFind} google.apigee.apps: there is no method`],
  ['EXEC organizations_developers_get', '42883', cannotFind],
  ["INSERT INTO apps (organizationsId, name) VALUES ('acme', 'x')", '42883', `${cannotFind} google.apigee.apps: `],
  [
    "INSERT INTO claviger.apigee.organizations (name) VALUES ('x')",
    '42883',
    `${cannotFind} claviger.apigee.organizations: `,
  ],
  [
    "DELETE FROM audits WHERE organizationsId = 'acme'",
    '42883',
    `${cannotFind} google.apigee.audits: there is no method`,
  ],
  ["UPDATE environments SET displayName = 'x' WHERE organizationsId = 'acme'", '42883', cannotFind],
  [
    'EXEC developers.organizations_developers_get',
    '22023',
    'query cannot be executed, missing required parameters: { developersId, organizationsId }',
  ],
  [
    "INSERT INTO developers (email) VALUES ('x@example.com')",
    '22023',
    'query cannot be executed, missing required parameters: { organizationsId }',
  ],
  // Everything at once.
  ['DELETE FROM developers', '22023', 'a condition is missing', 'WHERE true'],
  ["UPDATE developers SET firstName = 'x'", '22023', 'a condition is missing', 'WHERE true'],
  // What the API refuses.
  [
    "INSERT INTO developers (organizationsId, email) VALUES ('acme', 'x@example.com')",
    '22023',
    'insert over HTTP error: 400 Bad Request',
    'firstName',
  ],
  [
    `UPDATE developers SET attributes = 'oops' WHERE ${one}`,
    '22023',
    'update over HTTP error: 400 Bad Request',
    'attributes',
  ],
  [
    `UPDATE developers SET status = 'asleep' WHERE ${one}`,
    '22023',
    'update over HTTP error: 400 Bad Request',
    'asleep',
  ],
  [
    "DELETE FROM developers WHERE organizationsId = 'acme' AND developersId = 'nobody@example.com'",
    'P0002',
    'delete over HTTP error: 404 Not Found',
    'nobody@example.com',
  ],
  [
    "UPDATE developers SET lastName = 'x' WHERE organizationsId = 'acme' AND developersId = 'nobody@example.com'",
    'P0002',
    'update over HTTP error: 404 Not Found',
  ],
  [
    "REPLACE developers SET lastName = 'x' WHERE organizationsId = 'acme' AND developersId = 'nobody@example.com'",
    'P0002',
    'replace over HTTP error: 404 Not Found',
  ],
  [
    "EXEC developers.organizations_developers_get @organizationsId='acme', @developersId='nobody@example.com'",
    'P0002',
    'exec over HTTP error: 404 Not Found',
  ],
  [
    "EXEC developers.organizations_developers_create @organizationsId='acme' @@json='[1]'",
    '22023',
    '@@json has to be a JSON object',
  ],
  [
    "INSERT INTO developers (organizationsId, email) VALUES ('nowhere', 'x@example.com')",
    'P0002',
    'insert over HTTP error: 404 Not Found',
  ],
];

describeOnEveryStore('statements that change something are refused', (server) => {
  let sql: SqlWorld;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    await server().makeAccount('reader@example.com', [{ organization: 'acme', role: 'readonlyadmin' }]);
    await server().makeAccount('stranger@example.com');
    sql = openSqlWorld(server());
    await sql.run(insert, 'ann@example.com');
  });
  const emails = async () => {
    const answer = await server().request('GET', `${root}/developers`);
    return answer.json<{ developer?: { email: string }[] }>().developer?.map(({ email }) => email) ?? [];
  };

  it('with the code of PostgreSQL, and the words of StackQL', async () => {
    for (const [text, state, message, hint = ''] of refused) {
      const refusal = await refusalOf(sql.run(text));
      const told = `${text}: ${refusal.state} ${refusal.message} (${refusal.hint})`;
      assert.equal(refusal.state, state, told);
      assert.ok(refusal.message.startsWith(message), told);
      assert.ok((refusal.hint ?? '').includes(hint), told);
    }
    const taken = await refusalOf(sql.run(insert, 'ann@example.com'));
    assert.deepEqual([taken.state, taken.message], ['23505', 'insert over HTTP error: 409 Conflict']);
    assert.deepEqual(await emails(), ['ann@example.com']);
  });

  it('where a parameter is missing, or one too many', async () => {
    for (const values of [[], ['a', 'b']]) assert.equal((await refusalOf(sql.run(insert, ...values))).state, '08P01');
    assert.equal((await refusalOf(sql.run(`UPDATE developers SET lastName = $0 WHERE ${one}`))).state, '42P02');
  });

  it('after the rows that were done, which is told', async () => {
    const refusal = await refusalOf(
      sql.run(
        `${insert}, ('acme', $2, 'A', 'B', 'c'), ('acme', $1, 'A', 'B', 'c'), ('acme', $3, 'A', 'B', 'c')`,
        'first@example.com',
        'second@example.com',
        'third@example.com',
      ),
    );
    assert.equal(refusal.state, '23505');
    assert.match(refusal.hint ?? '', /2 rows were inserted before, and will stay so\./);
    assert.deepEqual(await emails(), ['ann@example.com', 'first@example.com', 'second@example.com']);
  });

  it('to who may only read, and to who may nothing', async () => {
    const texts: readonly (readonly [string, ...SqlValue[]])[] = [
      [insert, 'x@example.com'],
      [`UPDATE developers SET lastName = 'x' WHERE ${one}`],
      [`UPDATE developers SET status = 'inactive' WHERE ${one}`],
      [`REPLACE developers SET lastName = 'x' WHERE ${one}`],
      [`DELETE FROM developers WHERE ${one}`],
      [
        "EXEC developers.organizations_developers_set_developer_status @organizationsId='acme', @developersId='ann@example.com', @action='inactive'",
      ],
      [
        "EXEC developers.organizations_developers_attributes @organizationsId='acme', @developersId='ann@example.com' @@json='{}'",
      ],
    ];
    for (const email of ['reader@example.com', 'stranger@example.com']) {
      for (const [text, ...values] of texts) {
        const { state, message } = await refusalOf(sql.runAs(email, text, ...values));
        assert.equal(state, '42501', `${email}: ${text}: ${message}`);
      }
    }
    const get =
      "EXEC /*+ SHOWRESULTS */ developers.organizations_developers_get @organizationsId='acme', @developersId='ann@example.com'";
    const { rows } = await sql.runAs('reader@example.com', get);
    assert.deepEqual([rows[0]?.['lastName'], rows[0]?.['status']], ['Other', 'active']);
    assert.equal((await refusalOf(sql.runAs('stranger@example.com', get))).state, '42501');
  });

  it('as soon as a right has ended, in a session that goes on', async () => {
    const { plane } = server();
    const email = 'ending@example.com';
    await server().makeAccount(email, [{ organization: 'acme', role: 'orgadmin' }]);
    const touch = (session: Awaited<ReturnType<SqlWorld['open']>>) =>
      runStatement(session, `UPDATE developers SET userName = 'x' WHERE ${one}`, []);
    const session = await sql.open(email);
    await touch(session);
    await deleteMember(plane, await callIn(plane, operator, 'acme'), { role: 'orgadmin', email });
    assert.equal((await refusalOf(touch(session))).state, '42501');
    const second = 'disabled@example.com';
    await server().makeAccount(second, [{ organization: 'acme', role: 'orgadmin' }]);
    const sessions = [await sql.open(second), await sql.open(second)];
    for (const each of sessions) await touch(each);
    await updateAccount(plane, callAs(operator), { email: second, patch: { password: `${testPassword}2` } });
    for (const each of sessions) assert.match((await refusalOf(touch(each))).hint ?? '', /Sign in again/);
    const renewed = await sql.open(second);
    await touch(renewed);
    await updateAccount(plane, callAs(operator), { email: second, patch: { status: 'disabled' } });
    assert.equal((await refusalOf(touch(renewed))).state, '42501');
  });

  it('when the caller has cancelled', async () => {
    const session = await sql.open();
    const statement = await session.prepare(insert);
    const { error } = await statement.run(['late@example.com'], { signal: AbortSignal.abort() }).then(
      () => ({ error: undefined }),
      (error: unknown) => ({ error }),
    );
    assert.equal((error as { state?: string }).state, '57014');
    assert.ok(!(await emails()).includes('late@example.com'));
  });

  it('after the row that was under way when the caller cancels, and tells how many were done', async () => {
    const session = await sql.open();
    const rows = Array.from({ length: 200 }, (_, at) => `('acme', 'many${at}@example.com', 'A', 'B', 'c')`);
    const statement = await session.prepare(`${insert.slice(0, insert.indexOf('VALUES'))} VALUES ${rows.join(', ')}`);
    const controller = new AbortController();
    let commits = 0;
    server().plane.store.feed.onCommit(() => {
      commits += 1;
      if (commits === 3) controller.abort();
    });
    const error = await statement.run([], { signal: controller.signal }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SqlError);
    assert.equal(error.state, '57014');
    assert.match(
      error.hint ?? '',
      /The call that was under way is not undone\. \d+ rows? (?:was|were) inserted before/,
    );
    const made = (await emails()).filter((email) => email.startsWith('many')).length;
    assert.ok(made >= 1 && made < 200, `${made}`);
  });
});
