import assert from 'node:assert/strict';
import type { RawSettings } from '../../src/config/setting.ts';
import type { Credential } from '../../src/domain/credential.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { makeRuntimeToken } from '../support/verification.ts';

/** The API that every gateway of the table stands in front of. */
export const api = { environment: 'prod', proxy: 'weather-v1', basePath: '/weather/v1' } as const;
const organization = 'conformance';

/** Every key there is, by what is special about it. */
export const keys = {
  /** May call everything. */
  gold: 'gold-key-000000000001',
  /** `/forecast/**`, `/cities/*`, `/status` and `/café` of proxy `weather-v1` in `prod`, with a quota. */
  weather: 'weather-key-0000000002',
  /** An operation group: `GET /forecast/**`, `POST /charge/*`. */
  grouped: 'grouped-key-0000000003',
  /** Its product is for environment `test` alone. */
  elsewhere: 'elsewhere-key-00000004',
  /** Its product is for proxy `other-v1` alone. */
  neighbour: 'neighbour-key-00000005',
  /** Its only product waits for approval. */
  unapproved: 'unapproved-key-0000006',
  /** It has no product, and the organization lets such keys work. */
  bare: 'bare-key-00000000000007',
  /** Of a company's app. */
  company: 'company-key-0000000008',
  companyInactive: 'company-key-0000000009',
  revoked: 'revoked-key-0000000010',
  pending: 'pending-key-0000000011',
  expired: 'expired-key-0000000012',
  appRevoked: 'app-revoked-key-000013',
  developerInactive: 'inactive-key-000000014',
  /** Of a developer and an app whose names no header can hold as they are. */
  odd: 'odd-key-00000000000015',
  /** As long as keys may be. */
  long: `long-key-${'0'.repeat(2039)}`,
  /** Of another organization, and good there. */
  foreign: 'foreign-key-0000000016',
} as const;

export type KeyName = keyof typeof keys;

/** What a gateway is told of who calls. */
export interface Identity {
  readonly app: string;
  readonly developer?: string | undefined;
  readonly company?: string | undefined;
  readonly product?: string | undefined;
}

const ann = 'ann@example.com';

/** Of the keys that may be allowed. */
export const identities: Partial<Record<KeyName, Identity>> = {
  gold: { app: 'gold', developer: ann, product: 'everything' },
  weather: { app: 'weather', developer: ann, product: 'weather' },
  grouped: { app: 'grouped', developer: ann, product: 'grouped' },
  bare: { app: 'bare', developer: ann },
  company: { app: 'lab', company: 'umbrella', product: 'everything' },
  odd: { app: '50% off #1', developer: 'jörg%20@exämple.com', product: 'everything' },
  long: { app: 'long', developer: ann, product: 'everything' },
};

/** A plane with all of the table's content. */
export interface ConformancePlane extends AsyncDisposable {
  readonly server: TestServer;
  /** Of the runtime listener, as `http://127.0.0.1:8090`. */
  readonly runtimeUrl: string;
  readonly organization: string;
  /** A runtime credential's. */
  readonly token: string;
  readonly api: typeof api;
}

