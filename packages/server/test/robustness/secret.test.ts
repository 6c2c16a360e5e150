import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { Client, type ClientAnswer } from './support/client.ts';
import { type EngineName, engines, openPlace } from './support/engines.ts';
import { isLong } from './support/scale.ts';
import { adminAuthorization, adminEmail, adminPassword, ServerProcess } from './support/server-process.ts';

const userEmail = 'keeper@example.com';
const passwords = ['first secret of the keeper 4711', 'second secret of the keeper 4712'] as const;
const wrongPassword = 'a wrong guess that may be right elsewhere 4713';

/** What must be found, else the search proves nothing. */
const open = userEmail;

for (const engine of isLong ? engines : (['sqlite'] as const)) {
  test(`no password, token, key or secret lies in the database, its log, the audit, the feed or the logs: ${engine}`, async (t) => {
    await using place = await openPlace(engine);
    const server = await ServerProcess.start({ ...place, settings: { CLAVIGER_LOG_LEVEL: 'debug' } });
    t.after(() => server.kill());
    const client = new Client(server.url);
    const secrets = await useSecrets(client);
    await useGateway(client, server.runtimeUrl, secrets);
    client.close();
    await server.kill();

    const places = [...(await readStore(engine, place)), { name: 'the log of the server', text: server.log }];
    const stored = places.map(({ text }) => text).join('\n');
    assert.ok(stored.includes(open), 'the search reads what was written');
    t.diagnostic(`${engine}: ${secrets.size} secrets sought in ${places.map(({ name }) => name).join(', ')}`);
    for (const [what, secret] of secrets) {
      for (const { name, text } of places) {
        assert.ok(!text.includes(secret), `${what} is in ${name}`);
        assert.ok(!text.includes(encodeURIComponent(secret)), `${what}, encoded, is in ${name}`);
        assert.ok(
          !text.includes(Buffer.from(secret).toString('base64').slice(0, -4)),
          `${what}, in base64, is in ${name}`,
        );
      }
    }
  });
}

/** Uses every way in which a secret reaches the server; resolves to the secrets by name. */
async function useSecrets(client: Client): Promise<Map<string, string>> {
  const secrets = new Map<string, string>([
    ['the password of the administrator', adminPassword],
    ['the first password', passwords[0]],
    ['the second password', passwords[1]],
    ['a wrong password', wrongPassword],
  ]);
  const asAdmin = { authorization: adminAuthorization };
  const send = async (
    method: string,
    path: string,
    body?: object | string,
    headers = asAdmin as Record<string, string>,
  ) => client.send({ method, path, body, headers });
  const done = (answer: ClientAnswer) => assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);

  done(
    await send('POST', '/claviger/v1/accounts', {
      email: userEmail,
      firstName: 'K',
      lastName: 'K',
      password: passwords[0],
    }),
  );
  done(await send('PUT', `/claviger/v1/organizations/myorg/roles/orgadmin/members/${userEmail}`));
  const made = await send('POST', `/claviger/v1/accounts/${userEmail}/tokens`, { label: 'made by hand' });
  done(made);
  secrets.set('a token made by hand', pickToken(made, 'token'));
  done(await send('PUT', `/claviger/v1/accounts/${userEmail}/password`, { password: passwords[1] }));

  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0',
  };
  const grant = new URLSearchParams({ grant_type: 'password', username: userEmail, password: passwords[1] });
  const granted = await send('POST', '/oauth/token', String(grant), form);
  done(granted);
  const access = pickToken(granted, 'access_token');
  const refresh = pickToken(granted, 'refresh_token');
  secrets.set('an access token', access).set('a refresh token', refresh);
  const inQuery = await send('POST', `/oauth/token?grant_type=refresh_token&refresh_token=${refresh}`, '', form);
  done(inQuery);
  secrets.set('an access token by refresh', pickToken(inQuery, 'access_token'));
  await send(
    'POST',
    `/oauth/token?grant_type=password&username=${userEmail}&password=${encodeURIComponent(wrongPassword)}`,
    '',
    form,
  );

  const developers = '/x/v1/organizations/myorg/developers';
  const draft = { email: 'made@example.com', firstName: 'a', lastName: 'b', userName: 'c' };
  done(await send('POST', `${developers}?access_token=${access}`, draft, {}));
  done(await send('POST', `${developers}/made@example.com?action=inactive&oauth_token=${access}`, undefined, {}));
  done(await send('GET', `${developers}?key=${access}`, undefined, {}));
  done(
    await send('PUT', `${developers}/made@example.com`, draft, {
      authorization: `Bearer ${secrets.get('a token made by hand')}`,
    }),
  );
  const wrong = { authorization: `Basic ${Buffer.from(`${adminEmail}:${wrongPassword}`).toString('base64')}` };
  assert.equal((await send('GET', developers, undefined, wrong)).status, 401);
  assert.equal((await send('GET', developers, undefined, { authorization: `Bearer ${access}x` })).status, 401);
  assert.equal(
    (await send('PUT', `/claviger/v1/accounts/${userEmail}/password`, `{"password":"${wrongPassword}`)).status,
    400,
  );
  await useKeys(send, secrets);
  return secrets;
}

