import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { faults, type RefusalReason, removeParameter } from '@claviger/verify';
import type { RawSettings } from '../../src/config/setting.ts';
import { type ConformancePlane, type Identity, identities, keys, openConformancePlane } from './content.ts';
import { type Row, type Setup, setups, spoofed } from './row.ts';
import { table } from './table.ts';
import type { Handed } from './upstream.ts';

/** A gateway, or whatever else verifies keys, as the table asks it. */
export interface Driver {
  readonly name: string;
  /** Needs a program that is not ours: run by `npm run test:gateways` alone. */
  readonly foreign: boolean;
  /** Why it can't be run on this machine; undefined: it can. */
  installed(): string | undefined;
  /** What the server has to be told besides, as the address of a listener. */
  readonly settings?: RawSettings;
  /** Ways to set it up that it does not have, and why. */
  readonly withoutSetups?: Readonly<Partial<Record<Setup, string>>>;
  /** Rows that can't hold at it, by name, and why. Each is a line in LIMITATIONS. */
  readonly withoutRows?: Readonly<Record<string, string>>;
  /** Starts it in front of an API, or by itself. */
  start(plane: ConformancePlane): Promise<Door>;
}

/** Where the table's calls arrive. */
export interface Door {
  ask(row: Row): Promise<Outcome>;
  close(): Promise<void>;
}

export interface Outcome {
  /** What the client is answered. Where nobody answers a client: 200, or the fault's. */
  readonly status: number;
  /** `allowed` or a reason, where the answer tells it. Undefined of a refusal: the gateway never asked. */
  readonly reason?: string | undefined;
  /** Code of Apigee's fault in the body, where there is one. */
  readonly faultCode?: string | undefined;
  /** Who calls, as the gateway was told, decoded. */
  readonly identity?: Identity | undefined;
  /** Calls that reached the API behind it; undefined: there is none. */
  readonly handed?: readonly Handed[] | undefined;
}

/** Defines a test for each row of the table and each driver, all over one plane. */
export function testConformance(drivers: readonly Driver[]): void {
  const able = drivers.filter((driver) => findHindrance(driver) === false);
  let plane: ConformancePlane;
  before(async () => {
    if (able.length === 0) return;
    plane = await openConformancePlane(Object.assign({}, ...able.map(({ settings }) => settings)));
  });
  after(() => plane?.[Symbol.asyncDispose]());

  for (const driver of drivers) {
    describe(`the conformance table through ${driver.name}`, { skip: findHindrance(driver) }, () => {
      let door: Door;
      before(async () => {
        door = await driver.start(plane);
      });
      after(() => door?.close());
      testRows(driver, (row) => door.ask(row));
    });
  }
}

function testRows(driver: Driver, ask: Door['ask']): void {
  it('leaves out rows that exist alone', () => {
    const names = new Set(table.map(({ name }) => name));
    assert.equal(names.size, table.length, 'two rows have one name');
    for (const name of Object.keys(driver.withoutRows ?? {})) assert.ok(names.has(name), name);
  });
  for (const row of table) {
    const skip = driver.withoutSetups?.[row.setup] ?? driver.withoutRows?.[row.name] ?? false;
    it(`${row.name}: ${row.verdict}`, { skip }, async () => checkOutcome(row, await ask(row)));
  }
}

/** Why its tests are left out, or that they must not be. */
export function findHindrance(driver: Driver): string | false {
  const wish = process.env['CLAVIGER_GATEWAYS'];
  if (driver.foreign && wish === undefined) return 'needs a foreign gateway: npm run test:gateways';
  const missing = driver.installed();
  if (missing === undefined || wish === 'required') return false;
  return `NOT INSTALLED: ${missing}`;
}

/** Holds what a gateway did against the row. */
export function checkOutcome(row: Row, outcome: Outcome): void {
  const told = JSON.stringify(outcome);
  if (row.verdict === 'allowed') {
    if (row.mayRefuse && isOwnRefusal(outcome)) return;
    checkAllowed(row, outcome);
    return;
  }
  assert.ok(outcome.handed === undefined || outcome.handed.length === 0, `the API was called: ${told}`);
  assert.equal(outcome.identity, undefined, 'a refusal names nobody');
  if (row.mayRefuse && isOwnRefusal(outcome)) return;
  const { status, code } = faults[row.verdict];
  assert.deepEqual([outcome.reason, outcome.status], [row.verdict, status], told);
  if (row.request.method !== 'HEAD') assert.equal(outcome.faultCode, code, told);
}

function isOwnRefusal({ status, reason }: Outcome): boolean {
  return reason === undefined && (status === 0 || (status >= 400 && status < 500));
}

function checkAllowed(row: Row, outcome: Outcome): void {
  const told = JSON.stringify(outcome);
  assert.equal(outcome.status, 200, told);
  assert.ok(outcome.reason === undefined || outcome.reason === 'allowed', told);
  const { app, developer, company, product } = outcome.identity ?? { app: 'nobody' };
  const wanted = identities[row.caller ?? 'gold'];
  assert.deepEqual(
    [app, developer, company, product],
    [wanted?.app, wanted?.developer, wanted?.company, wanted?.product],
    told,
  );
  if (outcome.handed !== undefined) checkHanded(row, outcome.handed);
}

/** Names that only the gateway may set, as the API reads them: `_` for `-`, in any letters. */
const ofGateway = /^x-claviger-/;
const overrides = /^x-(?:http-method|http-method-override|method-override|original-url|rewrite-url)$/;

/** The API was called once, as the client called it: without the key, and without what the client says of itself. */
function checkHanded({ request, setup, kept, caller }: Row, handed: readonly Handed[]): void {
  const [call, ...more] = handed;
  assert.ok(call !== undefined && more.length === 0, `the API was called ${handed.length} times`);
  const { passKey, keys: sources } = setups[setup];
  const parameters = passKey ? [] : sources.flatMap((each) => (each.kind === 'query' ? [each.name] : []));
  assert.deepEqual([call.method, call.target], [request.method, parameters.reduce(removeParameter, request.target)]);
  assert.equal(call.body, request.body);
  const text = JSON.stringify(call);
  assert.ok(!text.includes(spoofed), `the API is told what the client says of itself: ${text}`);
  assert.ok(!text.includes('clv_runtime_'), 'the API is handed the credential of the gateway');
  assert.equal(text.includes(keys[caller ?? 'gold']), passKey, `the key: ${text}`);
  const names = call.headers.map(([name]) => name.toLowerCase().replaceAll('_', '-'));
  for (const name of names.filter((each) => ofGateway.test(each))) {
    assert.equal(names.filter((each) => each === name).length, 1, `${name} came twice: ${text}`);
  }
  assert.deepEqual(
    names.filter((each) => overrides.test(each)),
    [],
  );
  for (const name of kept) {
    const values = (headers: readonly (readonly [string, string])[]) =>
      headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
    assert.deepEqual(values(call.headers), values(request.headers), name);
  }
}

/** Of an answer in Apigee's form. */
export function readFaultCode(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { fault?: { detail?: { errorcode?: string } } }).fault?.detail?.errorcode;
  } catch {
    return undefined;
  }
}

/** The reason that a fault stands for, where it stands for one alone; else the wanted one, where that is among them. */
export function reasonOfFault(code: string | undefined, wanted: Row['verdict']): RefusalReason | undefined {
  const reasons = (Object.keys(faults) as RefusalReason[]).filter((each) => faults[each].code === code);
  return reasons.find((each) => each === wanted) ?? reasons[0];
}
