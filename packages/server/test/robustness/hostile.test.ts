import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { edgeSurface } from '../../src/surfaces/edge/surface.ts';
import { type FeedParts, listFeedRoutes } from '../../src/surfaces/feed/route.ts';
import { gatewaySurface } from '../../src/surfaces/gateway/surface.ts';
import type { Surface } from '../../src/surfaces/http/surface.ts';
import { nativeSurface } from '../../src/surfaces/native/surface.ts';
import { listSqlRoutes, type SqlRouteParts } from '../../src/surfaces/sql/http/route.ts';
import { xSurface } from '../../src/surfaces/x/surface.ts';
import { attackApigee } from './hostile/apigee.ts';
import { type Attack, listAttacks, nameOrdinary, type Target } from './hostile/attack.ts';
import { listRawAttacks, rawStatuses } from './hostile/raw-attack.ts';
import { sendRaw } from './hostile/raw-client.ts';
import { findShapeFault } from './hostile/shape.ts';
import { Client, type ClientAnswer } from './support/client.ts';
import { makeDirectory } from './support/directory.ts';
import { isLong } from './support/scale.ts';
import { adminAuthorization, adminPassword, ServerProcess } from './support/server-process.ts';

/** How many routes each registry has. A new one makes this fail: think of what a stranger could do with it. */
const routeCounts: Readonly<Record<string, number>> = { '/edge/v1': 117, '/x/v1': 109, '/claviger/v1': 44 };

/** Read without a registry, and without credentials. */
const plainReads = [
  ...['/healthz', '/readyz', '/metrics', '/token_keys'],
  ...['/$discovery/rest', '/x/$discovery/rest', '/discovery/v1/apis/apigee/v1/rest'],
  ...['/openapi/edge.json', '/openapi/x.json', '/openapi/native.json', '/openapi/:name'],
  ...['/docs', '/docs/', '/docs/json', '/docs/yaml', '/docs/static/*', '/docs/static/theme/*'],
  ...['/docs/static/index.html', '/docs/static/swagger-initializer.js', '/docs/static/swagger-ui.css'],
];
const plainTargets: readonly Target[] = [
  ...plainReads.map((path) => ({ prefix: '', method: 'GET', path, takesBody: false })),
  { prefix: '', method: 'POST', path: '/oauth/token', takesBody: true },
];

