import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openScriptedVerifier } from '../../support/follower.ts';
import { openSqlWorld, type SqlWorld } from '../../support/sql.ts';
import { type Gateway, openGateway } from '../../support/verification.ts';

/** Statements that take a right away; `OWNER`, `KEY` and `PRODUCT` stand for names. */
const taking: readonly (readonly [string, string])[] = [
  [
    "EXEC developers.organizations_developers_set_developer_status @organizationsId='acme', @developersId='OWNER', @action='inactive'",
    'developer.inactive',
  ],
  [
    "UPDATE developers SET status = 'inactive' WHERE organizationsId='acme' AND developersId='OWNER'",
    'developer.inactive',
  ],
  ["DELETE FROM developers WHERE organizationsId='acme' AND developersId='OWNER'", 'credential.unknown'],
  [
    "UPDATE apps SET status = 'revoked' WHERE organizationsId='acme' AND developersId='OWNER' AND appsId='shop'",
    'app.revoked',
  ],
  ["DELETE FROM apps WHERE organizationsId='acme' AND developersId='OWNER' AND appsId='shop'", 'credential.unknown'],
  [
    "UPDATE keys SET status = 'revoked' WHERE organizationsId='acme' AND developersId='OWNER' AND appsId='shop' AND keysId='KEY'",
    'credential.revoked',
  ],
  [
    "DELETE FROM keys WHERE organizationsId='acme' AND developersId='OWNER' AND appsId='shop' AND keysId='KEY'",
    'credential.unknown',
  ],
  [
    "UPDATE keys_apiproducts SET status = 'revoked' WHERE organizationsId='acme' AND developersId='OWNER' AND appsId='shop' AND keysId='KEY' AND apiproductsId='wide'",
    'product.none-approved',
  ],
];

describeOnEveryStore('a right that SQL takes away', (server) => {
  let sql: SqlWorld;
  let gateway: Gateway;
  let made = 0;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    sql = openSqlWorld(server());
    gateway = await openGateway(server, 'acme');
    await sql.run(
      "INSERT INTO apiproducts (organizationsId, name, displayName, approvalType) VALUES ('acme', 'wide', 'W', 'auto')",
    );
  });

  const makeKey = async () => {
    const owner = `owner${++made}@example.com`;
    await sql.run(
      "INSERT INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', $1, 'A', 'B', 'c')",
      owner,
    );
    const { rows } = await sql.run(
      `INSERT INTO apps (organizationsId, developersId, name, apiProducts) VALUES ('acme', $1, 'shop', '["wide"]') RETURNING credentials`,
      owner,
    );
    const [credential] = JSON.parse(String(rows[0]?.['credentials'])) as { consumerKey: string }[];
    const key = credential?.consumerKey ?? '';
    await gateway.until({ key, environment: 'test' }, 'allowed');
    return { owner, key };
  };

  it('is away when the statement is answered', async () => {
    for (const [text, reason] of taking) {
      const { owner, key } = await makeKey();
      const { notices } = await sql.run(text.replace('OWNER', owner).replace('KEY', key));
      const verdict = await gateway.ask({ key, environment: 'test' });
      assert.deepEqual([verdict.allowed, verdict.reason], [false, reason], text);
      assert.ok(notices.includes('applied by 1 of 1 verifiers'), `${text}: ${notices.join()}`);
    }
  });

  it('is told to be missing at those that have not heard of it', async () => {
    const { owner } = await makeKey();
    const name = 'gate "é"';
    const verifier = await openScriptedVerifier(server().plane.store, {
      organization: 'acme',
      name,
      forMilliseconds: 60_000,
    });
    const { notices } = await sql.run(taking[1]?.[0].replace('OWNER', owner) ?? '');
    await verifier.leave();
    assert.match(
      notices.at(-1) ?? '',
      /^applied by 1 of 2 verifiers; still out: %"gate %22%c3%a9%22", which may answer until 20/,
    );
  });
});
