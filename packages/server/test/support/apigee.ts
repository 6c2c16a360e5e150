import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { type AppWorld, openAppWorld, type ShownCredential } from './app.ts';
import type { GetServer } from './every-store.ts';
import { makeRuntimeToken, sendRuntime } from './verification.ts';

/** What a gateway of Apigee was answered. */
export interface ApigeeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ApigeeCall {
  /** The Authorization header; absent: key and secret of the gateway; null: none. */
  readonly auth?: string | null | undefined;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Apigee's own gateways, as they call: key and secret as Basic credentials, and their base URL below a place. */
export interface ApigeeGateway {
  readonly token: string;
  /** Key and secret as they go over the wire. */
  readonly basic: string;
  /** @param call method and path below the place, as `POST /edgemicro-auth/verifyApiKey` */
  send(call: string, request?: ApigeeCall): Promise<ApigeeAnswer>;
}

export function basic(login: string, password: string): string {
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

/** @param base what stands before the service's name; absent: the organization and environment prod */
export async function openApigeeGateway(
  server: GetServer,
  organization: string,
  base = `/organizations/${organization}/environments/prod`,
): Promise<ApigeeGateway> {
  const token = await makeRuntimeToken(server(), organization);
  const own = basic(organization, token);
  return {
    token,
    basic: own,
    async send(call, { auth, json, form, headers } = {}) {
      const [method = '', path = ''] = call.split(' ');
      const body = form === undefined ? json && JSON.stringify(json) : new URLSearchParams(form).toString();
      return sendRuntime(server(), {
        method,
        path: `${base}${path}`,
        authorization: auth === null ? undefined : (auth ?? own),
        body: typeof body === 'string' && method !== 'GET' ? body : undefined,
        type: form === undefined ? 'application/json' : 'application/x-www-form-urlencoded',
        headers,
      });
    },
  };
}

const limited = {
  name: 'limited',
  displayName: 'Limited',
  approvalType: 'auto',
  environments: ['test'],
  proxies: ['weather'],
  apiResources: ['/forecast/**'],
  quota: '10',
  quotaInterval: '1',
  quotaTimeUnit: 'minute',
  scopes: [],
};

/** Two organizations with products, a gateway of each, and short ways to ask as one. */
export interface ApigeeWorld {
  readonly world: AppWorld;
  /** Of organization acme, in environment prod. */
  readonly gateway: ApigeeGateway;
  /** Of organization globex. */
  readonly other: ApigeeGateway;
  /** Makes an app with a key on these products; absent: `auto` and `manual`. */
  makeKey(apiProducts?: readonly string[], members?: object): Promise<[app: string, key: ShownCredential]>;
  /** Asks for a token: `call` is a microgateway's unless given. */
  ask(apiKey: unknown, call?: string, from?: ApigeeGateway): Promise<ApigeeAnswer>;
  /** Asks until there is one: the verifier follows a moment behind the plane. */
  exchange(apiKey: string, call?: string, from?: ApigeeGateway): Promise<string>;
  /** Asks until it is refused with this fault. */
  until(apiKey: string, code: string): Promise<void>;
}

export const verifyCall = 'POST /edgemicro-auth/verifyApiKey';

export async function openApigeeWorld(server: GetServer): Promise<ApigeeWorld> {
  const world = openAppWorld(server, 'acme');
  await world.prepare();
  await openAppWorld(server, 'globex').prepare();
  const made = await server().request('POST', `/edge${world.root}/apiproducts`, { json: limited });
  assert.equal(made.status, 201, made.text);
  const gateway = await openApigeeGateway(server, 'acme');
  const ask: ApigeeWorld['ask'] = (apiKey, call = verifyCall, from = gateway) => from.send(call, { json: { apiKey } });
  return {
    world,
    gateway,
    other: await openApigeeGateway(server, 'globex'),
    ask,
    async makeKey(apiProducts = ['auto', 'manual'], members = {}) {
      const { name, credentials } = await world.createApp({ apiProducts, ...members });
      assert.ok(credentials[0]);
      return [name, credentials[0]];
    },
    async exchange(apiKey, call, from) {
      const { text } = await askUntil(
        () => ask(apiKey, call, from),
        ({ status }) => status === 200,
      );
      return (JSON.parse(text) as { token: string }).token;
    },
    async until(apiKey, code) {
      await askUntil(
        () => ask(apiKey),
        (answer) => answer.status === 401 && faultOf(answer)[1] === code,
      );
    },
  };
}

async function askUntil(
  ask: () => Promise<ApigeeAnswer>,
  isIt: (answer: ApigeeAnswer) => boolean,
): Promise<ApigeeAnswer> {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    assert.ok(tries < 2000, `${answer.status} ${answer.text}`);
    await sleep(5);
  }
}

/** Claims of a token for a key. */
export interface Claims {
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly api_product_list: readonly string[];
  readonly [name: string]: unknown;
}

export function claimsOf(token: string): Claims {
  return decodeJwt(token) as unknown as Claims;
}

/** Error and description of a refusal, with its status. */
export function refusalOf({ status, text }: ApigeeAnswer): [number, string] {
  return [status, (JSON.parse(text) as { error: string }).error];
}

/** Status and code of a fault of VerifyAPIKey. */
export function faultOf({ status, text }: ApigeeAnswer): [number, string] {
  const { fault } = JSON.parse(text) as { fault?: { detail: { errorcode: string } } };
  assert.ok(fault, text);
  return [status, fault.detail.errorcode];
}
