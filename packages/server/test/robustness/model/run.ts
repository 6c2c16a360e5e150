import assert from 'node:assert/strict';
import type { Plane } from '../../../src/operations/plane.ts';
import type { ClientAnswer, ClientRequest } from '../support/client.ts';
import type { Command, Draft, View } from './command.ts';
import { emailOf, Model } from './model.ts';
import { reduceXError } from './refusal.ts';

export type Send = (request: ClientRequest) => Promise<ClientAnswer>;

export interface RunParts {
  readonly plane: Plane;
  readonly organization: { readonly id: string; readonly name: string };
  readonly send: Send;
}

/** Gives the commands to the server and to the model, one after another; throws where they answer differently. */
export async function runCommands(
  commands: readonly Command[],
  { plane, organization, send }: RunParts,
): Promise<void> {
  const model = new Model(organization.name);
  const before = (await plane.store.feed.head()).last;
  const seen = new Map<string, Times>();
  for (const command of commands) {
    const request = toRequest(command, model);
    const expected = model.apply(command);
    const answer = await send(request);
    const told = readBody(answer, command.view);
    if (command.verb === 'create' && answer.status === expected.status && answer.status < 300) {
      const { email, developerId } = told as { email: string; developerId: string };
      model.learn(email, developerId);
      (expected.body as { developerId: string }).developerId = developerId;
    }
    checkTimes(told, seen);
    // As text, so that the order of members counts.
    const actual = JSON.stringify({ status: answer.status, body: normalize(told) }, undefined, 1);
    const wanted = JSON.stringify({ status: expected.status, body: expected.body }, undefined, 1);
    assert.equal(actual, wanted, `${request.method} ${request.path} ${JSON.stringify(request.body)}`);
  }
  await checkVersions(model, { plane, organizationId: organization.id, before });
}

function toRequest(command: Command, model: Model): ClientRequest {
  const collection = `/${command.view}/v1/organizations/${model.organization}/developers`;
  if (command.verb === 'create') return { method: 'POST', path: collection, body: toBody(command.draft) };
  if (command.verb === 'list') return { method: 'GET', path: `${collection}${toQuery(command.query, model)}` };
  const item = `${collection}/${encodeURIComponent(model.spell(command.who))}`;
  const attributes = `${item}/attributes`;
  switch (command.verb) {
    case 'get':
      return { method: 'GET', path: item };
    case 'update':
      return { method: command.method, path: item, body: toBody(command.draft) };
    case 'set-status':
      return { method: 'POST', path: `${item}?action=${command.action}` };
    case 'delete':
      return { method: 'DELETE', path: item };
    case 'list-attributes':
      return { method: 'GET', path: attributes };
    case 'replace-attributes':
      return { method: 'POST', path: attributes, body: { attribute: command.attributes } };
    case 'get-attribute':
      return { method: 'GET', path: `${attributes}/${encodeURIComponent(command.name)}` };
    case 'set-attribute':
      return {
        method: 'POST',
        path: `${attributes}/${encodeURIComponent(command.name)}`,
        body: { value: command.value },
      };
    case 'delete-attribute':
      return { method: 'DELETE', path: `${attributes}/${encodeURIComponent(command.name)}` };
  }
}

function toBody(draft: Draft): object {
  const { firstName, lastName, userName, attributes, status, unknown } = draft;
  const nickname = unknown === true ? 'unknown to both' : undefined;
  return { email: emailOf(draft), firstName, lastName, userName, attributes, status, nickname };
}

function toQuery(query: Extract<Command, { verb: 'list' }>['query'], model: Model): string {
  const { expand, count, startKey, ids, app, includeCompany } = query;
  const parameters = { expand, count, startKey: startKey && model.spell(startKey), app, includeCompany };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value));
  if (ids !== undefined) search.set('ids', ids.map((who) => model.spell(who)).join(','));
  return search.size === 0 ? '' : `?${search}`;
}

function readBody({ text, status, headers }: ClientAnswer, view: View): unknown {
  if (text === '') return '';
  assert.match(String(headers['content-type']), /^application\/json/, text);
  const body: unknown = JSON.parse(text);
  return view === 'x' && status >= 400 ? reduceXError(body) : body;
}

const times = new Set(['createdAt', 'lastModifiedAt']);

/** Times as the type they have on the wire. */
function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, times.has(name) ? `<${typeof member}>` : normalize(member)]),
  );
}

interface Times {
  readonly createdAt: number;
  readonly lastModifiedAt: number;
}

/** The time of creation stays, that of the last change never runs backwards. */
function checkTimes(told: unknown, seen: Map<string, Times>): void {
  if (typeof told !== 'object' || told === null || !('developerId' in told)) return;
  const { developerId, createdAt, lastModifiedAt } = told as Record<string, unknown>;
  const now = { createdAt: Number(createdAt), lastModifiedAt: Number(lastModifiedAt) };
  const earlier = seen.get(String(developerId));
  assert.equal(now.createdAt, earlier?.createdAt ?? now.createdAt, 'createdAt stays');
  assert.ok(now.lastModifiedAt >= (earlier?.lastModifiedAt ?? now.createdAt), 'lastModifiedAt goes forward');
  seen.set(String(developerId), now);
}

interface Ground {
  readonly plane: Plane;
  readonly organizationId: string;
  /** Sequence before the run. */
  readonly before: number;
}

/** No route shows versions: read from the store, with what the feed says of them. */
async function checkVersions(model: Model, { plane, organizationId, before }: Ground): Promise<void> {
  const expected = new Map([...model.developers.values()].map(({ id, version }) => [id, version]));
  for (const [id, version] of expected) {
    assert.equal((await plane.store.developers.find(organizationId, id))?.version, version, 'version of the row');
  }
  const changes = (await plane.store.feed.after(before, 10_000)).filter(
    (each) => each.organizationId === organizationId,
  );
  const byEntity = Map.groupBy(
    changes.filter(({ noun }) => noun === 'developer'),
    ({ entityId }) => entityId,
  );
  const told = [...byEntity].map(([id, own]) => [id, own.map(({ kind, version }) => `${kind} ${version}`)]);
  const wanted = [...byEntity.keys()].map((id) => [id, expectChanges(expected.get(id), model.ended.get(id))]);
  assert.deepEqual(told, wanted, 'changes in the feed');
  assert.equal(byEntity.size, expected.size + model.ended.size, 'entities in the feed');
}

function expectChanges(alive: number | undefined, ended: number | undefined): string[] {
  const puts = Array.from({ length: alive ?? ended ?? 0 }, (_, at) => `put ${at + 1}`);
  return ended === undefined ? puts : [...puts, `delete ${ended}`];
}
