import type { BulkCompany, BulkMember, BulkOwner, BulkRecord } from '../../domain/bulk-record.ts';
import { CommandRefusal } from '../failure.ts';
import type { Walk } from './api.ts';
import { SourceRefusal } from './client.ts';
import { readApp, readCompany, readDeveloper, type SourceApp } from './entity.ts';
import { mapInOrder } from './gate.ts';
import { answerOf, Reader } from './member.ts';
import { readProduct, readRatePlan } from './product.ts';

/** The attribute in which clients of X keep the members of an app group (compat/x.md §1.1). */
const memberAttribute = '__apigee_reserved__developer_details';

/**
 * Everything of an X organization, each record after those that it names. Apps come from their owners: the list of the
 * organization leaves out what is not approved (compat/x.md §1.5), and does not tell the family of an app.
 */
export async function* walkX(walk: Walk): AsyncIterable<BulkRecord> {
  const { api } = walk;
  for await (const product of api.products()) yield readProduct(product);
  yield* walkRatePlans(walk);
  const developers: string[] = [];
  for await (const entry of api.developers()) {
    const developer = readDeveloper(entry);
    developers.push(developer.email);
    yield developer;
  }
  const groups: string[] = [];
  const known = new Set(developers);
  for await (const entry of api.appGroups()) {
    const group = readGroup(walk, entry, known);
    groups.push(group.name);
    yield group;
  }
  yield* walkApps(
    walk,
    developers.map((developer) => ({ developer })),
  );
  yield* walkApps(
    walk,
    groups.map((company) => ({ company })),
  );
}

/** An organization that does not charge may refuse to speak of rate plans. */
async function* walkRatePlans({ api, warn }: Walk): AsyncIterable<BulkRecord> {
  try {
    for await (const plan of api.ratePlans()) yield readRatePlan(plan);
  } catch (error) {
    if (!(error instanceof SourceRefusal) || error.status === 401) throw error;
    warn(`rate plans are left out: ${error.message}`);
  }
}

async function* walkApps(walk: Walk, owners: readonly BulkOwner[]): AsyncIterable<BulkRecord> {
  const loaded = mapInOrder(iterate(owners), walk.ahead, (owner) => loadApps(walk, owner));
  for await (const apps of loaded) {
    for (const { app, credentials } of apps) {
      yield app;
      yield* credentials;
    }
  }
}

async function* iterate<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

async function loadApps({ api }: Walk, owner: BulkOwner): Promise<SourceApp[]> {
  const entries = 'developer' in owner ? api.ownerApps('developers', owner.developer) : api.appGroupApps(owner.company);
  const path = 'developer' in owner ? ['developers', owner.developer] : ['appgroups', owner.company];
  const apps: SourceApp[] = [];
  for await (const entry of entries) {
    // A list that shows apps without keys, as one does that has not heard `expand`, would lose them.
    const whole = entry.has('credentials') ? entry : await api.getApp(path, entry.text('name'));
    apps.push(readApp(whole, owner));
  }
  return apps;
}

/** A member whom the source does not have is left out with a word: there the attribute is a text that nobody checks. */
function readGroup({ warn }: Walk, entry: Reader, known: ReadonlySet<string>): BulkCompany {
  const { attributes = [], ...group } = readCompany(entry);
  const value = attributes.find(({ name }) => name === memberAttribute)?.value;
  const named = value === undefined || value.trim() === '' ? [] : parseMembers(value, group.name);
  const members = named.filter(({ developer }) => known.has(developer));
  if (members.length < named.length) {
    warn(
      `app group ${group.name} names ${named.length - members.length} members who are no developers: they are left out`,
    );
  }
  return { ...group, attributes: attributes.filter(({ name }) => name !== memberAttribute), members };
}

/** `[{"developer":"ann@example.com","roles":["admin"]}]`, as it is or in base64 (compat/x.md §1.1). */
function parseMembers(value: string, group: string): BulkMember[] {
  const list = readJson(value) ?? readJson(Buffer.from(value, 'base64').toString('utf8'));
  if (!Array.isArray(list)) {
    throw new CommandRefusal(`The source's app group ${group} has a ${memberAttribute} that is no list of members`);
  }
  return list.map((each) => {
    const member = new Reader(each, answerOf(`member of app group ${group}`));
    const developer = member.optionalText('developer') ?? member.text('developerId');
    return { developer: developer.toLowerCase(), roles: member.texts('roles') };
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
