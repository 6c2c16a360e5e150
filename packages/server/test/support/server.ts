import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config/config.ts';
import type { RawSettings } from '../../src/config/setting.ts';
import type { Account } from '../../src/domain/account.ts';
import { type Dialect, dialectRules } from '../../src/domain/dialect.ts';
import { createAccount } from '../../src/operations/account.ts';
import { openCall, type Place } from '../../src/operations/call.ts';
import { createEffects } from '../../src/operations/effect.ts';
import { createOrganization } from '../../src/operations/organization.ts';
import type { Plane } from '../../src/operations/plane.ts';
import { addMember } from '../../src/operations/role-member.ts';
import { createLogger, startServer } from '../../src/serve.ts';
import type { SqlService } from '../../src/serve-sql.ts';
import { explainStatements } from '../../src/store/explain.ts';
import { type CheckedAnswer, openConformance } from './conformance.ts';

export interface TestServerOptions {
  /** Absent: SQLite in the server's own directory. */
  readonly store?: 'sqlite' | { readonly postgres: string } | undefined;
  /** Any other setting, by the name that the code knows it under. */
  readonly settings?: RawSettings | undefined;
}

export interface TestRequest {
  /** The Authorization header; absent: the administrator's; null: none. */
  readonly auth?: string | null | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as application/xml. */
  readonly xml?: string | undefined;
  /** Sent as an HTML form. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** Sent as it is, under `type`. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly type?: string | undefined;
  readonly accept?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. The type is the caller's word. */
  json<T = unknown>(): T;
}

/** A whole server in this process, on a real socket and a store of its own. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Of the runtime listener. */
  readonly runtimeUrl: string;
  /** Ports of listeners that speak something else than HTTP, where settings ask for them. */
  readonly ports: Readonly<Record<'spoe' | 'envoy' | 'sql', number | undefined>>;
  readonly plane: Plane;
  /** Opens sessions of SQL. */
  readonly sql: Pick<SqlService, 'openSession'>;
  /** Basic credentials of the first account, a sysadmin: {@link adminEmail}. */
  readonly adminAuth: string;
  /**
   * Sends a request and checks the answer against the OpenAPI document of the dialect that answered: a status that
   * the document does not have, a body that does not fit, and every 500 fail the test.
   * @param path from the root, with query, encoded as it shall go over the wire
   */
  request(method: string, path: string, request?: TestRequest): Promise<TestResponse>;
  /** Makes an organization with environments test and prod. For tests that want one of their own. */
  makeOrganization(name: string, dialect?: Dialect): Promise<void>;
  /** Makes an account with these roles; resolves to its Basic credentials. */
  makeAccount(email: string, roles?: readonly HeldRole[]): Promise<string>;
  close(): Promise<void>;
}

export interface HeldRole {
  readonly organization: string;
  readonly role: string;
}

export const adminEmail = 'admin@example.com';
/** Of every account that a test server has from its start, or that `makeAccount` makes. */
export const testPassword = 'correct horse battery';

export function basicAuth(email: string): string {
  return `Basic ${Buffer.from(`${email}:${testPassword}`).toString('base64')}`;
}

/** Statements that read a whole table, and should: a backup counts its rows first. */
const mayScan = /^archive\.count-/;

/**
 * Starts a server as `claviger serve` does, with organization `myorg` of the Edge dialect. The first in a process
 * takes about half a second, each further one about 200 ms; where tests do not disturb each other, share one per file
 * and give each test an organization of its own.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const data = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  const config = parseConfig({
    listen: '127.0.0.1:0',
    runtimeListen: '127.0.0.1:0',
    sqlListen: 'off',
    data,
    adminEmail,
    adminPassword: testPassword,
    ...(typeof options.store === 'object' ? { store: options.store.postgres } : undefined),
    ...options.settings,
  });
  const explainer = explainStatements();
  // The store takes a watch beside its place.
  const store = { ...config.store, watch: explainer.watch };
  const started = await startServer({ ...config, store }, createLogger('error'));
  const { plane, url, runtimeUrl = '', protocols, sql, close: stop } = started;
  const admin = await requireAccount(plane, adminEmail);
  const check = openConformance({ url, findDialect: (name) => findDialect(plane, name) });
  const close = async () => {
    await stop();
    await rm(data, { recursive: true, force: true });
    const scans = explainer.scans().filter((scan) => !mayScan.test(scan));
    assert.deepEqual(scans, [], 'statements that walk no index');
  };
  return {
    url,
    runtimeUrl,
    ports: { spoe: protocols.spoe?.port, envoy: protocols.envoy?.port, sql: protocols.sql?.port },
    plane,
    sql,
    adminAuth: basicAuth(adminEmail),
    async request(method, path, request = {}) {
      const answer = await send(`${url}${path}`, method, request);
      await check(answer);
      return answer;
    },
    async makeOrganization(name, dialect = 'edge') {
      await createOrganization(plane, callOf(admin), { name, dialect });
    },
    makeAccount: (email, roles = []) => makeAccount(plane, { admin, email, roles }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function send(url: string, method: string, request: TestRequest): Promise<TestResponse & CheckedAnswer> {
  const { body, type } = bodyOf(request);
  const headers = new Headers(request.headers);
  if (request.auth !== null) headers.set('authorization', request.auth ?? basicAuth(adminEmail));
  if (request.accept !== undefined) headers.set('accept', request.accept);
  if (type !== undefined) headers.set('content-type', type);
  // Bytes, since fetch adds a media type of its own to a text.
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const response = await fetch(url, { method, headers, body: bytes ?? null, redirect: 'manual' });
  const text = await response.text();
  return {
    url,
    method,
    status: response.status,
    headers: response.headers,
    text,
    json: <T>() => JSON.parse(text) as T,
  };
}

function bodyOf({ json, xml, form, body, type }: TestRequest): Pick<TestRequest, 'body' | 'type'> {
  if (json !== undefined) return { body: JSON.stringify(json), type: type ?? 'application/json' };
  if (xml !== undefined) return { body: xml, type: type ?? 'application/xml' };
  if (form !== undefined) {
    return { body: new URLSearchParams(form).toString(), type: type ?? 'application/x-www-form-urlencoded' };
  }
  return { body, type };
}

function callOf(account: Account) {
  return {
    account,
    request: { id: 'test', uri: '/test', operation: 'CREATE', responseCode: 201 },
    effects: createEffects(),
  } as const;
}

async function makeAccount(
  plane: Plane,
  { admin, email, roles }: { readonly admin: Account; readonly email: string; readonly roles: readonly HeldRole[] },
): Promise<string> {
  await createAccount(plane, callOf(admin), { email, firstName: 'Test', lastName: 'Account', password: testPassword });
  for (const { organization, role } of roles) {
    const call = await openCall(plane, callOf(admin), await placeOf(plane, organization));
    await addMember(plane, call, { role, email });
  }
  return basicAuth(email);
}

async function placeOf(plane: Plane, name: string): Promise<Place> {
  return { name, rules: dialectRules[(await findDialect(plane, name)) ?? 'edge'] };
}

async function findDialect(plane: Plane, name: string): Promise<Dialect | undefined> {
  return (await plane.store.organizations.findByName(name))?.dialect;
}

async function requireAccount(plane: Plane, email: string): Promise<Account> {
  const account = await plane.store.accounts.findByEmail(email);
  assert.ok(account, `no account ${email}`);
  return account;
}
