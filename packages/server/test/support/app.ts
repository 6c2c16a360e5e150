import assert from 'node:assert/strict';
import type { GetServer } from './every-store.ts';
import type { TestRequest, TestResponse } from './server.ts';

/** An app as either dialect shows it, as far as tests look at it. Times are numbers on Edge and texts on X. */
export interface ShownApp {
  readonly appId: string;
  readonly name: string;
  readonly status: string;
  readonly callbackUrl?: string;
  readonly developerId?: string;
  readonly attributes?: readonly { readonly name: string; readonly value: string }[];
  readonly scopes?: readonly string[];
  readonly credentials: readonly ShownCredential[];
}

export interface ShownCredential {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly status: string;
  readonly expiresAt: number | string;
  readonly issuedAt: number | string;
  readonly apiProducts?: readonly { readonly apiproduct: string; readonly status: string }[];
  readonly attributes?: readonly { readonly name: string; readonly value: string }[];
  readonly scopes?: readonly string[];
}

/** An organization with a developer and products, and short ways to what lies below. */
export interface AppWorld {
  /** Path of the organization. */
  readonly root: string;
  /** Path of the developer. */
  readonly developer: string;
  /** Makes the organization; products `auto` and `manual` offer the scopes READ and WRITE, `plain` none. */
  prepare(): Promise<void>;
  send(method: string, path: string, request?: TestRequest): Promise<TestResponse>;
  /** Below the developer; asserts the status. */
  call<T = unknown>(call: string, status: number, json?: object): Promise<T>;
  createApp(members?: object): Promise<ShownApp>;
  getApp(name: string): Promise<ShownApp>;
  getKey(app: string, key: string): Promise<ShownCredential>;
}

export function openAppWorld(server: GetServer, organization: string, dialect: 'edge' | 'x' = 'edge'): AppWorld {
  const root = `/v1/organizations/${organization}`;
  const developer = `${root}/developers/ann@example.com`;
  let made = 0;
  const world: AppWorld = {
    root,
    developer,
    async prepare() {
      await server().makeOrganization(organization, dialect);
      await makeDeveloper(server, root, 'ann@example.com');
      for (const [name, approvalType, scopes] of [
        ['auto', 'auto', ['READ']],
        ['manual', 'manual', ['READ', 'WRITE']],
        ['plain', 'auto', []],
      ] as const) {
        const json = { name, displayName: name, approvalType, scopes };
        const answer = await server().request('POST', `/edge${root}/apiproducts`, { json });
        assert.equal(answer.status, 201, answer.text);
      }
    },
    send: (method, path, request) => server().request(method, `${developer}${path}`, request),
    async call<T>(call: string, status: number, json?: object): Promise<T> {
      const [method = '', path = ''] = call.split(' ');
      const answer = await world.send(method, path, { json });
      assert.equal(answer.status, status, `${call}: ${answer.text}`);
      return (answer.text === '' ? undefined : answer.json<T>()) as T;
    },
    createApp: (members = {}) =>
      world.call('POST /apps', dialect === 'x' ? 200 : 201, { name: `app ${++made}`, ...members }),
    getApp: (name) => world.call(`GET /apps/${encodeURIComponent(name)}`, 200),
    getKey: (app, key) => world.call(`GET /apps/${encodeURIComponent(app)}/keys/${key}`, 200),
  };
  return world;
}

/** Through the Edge view, whatever the organization's home is. */
export async function makeDeveloper(server: GetServer, root: string, email: string): Promise<void> {
  const json = { email, firstName: 'Ann', lastName: 'Other', userName: 'ann' };
  const answer = await server().request('POST', `/edge${root}/developers`, { json });
  assert.equal(answer.status, 201, answer.text);
}

/** Status and code of an Edge refusal. */
export function refusalOf(answer: TestResponse): [number, string] {
  return [answer.status, answer.json<{ code: string }>().code];
}
