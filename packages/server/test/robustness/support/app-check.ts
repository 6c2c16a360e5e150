import { isDeepStrictEqual } from 'node:util';
import { appName, isCompany } from './app-state.ts';
import { Client } from './client.ts';
import { appGroupPath, readCompanyState } from './company-state.ts';
import type { ChangeRow, Image, VersionedRow } from './image.ts';
import type { AppSlot, Ledger } from './ledger.ts';
import { adminAuthorization } from './server-process.ts';
import type { AppState, KeyState, Tree } from './tree.ts';

const collection = '/edge/v1/organizations/myorg/developers';

/** What the server tells now of each slot, by owner: keys and secrets lie encrypted in the store, so it is asked. */
export async function readTrees(url: string, owners: readonly string[]): Promise<Map<string, Tree>> {
  const client = new Client(url, { authorization: adminAuthorization, connections: 8 });
  try {
    const trees = await Promise.all(owners.map(async (owner) => [owner, await readTree(client, owner)] as const));
    return new Map(trees);
  } finally {
    client.close();
  }
}

interface ShownApp {
  readonly appId: string;
  readonly status: string;
  readonly callbackUrl: string;
  readonly attributes: AppState['attributes'];
  /** Absent on X where there are none, as are the other lists. */
  readonly credentials?: readonly {
    readonly consumerKey: string;
    readonly consumerSecret: string;
    readonly status: string;

    readonly apiProducts?: KeyState['products'];
  }[];
}

async function readTree(client: Client, owner: string): Promise<Tree> {
  if (isCompany(owner)) return readCompany(client, `${appGroupPath}/${owner}`);
  const developer = await client.send({ method: 'GET', path: `${collection}/${owner}` });
  if (developer.status === 404) return undefined;
  const { apps } = JSON.parse(developer.text) as { apps: string[] };
  return { app: apps.length === 0 ? undefined : await readApp(client, `${collection}/${owner}`) };
}

async function readCompany(client: Client, path: string): Promise<Tree> {
  const { status, text } = await client.send({ method: 'GET', path });
  return status === 404 ? undefined : { company: readCompanyState(text), app: await readApp(client, path) };
}

async function readApp(client: Client, owner: string): Promise<AppState | undefined> {
  const answer = await client.send({ method: 'GET', path: `${owner}/apps/${appName}` });
  if (answer.status === 404) return undefined;
  const app = JSON.parse(answer.text) as ShownApp;
  const { status, callbackUrl, attributes } = app;
  const keys = (app.credentials ?? []).map((each) => ({
    key: each.consumerKey,
    secret: each.consumerSecret,
    status: each.status,
    products: each.apiProducts ?? [],
  }));
  return { id: app.appId, status, callbackUrl, attributes, keys };
}

/**
 * Every acknowledged call on apps and keys is there; one that was not answered is there whole, or not at all.
 * Notes on each slot whether its unanswered call was done.
 */
export function checkTrees(found: ReadonlyMap<string, Tree>, ledger: Ledger): string[] {
  const findings: string[] = [];
  for (const [owner, tree] of found) {
    const slot = ledger.appSlots.get(owner);
    if (slot !== undefined) checkTree(slot, tree, findings);
  }
  return findings;
}

function checkTree(slot: AppSlot, found: Tree, findings: string[]): void {
  const possible = slot.unanswered;
  const done = possible !== undefined && isDeepStrictEqual(fillUnknown(possible.tree, found), found);
  if (possible !== undefined) possible.done = done;
  if (done || isDeepStrictEqual(slot.tree, found)) return;
  const told = `acknowledged ${JSON.stringify(slot.tree)}, possible ${JSON.stringify(possible?.tree)}`;
  findings.push(`${slot.owner}: found ${JSON.stringify(found)}, ${told}`);
}

/** What the server chose, and nobody was told. */
function fillUnknown(expected: Tree, found: Tree): Tree {
  if (expected?.app === undefined || found?.app === undefined) return expected;
  const keys = expected.app.keys.map((each, at) => ({
    ...each,
    key: each.key ?? found.app?.keys[at]?.key,
    secret: each.secret ?? found.app?.keys[at]?.secret,
  }));
  return { ...expected, app: { ...expected.app, id: expected.app.id ?? found.app.id, keys } };
}

/** Rows of apps, keys and companies, change log and audit tell one story. After `checkTrees`, which learns what was done. */
export function checkAppImage(image: Image, ledger: Ledger): string[] {
  const findings: string[] = [];
  const lostApps = checkRows('app', image.apps, image.changes, findings);
  for (const id of lostApps) if (!ledger.appsGone.has(id)) findings.push(`app ${id}: its row is lost`);
  checkRows('credential', image.credentials, image.changes, findings);
  const lostCompanies = checkRows('company', image.companies, image.changes, findings);
  for (const id of lostCompanies) findings.push(`company ${id}: its row is lost`);
  const counts = new Map<string, number>();
  for (const { request_id, resource } of image.audit) {
    if (/^\/companies|^\/developers\/[^/]+\/apps/.test(resource))
      counts.set(request_id, (counts.get(request_id) ?? 0) + 1);
  }
  for (const [id, count] of counts) if (count > 1) findings.push(`${count} audit entries of request ${id}`);
  for (const id of ledger.appsAcknowledged) if (!counts.has(id)) findings.push(`no audit entry of request ${id}`);
  const told = ledger.appsAcknowledged.size + countDone(ledger, true);
  if (counts.size !== told) findings.push(`${counts.size} audit entries of apps, ${told} calls that were done`);
  return findings;
}

/** Unanswered calls that were done after all: on apps and keys, or on their developers. */
export function countDone(ledger: Ledger, ofApps: boolean): number {
  const unanswered = [...ledger.appSlots.values()].flatMap((slot) => slot.unanswered ?? []);
  return unanswered.filter((each) => each.done === true && each.ofApps === ofApps).length;
}

/** Returns those whose last change is no deletion, and that have no row: what hung on a deleted owner. */
function checkRows(
  noun: string,
  rows: readonly VersionedRow[],
  changes: readonly ChangeRow[],
  findings: string[],
): string[] {
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  const byEntity = Map.groupBy(
    changes.filter((change) => change.noun === noun),
    ({ entity_id }) => entity_id,
  );
  const without: string[] = [];
  for (const [id, own] of byEntity) {
    const deleted = own.at(-1)?.kind === 'delete';
    const puts = deleted ? own.slice(0, -1) : own;
    const inOrder = puts.every(({ kind, version }, at) => kind === 'put' && version === at + 1);
    if (!inOrder || own.at(-1)?.version !== puts.length) findings.push(`${noun} ${id}: changes ${JSON.stringify(own)}`);
    const version = versions.get(id);
    if (deleted && version !== undefined) findings.push(`${noun} ${id}: deleted, yet it has a row`);
    if (!deleted && version === undefined) without.push(id);
    if (!deleted && version !== undefined && version !== puts.length) {
      findings.push(`${noun} ${id}: version ${version}, last change ${puts.length}`);
    }
  }
  for (const { id } of rows) if (!byEntity.has(id)) findings.push(`${noun} ${id}: a row without a change`);
  return without;
}
