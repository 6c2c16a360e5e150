import {
  type AttributeDraft,
  addresses,
  type Command,
  type Draft,
  type ListQuery,
  type View,
  type Who,
} from './command.ts';
import { type Expected, expectRefusal, type Refusal } from './refusal.ts';

interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** A developer as the model knows him. */
export interface Known {
  /** Told by the answer that made him. */
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  userName: string | undefined;
  status: 'active' | 'inactive';
  attributes: Attribute[];
  version: number;
}

/** Where the dialects disagree (request/, compat/). */
const rules = {
  edge: { required: ['email', 'firstName', 'lastName'], capitals: true, rename: true, postUpdates: true, created: 201 },
  x: {
    required: ['email', 'firstName', 'lastName', 'userName'],
    capitals: false,
    rename: false,
    postUpdates: false,
    created: 200,
  },
} as const;
const attributesMax = 18;
const pageMax = 1000;

class Refused {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

function refuse(refusal: Refusal): never {
  throw new Refused(refusal);
}

const unusedId = '00000000-0000-4000-8000-000000000000';

/** The plane as simple as it can be: a Map by lower-cased e-mail, and rules. */
export class Model {
  readonly organization: string;
  readonly developers = new Map<string, Known>();
  /** Ids that an address had, the last one; used to name who is gone. */
  readonly #ids = new Map<number, string>();
  /** Every developer there ever was, with the version he ended with. */
  readonly ended = new Map<string, number>();

  constructor(organization: string) {
    this.organization = organization;
  }

  /** How a path or parameter spells a developer. */
  spell({ address, as }: Who): string {
    const email = addresses[address] ?? '';
    if (as === 'id') return this.#ids.get(address) ?? unusedId;
    return as === 'capitals' ? email.toUpperCase() : email;
  }

  /** Does what the command says and tells how it is answered. */
  apply(command: Command): Expected {
    try {
      return this.#run(command);
    } catch (error) {
      if (error instanceof Refused) return expectRefusal(error.refusal, command.view, this.organization);
      throw error;
    }
  }

  /** Learns the id that the server gave to the developer of an address. */
  learn(email: string, id: string): void {
    const known = this.developers.get(email.toLowerCase());
    if (known === undefined) return;
    known.id = id;
    this.#ids.set(addresses.indexOf(email.toLowerCase()), id);
  }

