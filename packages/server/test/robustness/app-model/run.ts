import assert from 'node:assert/strict';
import type { Plane } from '../../../src/operations/plane.ts';
import type { Send } from '../model/run.ts';
import type { ClientAnswer, ClientRequest } from '../support/client.ts';
import type { AppCommand, Attribute, Where, WhichKey } from './command.ts';
import { AppModel, type Told } from './model.ts';

interface RunParts {
  readonly plane: Plane;
  readonly organization: { readonly id: string; readonly name: string };
  readonly send: Send;
}

/** Gives the commands to the server and to the model, one after another; throws where they answer differently. */
export async function runAppCommands(commands: readonly AppCommand[], parts: RunParts): Promise<void> {
  const { plane, organization, send } = parts;
  const model = new AppModel();
  const before = (await plane.store.feed.head()).last;
  for (const command of commands) {
    const request = toRequest(command, model, organization.name);
    const expected = model.apply(command);
    const answer = await send(request);
    const told = readTold(command, answer);
    // A key that the server chose is the only one of the model's that has no text; the newest comes first.
    const [chosen] = [...model.live()].filter(({ key }) => key.text === '');
    if (chosen !== undefined && expected.status === told.status) {
      chosen.key.text = (told.body as ReturnType<typeof readApp>).keys[0]?.key ?? '';
      const shown = expected.body as { keys: { key: string }[] };
      if (shown.keys[0] !== undefined) shown.keys[0].key = chosen.key.text;
    }
    // What a generator made has no prototype.
    assert.deepEqual(
      told,
      JSON.parse(JSON.stringify(expected)),
      `${request.method} ${request.path} ${JSON.stringify(request.body)}`,
    );
  }
  await checkFeed(model, parts, before);
}

function toRequest(command: AppCommand, model: AppModel, organization: string): ClientRequest {
  const root = `/${command.view}/v1/organizations/${organization}`;
  switch (command.verb) {
    case 'lookup': {
      const path = `/claviger/v1/organizations/${organization}/credentials/lookup`;
      return { method: 'POST', path, body: { consumerKey: model.spell(command.key) } };
    }
    case 'make-product': {
      const { product: name } = command;
      const body = { name, displayName: name, approvalType: name === 'manual' ? 'manual' : 'auto' };
      return { method: 'POST', path: `${root}/apiproducts`, body };
    }
    case 'delete-product':
      return { method: 'DELETE', path: `${root}/apiproducts/${command.product}` };
    case 'make-developer': {
      const body = { email: command.developer, firstName: 'A', lastName: 'B', userName: 'ab' };
      return { method: 'POST', path: `${root}/developers`, body };
    }
    case 'delete-developer':
      return { method: 'DELETE', path: `${root}/developers/${command.developer}` };
    case 'set-developer':
      return { method: 'POST', path: `${root}/developers/${command.developer}?action=${command.action}` };
    case 'list-apps':
      return { method: 'GET', path: `${root}/developers/${command.developer}/apps` };
    default:
      return toAppRequest(command, model, root);
  }
}

type OnApp = Extract<AppCommand, { where: Where }>;

function toAppRequest(command: OnApp, model: AppModel, root: string): ClientRequest {
  const { where } = command;
  const apps = `${root}/developers/${where.developer}/apps`;
  const app = `${apps}/${where.app}`;
  if ('which' in command) return toKeyRequest(command, `${app}/keys/${model.spell(command.which, where)}`);
  if (command.verb === 'create-app' || command.verb === 'update-app') {
    const { products: apiProducts, attributes, callbackUrl } = command;
    const body = { name: where.app, apiProducts, attributes, callbackUrl };
    return command.verb === 'create-app' ? { method: 'POST', path: apps, body } : { method: 'PUT', path: app, body };
  }
  if (command.verb === 'get-app') return { method: 'GET', path: app };
  if (command.verb === 'delete-app') return { method: 'DELETE', path: app };
  if (command.verb === 'set-app') return { method: 'POST', path: `${app}?action=${command.action}` };
  if (command.verb === 'import-key') {
    return { method: 'POST', path: `${app}/keys/create`, body: { consumerKey: command.key, consumerSecret: 's' } };
  }
  throw new Error(`no call for ${command.verb}`);
}