/** Ways out of a directory that is served. */
const wayOut = [
  ...['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '....//', '%252e%252e%252f', './../', '//../'],
  ...['\u002e\u002e/', '..;/', '%c0%ae%c0%ae/'],
].map((step) => encodeURI(step.repeat(12)).replaceAll('%25', '%'));
const wantedFiles = ['etc/passwd', 'etc%2fpasswd', 'package.json', 'proc/self/environ'];

/** What Edge itself answers with 500 (compat/edge.md §13.1). */
const wantedFailures = ['apiproduct_deletion_failed_apps_associated', 'APIProduct is not associated with consumer key'];

// Nobody calls these: they are what the server has.
const sqlRoutes = listSqlRoutes({} as SqlRouteParts);
const native: Surface = { ...nativeSurface, routes: [...nativeSurface.routes, ...sqlRoutes] };
const surfaces: readonly Surface[] = [edgeSurface, xSurface, native];
const marker = `marker-${randomUUID()}`;
const intruderEmail = 'intruder@example.com';
const intruderPassword = `intruder ${randomUUID()}`;
const intruder = `Basic ${Buffer.from(`${intruderEmail}:${intruderPassword}`).toString('base64')}`;
/** Megabytes that the process may grow by. */
const growthMax = 300;

function targetsOf({ prefix, routes }: Surface): Target[] {
  // Of those that stream, files of other types have tests of their own.
  return routes.map(({ method, path, takesBody, schema }) => ({
    prefix,
    method,
    path,
    takesBody: takesBody !== undefined || JSON.stringify(schema.body ?? {}).includes('"application/json"'),
  }));
}

describe('hostile input', () => {
  const directory = makeDirectory();
  let server: ServerProcess;
  let admin: Client;
  let stranger: Client;
  let memoryBefore = 0;

  before(async () => {
    server = await ServerProcess.start({ dataDirectory: directory.path });
    admin = new Client(server.url, { authorization: adminAuthorization });
    stranger = new Client(server.url, { authorization: intruder, connections: 8 });
    await plantTenants(admin);
    memoryBefore = readMemory(server.pid);
  });
  after(async () => {
    admin.close();
    stranger.close();
    await server.kill();
    directory[Symbol.dispose]();
  });

  const callers = [
    // In short rounds a part of the attacks for each route, and another part for the next: all of them meet the surface.
    { who: 'who has a role in one organization', client: () => stranger, foreign: marker, share: isLong ? 1 : 6 },
    { who: 'who may do everything', client: () => admin, foreign: undefined, share: isLong ? 1 : 10 },
  ] as const;
  const rounds = surfaces.flatMap((surface) => callers.map((caller) => ({ surface, ...caller })));

  for (const { surface, who, client, foreign, share } of rounds) {
    const { prefix } = surface;
    test(`every route of ${prefix} refuses it in its own shape, from one ${who}`, async (t) => {
      assert.equal(surface.routes.length, routeCounts[prefix], 'a new route has to be thought of here');
      const targets = targetsOf(surface);
      const byPath = Map.groupBy(targets, ({ path }) => path);
      const findings: string[] = [];
      const statuses = new Map<number, number>();
      for (const [place, target] of targets.entries()) {
        const methods = new Set(byPath.get(target.path)?.map(({ method }) => method));
        const attacks = listAttacks(target, methods).filter((_attack, at) => (at + place) % share === 0);
        for (const attack of attacks) {
          const answer = await client().send(attack);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const fault = judge(attack, answer, foreign) ?? findShapeOf(prefix, attack, answer);
          if (fault !== undefined)
            findings.push(`${attack.method} ${target.prefix}${target.path}, ${attack.name}: ${fault}`);
        }
      }
      const told = [...statuses]
        .toSorted(([left], [right]) => left - right)
        .map(([status, count]) => `${status}:${count}`);
      t.diagnostic(`${prefix}: routes=${targets.length} answers ${told.join(' ')} findings=${findings.length}`);
      assert.deepEqual(findings, []);
    });
  }

  test('the runtime listener refuses it in its own shape, from a gateway and from anybody', async (t) => {
    // Nobody calls these: they are what the server has.
    const feed = listFeedRoutes({} as FeedParts);
    const routes = [...gatewaySurface.routes, ...feed];
    assert.equal(routes.length, 9, 'a new route has to be thought of here');
    const targets = [
      ...targetsOf({ ...gatewaySurface, routes }),
      ...['/healthz', '/readyz', '/openapi/verification.json'].map((path) => ({
        prefix: '',
        method: 'GET' as const,
        path,
        takesBody: false,
      })),
    ];
    const gateway = new Client(server.runtimeUrl, { authorization: `Bearer ${await makeRuntimeToken(admin)}` });
    const nobody = new Client(server.runtimeUrl);
    const findings: string[] = [];
    let answered = 0;
    for (const client of [gateway, nobody, new Client(server.runtimeUrl, { authorization: adminAuthorization })]) {
      for (const target of targets) {
        for (const attack of listAttacks(target, new Set([target.method]))) {
          const answer = await client.send(attack);
          const fault =
            judge({ ...attack, statuses: undefined }, answer, marker) ?? findDecision(client === gateway, answer);
          answered += 1;
          if (fault !== undefined)
            findings.push(`${attack.method} ${attack.path.slice(0, 80)}, ${attack.name}: ${fault}`);
        }
      }
      client.close();
    }
    t.diagnostic(`${answered} answers of the runtime listener`);
    assert.deepEqual(findings, []);
  });

  test("the services of Apigee's gateways refuse it in their own shapes, from a gateway and from anybody", async (t) => {
    const gateway = `Bearer ${await makeRuntimeToken(admin)}`;
    const { answered, findings } = await attackApigee(
      server.runtimeUrl,
      [gateway, undefined, intruder],
      (attack, answer) => judge({ ...attack, statuses: undefined }, answer, marker),
    );
    t.diagnostic(`${answered} answers to what looks like gateways of Apigee`);
    assert.deepEqual(findings, []);
  });

  test('routes without a registry refuse it too, from anybody', async () => {
    const findings: string[] = [];
    const nobody = new Client(server.url);
    const attacks = plainTargets.flatMap((target) => listAttacks(target, new Set([target.method, 'HEAD'])));
    for (const client of [stranger, nobody]) {
      for (const attack of attacks) {
        const answer = await client.send(attack);
        const fault = judge({ ...attack, statuses: undefined }, answer, marker);
        if (fault !== undefined)
          findings.push(`${attack.method} ${attack.path.slice(0, 80)}, ${attack.name}: ${fault}`);
      }
    }
    nobody.close();
    assert.deepEqual(findings, []);
  });

  test('the pages of the reference are served, and no other file', async () => {
    for (const path of plainReads.filter((each) => !/[:*]/.test(each) && each.startsWith('/docs'))) {
      const { status } = await stranger.send({ method: 'GET', path });
      assert.ok(status === 200 || status === 302, `${path}: ${status}`);
    }
    for (const base of ['/docs/', '/docs/static/', '/docs/static/theme/', '/openapi/']) {
      for (const path of wayOut.flatMap((way) => wantedFiles.map((file) => `${base}${way}${file}`))) {
        const { status, text } = await stranger.send({ method: 'GET', path });
        assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
        assert.doesNotMatch(text, /root:|"dependencies"|PATH=/, path);
      }
    }
  });

  test('bytes that are no request, or more than one, end in a refusal and not in a wait', async () => {
    const attacks = listRawAttacks(intruder);
    for (const name of Object.keys(rawStatuses))
      assert.ok(
        attacks.some((attack) => attack.name === name),
        name,
      );
    const answers = await Promise.all(
      attacks.map(async (attack) => ({
        attack,
        answer: await sendRaw(server.url, attack.bytes, attack.hangUp === true),
      })),
    );
    const findings = answers.flatMap(({ attack, answer: { text, hung } }) => {
      if (hung) return [`${attack.name}: no end`];
      if (/HTTP\/1\.1 5\d\d/.test(text)) return [`${attack.name}: ${text.slice(0, 200)}`];
      if (text.includes(marker)) return [`${attack.name}: shows another tenant`];
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      if (statuses.length > 1) return [`${attack.name}: ${statuses.length} answers to one request`];
      if (text !== '' && !attack.hangUp && !/\r\nconnection: close\r\n/i.test(text)) {
        return [`${attack.name}: ends the connection without saying so`];
      }
      const wanted = rawStatuses[attack.name];
      return wanted === undefined || statuses[0] === wanted ? [] : [`${attack.name}: ${statuses[0]}, not ${wanted}`];
    });
    assert.deepEqual(findings, []);
  });

  test('a body that comes by drops holds up nobody else', async () => {
    const head = `POST /edge/v1/organizations/myorg/developers HTTP/1.1\r\nHost: x\r\nAuthorization: ${intruder}\r\n`;
    const slow = Array.from({ length: 100 }, () => sendRaw(server.url, `${head}Content-Length: 10\r\n\r\n{`, true));
    const answer = await admin.send({ method: 'GET', path: '/edge/v1/organizations/myorg/developers' });
    assert.equal(answer.status, 200);
    await Promise.all(slow);
  });

  test('a request that never ends is ended by the server', { skip: isLong ? false : 'takes a minute' }, async () => {
    for (const bytes of [
      'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Drop',
      'POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na',
    ]) {
      assert.equal((await sendRaw(server.url, bytes, false)).hung, false);
    }
  });

  test('an archive that is none replaces nothing', async () => {
    for (const body of ['', '{}', 'noise', '{"kind":"head","schema":1,"rows":1}\n', `${'['.repeat(100_000)}`]) {
      const answer = await admin.send({
        method: 'POST',
        path: '/claviger/v1/restore',
        body,
        headers: { 'content-type': 'application/json' },
      });
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
    }
    const other = await admin.send({ method: 'GET', path: '/edge/v1/organizations/other/developers' });
    assert.deepEqual([other.status, JSON.parse(other.text)], [200, ['marked@example.com']]);
  });

  test('afterwards the server answers, has grown little, logged no bug and no secret', async () => {
    const ready = await admin.send({ method: 'GET', path: '/readyz' });
    assert.equal(ready.status, 200);
    const grown = readMemory(server.pid) - memoryBefore;
    assert.ok(grown < growthMax, `${grown} MB`);
    const errors = server.log.split('\n').filter((line) => line.includes('"level":50'));
    // A 500 that Edge wants is told of as a request, not as a bug.
    const bugs = errors.filter((line) => !line.includes('"msg":"request"'));
    assert.deepEqual(bugs, []);
    for (const secret of [adminPassword, adminAuthorization, intruderPassword, intruder, marker]) {
      assert.ok(!server.log.includes(secret.replace('Basic ', '')), 'a secret is in the log');
    }
    const pollution = await stranger.send({
      method: 'GET',
      path: '/edge/v1/organizations/myorg/developers/proto@example.com',
    });
    assert.ok(!pollution.text.includes('polluted'));
  });
});

/** Another organization that holds the marker wherever a tenant can write, and an account that has no role in it. */
async function plantTenants(admin: Client): Promise<void> {
  const send = async (method: string, path: string, body?: object) => {
    const answer = await admin.send({ method, path, body });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text;
  };
  await send('POST', '/claviger/v1/organizations', { name: 'other', dialect: 'edge', displayName: marker });
  const attributes = [{ name: marker, value: marker }];
  const names = { firstName: marker, lastName: marker, userName: marker };
  await send('POST', '/edge/v1/organizations/other/developers', { email: 'marked@example.com', ...names, attributes });
  const ann = {
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: 'Example',
    attributes: [{ name: 'tier', value: '1' }],
  };
  await send('POST', '/edge/v1/organizations/myorg/developers', ann);
  await plantKeys(send, 'myorg', { developer: 'ann@example.com', tag: 'ordinary' });
  await plantKeys(send, 'other', { developer: 'marked@example.com', tag: marker });
  await plantMoney(send, 'other', { developer: 'marked@example.com', tag: marker });
  nameOrdinary('subscriptionsId', await plantMoney(send, 'myorg', { developer: 'ann@example.com', tag: 'ordinary' }));
  const account = { email: intruderEmail, firstName: 'In', lastName: 'Truder', password: intruderPassword };
  await send('POST', '/claviger/v1/accounts', account);
  await send('PUT', `/claviger/v1/organizations/myorg/roles/orgadmin/members/${intruderEmail}`);
}

type Send = (method: string, path: string, body?: object) => Promise<string>;

/**
 * A balance and a subscription, carrying the tag where they can. Resolves to the id of the subscription, which is over:
 * else the one attack that may expire it, with no body at all, would.
 */
async function plantMoney(
  send: Send,
  organization: string,
  { developer, tag }: { readonly developer: string; readonly tag: string },
): Promise<string> {
  const base = `/x/v1/organizations/${organization}`;
  const plan = { state: 'PUBLISHED', displayName: tag };
  const made = JSON.parse(await send('POST', `${base}/apiproducts/ordinary-product/rateplans`, plan)) as {
    name: string;
  };
  if (organization === 'myorg') nameOrdinary('rateplansId', made.name);
  const transactionAmount = { currencyCode: 'EUR', units: '5' };
  const credit = { transactionId: tag, transactionAmount };
  await send('POST', `${base}/developers/${developer}/balance:credit`, credit);
  await send('POST', `${base}/appgroups/ordinary-company/balance:credit`, credit);
  const subscription = { apiproduct: 'ordinary-product' };
  const subscriptions = `${base}/developers/${developer}/subscriptions`;
  const { name } = JSON.parse(await send('POST', subscriptions, subscription)) as { name: string };
  await send('POST', `${subscriptions}/${name}:expire`, {});
  return name;
}

/** A product, an app with a key, and a company with an app, all carrying the tag. */
async function plantKeys(
  send: Send,
  organization: string,
  { developer, tag }: { readonly developer: string; readonly tag: string },
): Promise<void> {
  const base = `/edge/v1/organizations/${organization}`;
  const attributes = [{ name: 'tier', value: tag }];
  const product = { name: 'ordinary-product', displayName: tag, approvalType: 'auto', attributes };
  await send('POST', `${base}/apiproducts`, product);
  const app = { name: 'ordinary-app', apiProducts: ['ordinary-product'], attributes, callbackUrl: tag };
  await send('POST', `${base}/developers/${developer}/apps`, app);
  const key = { consumerKey: `ordinary-key-${organization}`, consumerSecret: tag };
  await send('POST', `${base}/developers/${developer}/apps/ordinary-app/keys/create`, key);
  await send('POST', `${base}/companies`, { name: 'ordinary-company', displayName: tag, attributes });
  await send('POST', `${base}/companies/ordinary-company/apps`, app);
}

async function makeRuntimeToken(admin: Client): Promise<string> {
  const path = '/claviger/v1/organizations/myorg/runtime-credentials';
  const { status, text } = await admin.send({ method: 'POST', path, body: { name: 'gateway' } });
  assert.equal(status, 201, text);
  return (JSON.parse(text) as { token: string }).token;
}

/** Nothing hostile is a key that works; and who has no runtime credential is told of no decision at all. */
function findDecision(isGateway: boolean, { text }: ClientAnswer): string | undefined {
  if (text.includes('"allowed":true')) return 'lets a call in';
  return !isGateway && /"allowed":(true|false)/.test(text) ? 'decides for anybody' : undefined;
}

/** @param foreign text that the caller must never see */
function judge(
  { statuses }: Attack,
  { status, text, headers }: ClientAnswer,
  foreign: string | undefined,
): string | undefined {
  if (status >= 500 && !wantedFailures.some((code) => text.includes(code))) return `${status} ${text.slice(0, 200)}`;
  if (foreign !== undefined && text.includes(foreign)) return 'shows what belongs to another tenant';
  if ('x-injected' in headers) return 'lets a header in';
  if (text.includes('root:')) return 'shows a file of the machine';
  if (status === 405 && headers.allow === undefined) return '405 without Allow';
  if (statuses !== undefined && status < 500 && !statuses.includes(status)) return `${status} ${text.slice(0, 200)}`;
  return undefined;
}

function findShapeOf(prefix: string, { method, path }: Attack, answer: ClientAnswer): string | undefined {
  // HEAD has no body; a path that leaves the prefix is no longer the surface's to answer.
  return method === 'HEAD' || !path.startsWith(prefix) ? undefined : findShapeFault(prefix, answer);
}

/** Resident megabytes. Where the system does not tell, nothing is judged. */
function readMemory(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}