  #run(command: Command): Expected {
    const { view } = command;
    switch (command.verb) {
      case 'create':
        return this.#create(view, command.draft);
      case 'get':
        return { status: 200, body: this.#show(this.#find(command.who), view) };
      case 'list':
        return this.#list(view, command.query);
      case 'update':
        return this.#update(view, command);
      case 'set-status':
        return this.#setStatus(command);
      case 'delete':
        return this.#delete(view, command.who);
      case 'list-attributes':
        return { status: 200, body: showAttributes(this.#find(command.who).attributes, view) };
      case 'replace-attributes':
        return this.#replaceAttributes(view, command);
      case 'get-attribute':
        return { status: 200, body: showAttribute(pickAttribute(this.#find(command.who), command.name), view) };
      case 'set-attribute':
        return this.#setAttribute(view, command);
      case 'delete-attribute': {
        const known = this.#find(command.who);
        const attribute = pickAttribute(known, command.name);
        change(known, { attributes: known.attributes.filter((each) => each !== attribute) });
        return { status: 200, body: showAttribute(attribute, view) };
      }
    }
  }

  #find(who: Who): Known {
    const named = this.spell(who);
    const known =
      who.as === 'id'
        ? [...this.developers.values()].find(({ id }) => id === named)
        : this.developers.get(named.toLowerCase());
    return known ?? refuse({ why: 'no-developer', named });
  }

  #create(view: View, draft: Draft): Expected {
    const profile = readProfile(view, draft);
    const key = profile.email.toLowerCase();
    if (this.developers.has(key)) refuse({ why: 'developer-exists', email: profile.email });
    const known: Known = { ...profile, id: '', status: 'active', version: 1 };
    this.developers.set(key, known);
    return { status: rules[view].created, body: this.#show(known, view) };
  }

  #update(view: View, command: Extract<Command, { verb: 'update' }>): Expected {
    const { who, draft, method } = command;
    if (method === 'POST' && !rules[view].postUpdates) refuse({ why: 'missing', field: 'action' });
    if (view === 'x' && draft.unknown === true) refuse({ why: 'unknown-member', field: 'nickname' });
    const known = this.#find(who);
    const email = emailOf(draft);
    if (email !== undefined && !rules[view].rename) {
      const same = email.toLowerCase() === known.email.toLowerCase();
      if (who.as === 'id' || !same) refuse({ why: 'name-mismatch', path: this.spell(who), body: email });
    }
    const profile = readProfile(view, draft);
    const key = profile.email.toLowerCase();
    const other = this.developers.get(key);
    if (other !== undefined && other !== known) refuse({ why: 'developer-exists', email: profile.email });
    this.developers.delete(known.email.toLowerCase());
    change(known, profile);
    this.developers.set(key, known);
    this.#ids.set(addresses.indexOf(key), known.id);
    return { status: 200, body: this.#show(known, view) };
  }

  #setStatus({ who, action }: Extract<Command, { verb: 'set-status' }>): Expected {
    if (action !== 'active' && action !== 'inactive') refuse({ why: 'unknown-action', action });
    change(this.#find(who), { status: action });
    return { status: 204, body: '' };
  }

  #delete(view: View, who: Who): Expected {
    const known = this.#find(who);
    this.developers.delete(known.email.toLowerCase());
    this.ended.set(known.id, known.version);
    return { status: 200, body: this.#show(known, view) };
  }

  #replaceAttributes(view: View, { who, attributes }: Extract<Command, { verb: 'replace-attributes' }>): Expected {
    const list = readAttributes(view, attributes, 'attribute');
    change(this.#find(who), { attributes: list });
    return { status: 200, body: showAttributes(list, view) };
  }

  #setAttribute(view: View, { who, name, value = '' }: Extract<Command, { verb: 'set-attribute' }>): Expected {
    const known = this.#find(who);
    const at = known.attributes.findIndex((each) => each.name === name);
    if (at < 0 && known.attributes.length >= attributesMax) refuse({ why: 'too-many-attributes' });
    const attribute = { name, value };
    change(known, { attributes: at < 0 ? [...known.attributes, attribute] : known.attributes.with(at, attribute) });
    return { status: 200, body: showAttribute(attribute, view) };
  }

  #list(view: View, query: ListQuery): Expected {
    const { count = pageMax, expand = false } = query;
    if (count < 1 || count > pageMax) refuse({ why: 'invalid', field: 'count', reason: `takes 1 to ${pageMax}` });
    const found = query.app === undefined ? this.#select(query, count) : [];
    const whole = expand || query.app !== undefined;
    if (view === 'edge') {
      return {
        status: 200,
        body: whole ? { developer: found.map((each) => this.#show(each, view)) } : found.map(({ email }) => email),
      };
    }
    const developer = found.map((each) => (whole ? this.#show(each, view) : { email: each.email.toLowerCase() }));
    return { status: 200, body: developer.length === 0 ? {} : { developer } };
  }

  /** By the bytes of the e-mail. Ids are a list of their own; pages do not apply to it. */
  #select({ ids, startKey }: ListQuery, count: number): Known[] {
    const all = [...this.developers.entries()]
      .toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
      .map(([, known]) => known);
    if (ids !== undefined && ids.length > 0) {
      const named = new Set(ids.map((who) => this.spell(who).toLowerCase()));
      return all.filter(({ id, email }) => named.has(id) || named.has(email.toLowerCase()));
    }
    if (ids !== undefined) return [];
    const from = startKey === undefined ? 0 : all.indexOf(this.#find(startKey));
    return all.slice(from, from + count);
  }

  #show(known: Known, view: View): unknown {
    return view === 'edge' ? showOnEdge(known, this.organization) : showOnX(known, this.organization);
  }
}

function change(known: Known, members: Partial<Known>): void {
  Object.assign(known, members);
  known.version += 1;
}

function pickAttribute(known: Known, name: string): Attribute {
  return (
    known.attributes.find((each) => each.name === name) ?? refuse({ why: 'no-attribute', name, owner: known.email })
  );
}

export function emailOf({ address, capitals }: Draft): string | undefined {
  const email = address === undefined ? undefined : addresses[address];
  return capitals ? email?.toUpperCase() : email;
}

function readProfile(view: View, draft: Draft) {
  const { required, capitals } = rules[view];
  if (view === 'x' && draft.unknown === true) refuse({ why: 'unknown-member', field: 'nickname' });
  const { firstName = '', lastName = '', userName } = draft;
  const given = { email: emailOf(draft) ?? '', firstName, lastName, userName: userName ?? '' };
  for (const field of required) if (given[field] === '') refuse({ why: 'missing', field });
  if (!capitals && given.email !== given.email.toLowerCase()) {
    refuse({ why: 'invalid', field: 'email', reason: 'has to be in lower case' });
  }
  const attributes = readAttributes(view, draft.attributes ?? [], 'attributes');
  return { email: given.email, firstName, lastName, userName, attributes };
}

/** Edge takes the first where a name comes twice, X refuses it. */
function readAttributes(view: View, drafts: readonly AttributeDraft[], field: string): Attribute[] {
  const taken: Attribute[] = [];
  drafts.forEach(({ name = '', value = '' }, at) => {
    if (name === '') refuse({ why: 'missing', field: `${field}[${at}].name` });
    if (taken.every((other) => other.name !== name)) taken.push({ name, value });
    else if (view === 'x') refuse({ why: 'invalid', field, reason: `names the attribute ${name} twice` });
    if (taken.length > attributesMax) refuse({ why: 'too-many-attributes' });
  });
  return taken;
}

const admin = 'admin@example.com';

function showOnEdge(known: Known, organizationName: string): unknown {
  const { email, firstName, lastName, userName, status, attributes } = known;
  return {
    apps: [],
    companies: [],
    email,
    developerId: known.id,
    firstName,
    lastName,
    ...(userName === undefined ? {} : { userName }),
    organizationName,
    status,
    attributes,
    createdAt: '<number>',
    createdBy: admin,
    lastModifiedAt: '<number>',
    lastModifiedBy: admin,
  };
}

/** Proto JSON leaves out what is empty. */
function showOnX(known: Known, organizationName: string): unknown {
  const { email, firstName, lastName, userName, status, attributes } = known;
  return {
    email: email.toLowerCase(),
    firstName,
    lastName,
    ...(userName === undefined ? {} : { userName }),
    ...(attributes.length === 0 ? {} : { attributes: attributes.map((each) => showAttribute(each, 'x')) }),
    developerId: known.id,
    organizationName,
    status,
    createdAt: '<string>',
    lastModifiedAt: '<string>',
  };
}

function showAttribute({ name, value }: Attribute, view: View): unknown {
  return view === 'x' && value === '' ? { name } : { name, value };
}

function showAttributes(attributes: readonly Attribute[], view: View): unknown {
  if (view === 'x' && attributes.length === 0) return {};
  return { attribute: attributes.map((each) => showAttribute(each, view)) };
}