function toKeyRequest(command: Extract<AppCommand, { which: WhichKey }>, key: string): ClientRequest {
  switch (command.verb) {
    case 'get-key':
      return { method: 'GET', path: key };
    case 'delete-key':
      return { method: 'DELETE', path: key };
    case 'set-key':
      return { method: 'POST', path: `${key}?action=${command.action}` };
    case 'update-key': {
      const { products: apiProducts, attributes, method } = command;
      return { method, path: key, body: { apiProducts, attributes } };
    }
    case 'set-key-product':
      return { method: 'POST', path: `${key}/apiproducts/${command.product}?action=${command.action}` };
    case 'remove-key-product':
      return { method: 'DELETE', path: `${key}/apiproducts/${command.product}` };
  }
}

/** The answer in the model's words. Bytes and order of members are what the wire tests look at. */
function readTold(command: AppCommand, { status, text }: ClientAnswer): Told {
  if (status === 204) return { status };
  const body = JSON.parse(text) as Record<string, unknown>;
  if (command.verb === 'lookup') {
    return status === 404 ? { status } : { status, body: body['reason'] ?? 'works' };
  }
  if (status >= 400) return { status, code: readCode(command, body) };
  if (command.verb === 'list-apps') return { status, body: readNames(body) };
  if ('consumerKey' in body) return { status, body: readKey(body as unknown as ShownKey) };
  return 'appId' in body ? { status, body: readApp(body as unknown as ShownApp) } : { status };
}

function readCode({ view }: AppCommand, body: object): string {
  if (view === 'edge') return (body as { code: string }).code;
  const { error } = body as { error: { details: { violations?: { type: string }[] }[] } };
  return error.details[0]?.violations?.[0]?.type ?? '';
}

function readNames(body: object): string[] {
  if (Array.isArray(body)) return body as string[];
  return ((body as { app?: { appId: string }[] }).app ?? []).map(({ appId }) => appId);
}

interface ShownKey {
  readonly consumerKey: string;
  readonly status: string;
  readonly apiProducts?: readonly object[];
  readonly attributes?: readonly Attribute[];
}

interface ShownApp {
  readonly name: string;
  readonly status: string;
  readonly callbackUrl?: string;
  readonly attributes?: readonly Attribute[];
  readonly credentials?: readonly ShownKey[];
}

/** X leaves out what is empty. */
function readKey({ consumerKey, status, apiProducts = [], attributes = [] }: ShownKey) {
  return { key: consumerKey, status, products: apiProducts, attributes };
}

function readApp({ name, status, callbackUrl, attributes = [], credentials = [] }: ShownApp) {
  return { name, status, callbackUrl: callbackUrl ?? null, attributes, keys: credentials.map(readKey) };
}

/** Versions of what is there, as rows have them and as the feed tells. */
async function checkFeed(model: AppModel, { plane, organization }: RunParts, before: number): Promise<void> {
  const changes = (await plane.store.feed.after(before, 10_000)).filter(
    ({ organizationId, noun }) => organizationId === organization.id && (noun === 'app' || noun === 'credential'),
  );
  const byEntity = Map.groupBy(changes, ({ entityId }) => entityId);
  for (const [id, own] of byEntity) {
    const puts = own.filter(({ kind }) => kind === 'put').map(({ version }) => version);
    assert.deepEqual(
      puts,
      puts.map((_, at) => at + 1),
      `versions of ${own[0]?.noun} ${id}`,
    );
  }
  for (const { key, app } of model.live()) {
    const credential = await plane.store.credentials.findByKey(organization.id, key.text);
    assert.ok(credential, 'a key that is there is found');
    assert.equal(credential.version, key.version, 'version of a key');
    assert.equal(byEntity.get(credential.id)?.at(-1)?.version, key.version, 'last change of a key');
    assert.equal((await plane.store.apps.find(organization.id, credential.appId))?.version, app.version, 'of an app');
    assert.equal(byEntity.get(credential.appId)?.at(-1)?.version, app.version, 'last change of an app');
  }
}
