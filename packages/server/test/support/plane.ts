import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { createDigests } from '../../src/adapters/digest.ts';
import { createGatewaySigner } from '../../src/adapters/gateway-signer.ts';
import { createPasswords } from '../../src/adapters/password.ts';
import { systemRandom } from '../../src/adapters/random.ts';
import { loadSigningKey } from '../../src/adapters/signing-key.ts';
import { createTokens } from '../../src/adapters/token.ts';
import type { Account } from '../../src/domain/account.ts';
import { dialectRules } from '../../src/domain/dialect.ts';
import { type AccountDraft, createAccount, findAccount } from '../../src/operations/account.ts';
import { withoutSecrets } from '../../src/operations/authentication.ts';
import { type AccountCall, type Call, openCall, type RequestFacts } from '../../src/operations/call.ts';
import { createEffects } from '../../src/operations/effect.ts';
import { ensureFirstAccount } from '../../src/operations/first-account.ts';
import { createOrganization } from '../../src/operations/organization.ts';
import type { Plane } from '../../src/operations/plane.ts';
import { SignInMemory } from '../../src/operations/sign-in.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Exporter } from '../../src/ports/exporter.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Passwords } from '../../src/ports/password.ts';
import type { Store } from '../../src/ports/store.ts';
import type { ForeignTokens } from '../../src/ports/token.ts';
import { Acknowledger } from '../../src/runtime/acknowledgement.ts';
import type { ExportThreadData } from '../../src/serve-export.ts';
import { ExportThread } from '../../src/store/export/thread.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { testMasterKey, testVault } from './vault.ts';

/** Stands still at the moment it was made until a test moves it on. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

/** A plane of real parts on a SQLite store in a directory of its own. */
export interface TestPlane {
  readonly plane: Plane;
  readonly clock: TestClock;
  /** How many full password hashes were computed. */
  readonly hashes: { hash: number; verify: number };
  /** What was logged, as JSON lines. */
  readonly logLines: readonly string[];
  readonly directory: string;
  /** The first account, a sysadmin with the password {@link adminPassword}. */
  readonly admin: Account;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestPlaneOptions {
  /** Another store than a SQLite file of its own; with an administrator in it or none. */
  readonly openStore?: (parts: { readonly clock: Clock; readonly log: Log }) => Promise<Store>;
  readonly foreignTokens?: (parts: { readonly clock: Clock; readonly log: Log }) => ForeignTokens;
}

export const adminPassword = 'correct horse battery';
export const publicUrl = 'http://127.0.0.1:8080';

export function createTestClock(): TestClock {
  const now = systemClock.now();
  const monotonic = Math.round(systemClock.monotonic());
  let ahead = 0;
  return {
    now: () => now + ahead,
    monotonic: () => monotonic + ahead,
    advance(milliseconds) {
      ahead += milliseconds;
    },
  };
}

export function createTestLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (facts: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...facts }));
  return { lines, log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') } };
}

/** Use with `await using`. */
export async function openTestPlane(options: TestPlaneOptions = {}): Promise<TestPlane> {
  const directory = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  const clock = createTestClock();
  const { log, lines } = createTestLog();
  const openStore =
    options.openStore ??
    ((parts) => openSqliteStore({ file: join(directory, 'claviger.db'), vault: testVault, ...parts }));
  const store = await openStore({ clock, log });
  const hashes = { hash: 0, verify: 0 };
  const plane: Plane = {
    ...(await makeParts(store, clock, log)),
    exporter: openTestExporter(join(directory, 'claviger.db'), log),
    log,
    passwords: countHashes(await createPasswords(), hashes),
    foreignTokens: options.foreignTokens?.({ clock, log }),
  };
  return {
    plane,
    clock,
    hashes,
    logLines: lines,
    directory,
    admin: await findAdmin(plane),
    async [Symbol.asyncDispose]() {
      await plane.exporter.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The first account; made where another node did not make it already. */
async function findAdmin(plane: Plane): Promise<Account> {
  const email = 'admin@example.com';
  await ensureFirstAccount(plane, { email, password: adminPassword });
  return withoutSecrets(await findAccount(plane.store, email));
}

async function makeParts(
  store: Store,
  clock: Clock,
  log: Log,
): Promise<Omit<Plane, 'log' | 'passwords' | 'foreignTokens' | 'exporter'>> {
  const digests = createDigests();
  const key = await loadSigningKey(store, testVault);
  return {
    store,
    clock,
    random: systemRandom,
    digests,
    tokens: createTokens({ key, publicUrl: () => publicUrl, clock }),
    signIns: new SignInMemory(clock, digests),
    gatewayKeys: createGatewaySigner({ store, vault: testVault, clock, lifetimeSeconds: 60, issuer: () => publicUrl }),
    acknowledgements: new Acknowledger({ leases: store.leases, clock, log, millisecondsMax: 2000 }),
  };
}

/** Of the SQLite store in this file. */
function openTestExporter(file: string, log: Log): Exporter {
  const vault = { masterKey: testMasterKey };
  const workerData: ExportThreadData = { place: { engine: 'sqlite', file }, vault, logLevel: 'silent' };
  return new ExportThread({ entry: new URL('../../src/serve-export.ts', import.meta.url), workerData, log });
}

function countHashes(passwords: Passwords, counts: { hash: number; verify: number }): Passwords {
  return {
    hash(password) {
      counts.hash++;
      return passwords.hash(password);
    },
    makeVerifier: (secret) => passwords.makeVerifier(secret),
    isCurrent: (verifier) => passwords.isCurrent(verifier),
    verify(password, passwordHash) {
      counts.verify++;
      return passwords.verify(password, passwordHash);
    },
  };
}

const facts: RequestFacts = { id: 'test', uri: '/v1/test', operation: 'UPDATE', responseCode: 200 };

export function callAs(account: Account, request: Partial<RequestFacts> = {}): AccountCall {
  return { account, request: { ...facts, ...request }, effects: createEffects() };
}

/** The account at work in an organization. */
export function callIn(plane: Plane, account: Account, organization = 'myorg'): Promise<Call> {
  return openCall(plane, callAs(account), { name: organization, rules: dialectRules.edge });
}

/** Makes an account by the first one. */
export function makeAccount(
  { plane, admin }: TestPlane,
  draft: Partial<AccountDraft> & { email: string },
): Promise<Account> {
  return createAccount(plane, callAs(admin), { firstName: 'Ann', lastName: 'Other', ...draft });
}

/** Makes an organization of the edge dialect by the first account. */
export async function makeOrganization({ plane, admin }: TestPlane, name = 'myorg'): Promise<void> {
  await createOrganization(plane, callAs(admin), { name, dialect: 'edge' });
}

/** For `assert.rejects`: a problem of this code. */
export function problem(code: string): { name: string; code: string } {
  return { name: 'Problem', code };
}
