import assert from 'node:assert/strict';
import type { Plane } from '../../../src/operations/plane.ts';
import type { Send } from '../model/run.ts';
import { type readApp, readTold } from './answer.ts';
import type { AppCommand } from './command.ts';
import { AppModel } from './model.ts';
import { toRequest } from './request.ts';

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

const nouns: ReadonlySet<string> = new Set(['app', 'credential', 'company']);

/** Versions of what is there, as rows have them and as the feed tells. */
async function checkFeed(model: AppModel, { plane, organization }: RunParts, before: number): Promise<void> {
  const changes = (await plane.store.feed.after(before, 10_000)).filter(
    ({ organizationId, noun }) => organizationId === organization.id && nouns.has(noun),
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
  for (const { name, version, members } of model.companies()) {
    const company = await plane.store.companies.findByName(organization.id, name.toLowerCase());
    assert.ok(company, 'a company that is there is found');
    assert.equal(company.version, version, 'version of a company');
    assert.equal(byEntity.get(company.id)?.at(-1)?.version, version, 'last change of a company');
    // Edge's answers show none of X's roles, nor X's Edge's: here lies what both were told.
    const listed = await plane.store.companies.listMembers(company.id);
    assert.deepEqual(new Map(listed.map(({ email, roles }) => [email, roles])), members, 'members of a company');
  }
}