/** Gateways of Apigee send keys and secrets in every way that they have, and are given tokens for some. */
async function useGateway(admin: Client, runtimeUrl: string, secrets: Map<string, string>): Promise<void> {
  const asAdmin = { authorization: adminAuthorization };
  const made = await admin.send({
    method: 'POST',
    path: '/claviger/v1/organizations/myorg/runtime-credentials',
    body: { name: 'gateway' },
    headers: asAdmin,
  });
  const token = pickToken(made, 'token');
  secrets.set('a runtime credential', token);
  const developer = '/x/v1/organizations/myorg/developers/made@example.com?action=active';
  await admin.send({ method: 'POST', path: developer, headers: asAdmin });
  const gateway = new Client(runtimeUrl);
  const base = '/organizations/myorg/environments/prod';
  const authorization = `Basic ${Buffer.from(`myorg:${token}`).toString('base64')}`;
  const ask = (path: string, body: object, headers = {}) =>
    gateway.send({ method: 'POST', path: `${base}${path}`, body, headers: { authorization, ...headers } });
  const given: string[] = [];
  for (const [what, secret] of [...secrets]) {
    const answers = [
      await ask('/edgemicro-auth/verifyApiKey', { apiKey: secret }, { 'x-dna-api-key': secret }),
      await ask('/remote-service/verifyApiKey', { apiKey: secret }),
      await ask(`/edgemicro-auth/v2/quotas?key=${encodeURIComponent(secret)}`, { identifier: secret }),
      await ask('/edgemicro-auth/token', {
        client_id: secret,
        client_secret: secrets.get(what.replace('key', 'secret')),
        grant_type: 'client_credentials',
      }),
    ];
    for (const { text } of answers) given.push(...(/"token":"([^"]+)"/.exec(text)?.slice(1) ?? []));
  }
  gateway.close();
  assert.ok(given.length > 0, 'some of the keys work');
  for (const [at, each] of given.entries()) secrets.set(`token ${at} for a key`, each);
}

type Send = (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<ClientAnswer>;

/** Keys that are made, brought, looked up and rotated, before and after secrets are shown once. */
async function useKeys(send: Send, secrets: Map<string, string>): Promise<void> {
  const apps = '/edge/v1/organizations/myorg/developers/made@example.com/apps';
  const native = '/claviger/v1/organizations/myorg';
  const keep = ({ status, text }: ClientAnswer, what: string): string => {
    assert.ok(status < 300, `${status} ${text}`);
    const body = JSON.parse(text) as { credentials?: Shown[]; credential?: Shown } & Shown;
    const { consumerKey, consumerSecret } = body.credentials?.[0] ?? body.credential ?? body;
    assert.ok(consumerKey && consumerSecret, text);
    secrets.set(`the key ${what}`, consumerKey).set(`the secret ${what}`, consumerSecret);
    return consumerKey;
  };
  for (const when of ['before', 'after'] as const) {
    const app = `app-${when}`;
    const made = keep(await send('POST', apps, { name: app, keyExpiresIn: 3_600_000 }), `made ${when}`);
    const own = { consumerKey: `brought-along-${when}`, consumerSecret: `brought-secret-${when}` };
    keep(await send('POST', `${apps}/${app}/keys/create`, own), `brought ${when}`);
    const retry = { authorization: adminAuthorization, 'idempotency-key': 'again' };
    const wish = { newConsumerKey: `rotated-to-${when}`, newConsumerSecret: `rotated-secret-${when}` };
    for (const consumerKey of [own.consumerKey, made]) {
      const body = consumerKey === made ? { consumerKey } : { consumerKey, ...wish };
      keep(
        await send('POST', `${native}/credentials/rotate`, body, retry),
        `rotated ${when} from ${consumerKey.length}`,
      );
      await send('POST', `${native}/credentials/rotate`, body, retry);
      assert.equal((await send('POST', `${native}/credentials/lookup`, { consumerKey })).status, 200);
    }
    const refused = await send('POST', `${native}/credentials/rotate`, { consumerKey: made, overlapSeconds: 1 });
    assert.equal(refused.status, 409);
    const listed = await send('GET', `${native}/credentials/expiring`);
    assert.ok(listed.status === 200 && !listed.text.includes(made), listed.text);
    assert.equal((await send('PUT', native, { secretsShownOnce: true })).status, 200);
  }
}

interface Shown {
  readonly consumerKey?: string;
  readonly consumerSecret?: string;
}

function pickToken({ text }: ClientAnswer, member: string): string {
  const token = (JSON.parse(text) as Record<string, unknown>)[member];
  assert.ok(typeof token === 'string' && token.length > 20, text);
  return token;
}

interface Place {
  readonly name: string;
  readonly text: string;
}

/** Every file of the data directory as it lies there, and every row of every table of PostgreSQL. */
async function readStore(
  engine: EngineName,
  place: { dataDirectory: string; store: string | undefined },
): Promise<Place[]> {
  const files = readdirSync(place.dataDirectory).filter((name) => statSync(join(place.dataDirectory, name)).isFile());
  const inFiles = files.map((name) => ({ name, text: readFileSync(join(place.dataDirectory, name), 'latin1') }));
  if (engine === 'sqlite') {
    assert.ok(files.includes('claviger.db') && files.includes('claviger.db-wal'), files.join(' '));
    return inFiles;
  }
  const client = new pg.Client({ connectionString: place.store });
  await client.connect();
  const tables = await client.query<{ name: string }>(`select table_name as name from information_schema.tables
    where table_schema = 'public'`);
  const inTables: Place[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await client.query(`select t::text as row from "${name}" t`);
    inTables.push({ name: `table ${name}`, text: rows.map(({ row }) => String(row)).join('\n') });
  }
  await client.end();
  return [...inFiles, ...inTables];
}