/** @param settings what a driver needs of the server besides, as the address of a listener of its own */
export async function openConformancePlane(settings: RawSettings = {}): Promise<ConformancePlane> {
  const server = await startTestServer({ settings });
  try {
    await server.makeOrganization(organization);
    await server.makeOrganization('foreign');
    await makeContent(new Maker(server, organization));
    await makeForeign(new Maker(server, 'foreign'));
    const token = await makeRuntimeToken(server, organization);
    const { runtimeUrl } = server;
    return { server, runtimeUrl, organization, token, api, [Symbol.asyncDispose]: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

class Maker {
  readonly #server: TestServer;
  readonly #organization: string;

  constructor(server: TestServer, name: string) {
    this.#server = server;
    this.#organization = name;
  }

  async send(method: string, path: string, json?: object, dialect: 'edge' | 'x' = 'edge'): Promise<void> {
    const url = `/${dialect}/v1/organizations/${this.#organization}${path}`;
    const answer = await this.#server.request(method, url, json === undefined ? {} : { json });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  }

  async product(name: string, members: object = {}, dialect: 'edge' | 'x' = 'edge'): Promise<void> {
    await this.send('POST', '/apiproducts', { name, displayName: name, approvalType: 'auto', ...members }, dialect);
  }

  async developer(email: string): Promise<void> {
    await this.send('POST', '/developers', { email, firstName: 'De', lastName: 'Vel', userName: 'devel' });
  }

  /** @param owner path of the developer or company */
  async key(name: KeyName, owner: string, product?: string, app: string = name): Promise<void> {
    await this.send('POST', `${owner}/apps`, { name: app });
    const path = `${owner}/apps/${encodeURIComponent(app)}/keys`;
    await this.send('POST', `${path}/create`, { consumerKey: keys[name], consumerSecret: 'secret-of-the-table' });
    if (product !== undefined) await this.send('POST', `${path}/${keys[name]}`, { apiProducts: [product] });
  }

  /** What no call of either dialect does at once: an import may, and time. */
  async alter(name: KeyName, change: Partial<Credential>): Promise<void> {
    const { store } = this.#server.plane;
    const organizationId = (await store.organizations.findByName(this.#organization))?.id;
    assert.ok(organizationId);
    const credential = await store.credentials.findByKey(organizationId, keys[name]);
    assert.ok(credential);
    const version = credential.version + 1;
    await store.write(async (t) => {
      await t.credentials.update({ ...credential, ...change, version });
      t.append({ organizationId, noun: 'credential', entityId: credential.id, kind: 'put', version });
    });
  }
}

async function makeContent(maker: Maker): Promise<void> {
  await makeProducts(maker);
  const developer = `/developers/${ann}`;
  await maker.developer(ann);
  await maker.key('gold', developer, 'everything');
  for (const each of ['weather', 'grouped', 'elsewhere', 'neighbour', 'unapproved'] as const) {
    await maker.key(each, developer, each);
  }
  await maker.key('bare', developer);
  for (const each of ['revoked', 'pending', 'expired', 'appRevoked', 'long'] as const) {
    await maker.key(each, developer, 'everything');
  }
  await maker.send('POST', `${developer}/apps/revoked/keys/${keys.revoked}?action=revoke`);
  await maker.send('POST', `${developer}/apps/appRevoked?action=revoke`);
  await maker.alter('pending', { status: 'pending' });
  await maker.alter('expired', { expiresAt: 1_500_000_000_000 });
  await makeOwners(maker);
}

async function makeOwners(maker: Maker): Promise<void> {
  const { odd } = identities;
  await maker.developer('idle@example.com');
  await maker.key('developerInactive', '/developers/idle@example.com', 'everything');
  await maker.send('POST', '/developers/idle@example.com?action=inactive');
  await maker.developer(odd?.developer ?? '');
  await maker.key('odd', `/developers/${encodeURIComponent(odd?.developer ?? '')}`, 'everything', odd?.app);
  for (const [company, key, app] of [
    ['umbrella', 'company', 'lab'],
    ['parasol', 'companyInactive', 'shade'],
  ] as const) {
    await maker.send('POST', '/companies', { name: company, displayName: company });
    await maker.key(key, `/companies/${company}`, 'everything', app);
  }
  await maker.send('POST', '/companies/parasol?action=inactive');
}

async function makeProducts(maker: Maker): Promise<void> {
  await maker.product('everything', { attributes: [{ name: 'tier', value: 'größer, 100%' }] });
  await maker.product('weather', {
    environments: ['prod'],
    proxies: [api.proxy],
    apiResources: ['/forecast/**', '/cities/*', '/status', '/café'],
    quota: '10',
    quotaInterval: '1',
    quotaTimeUnit: 'minute',
  });
  const operations = [
    { resource: '/forecast/**', methods: ['GET'] },
    { resource: '/charge/*', methods: ['POST'] },
  ];
  const operationConfigs = operations.map((each) => ({ apiSource: api.proxy, operations: [each] }));
  await maker.product('grouped', { operationGroup: { operationConfigType: 'proxy', operationConfigs } }, 'x');
  await maker.product('elsewhere', { environments: ['test'] });
  await maker.product('neighbour', { proxies: ['other-v1'] });
  await maker.product('unapproved', { approvalType: 'manual' });
}

async function makeForeign(maker: Maker): Promise<void> {
  await maker.product('everything');
  await maker.developer(ann);
  await maker.key('foreign', `/developers/${ann}`, 'everything');
}
