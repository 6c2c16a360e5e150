import type { Attribute, CompanyCommand, Member } from './company-command.ts';
import type { Owner } from './entity.ts';
import type { View } from './ground.ts';
import { codes, type Told } from './refusal.ts';

export interface Company extends Owner {
  readonly name: string;
  displayName: string | undefined;
  attributes: readonly Attribute[];
  /** Roles, by e-mail. */
  members: Map<string, readonly string[]>;
  version: number;
}

/** Companies as simple as they can be: a Map, and rules. */
export class CompanyModel {
  /** By lower-cased name. */
  readonly all = new Map<string, Company>();
  readonly #developers: ReadonlyMap<string, Owner>;

  constructor(developers: ReadonlyMap<string, Owner>) {
    this.#developers = developers;
  }

  /** What lies beneath a company: Edge closes that of an inactive one. */
  open(view: View, name: string): Company {
    const company = this.#get(name);
    if (view === 'edge' && company.status === 'inactive') throw codes.companyInactive();
    return company;
  }

  /** A developer went. */
  forget(developer: string): void {
    for (const { members } of this.all.values()) members.delete(developer);
  }

  run(command: CompanyCommand): Told {
    const { view, company: name } = command;
    switch (command.verb) {
      case 'create-company':
        return this.#create(command);
      case 'update-company': {
        const company = this.#get(name);
        const { displayName, members } = command;
        const attributes = readAttributes(view, command.attributes);
        const next = view === 'x' ? this.#resolve(view, members ?? []) : company.members;
        change(company, { displayName, attributes, members: next });
        return { status: 200, body: showCompany(view, company) };
      }
      case 'get-company':
        return { status: 200, body: showCompany(view, this.#get(name)) };
      case 'delete-company': {
        const company = this.#get(name);
        this.all.delete(name.toLowerCase());
        return { status: 200, body: showCompany(view, company) };
      }
      case 'set-company':
        change(this.#get(name), { status: command.action });
        return { status: 204 };
      default:
        return this.#runOnMembers(command);
    }
  }

  #runOnMembers(
    command: Extract<CompanyCommand, { readonly verb: 'list-members' | 'set-members' | 'remove-member' }>,
  ): Told {
    const { view } = command;
    const company = this.open(view, command.company);
    const shown = showMembers(company);
    if (command.verb === 'set-members') return this.#setMembers(view, company, command.members);
    // X tells of members by an attribute, and has none where there are none.
    if (view === 'x' && shown.length === 0) throw codes.noAttribute();
    if (command.verb === 'list-members') return { status: 200, body: shown };
    if (view === 'x') {
      change(company, { members: new Map() });
      return { status: 200, body: shown };
    }
    const rest = new Map(company.members);
    if (!rest.delete(command.developer)) throw codes.noMember();
    change(company, { members: rest });
    return { status: 204 };
  }

  /** Edge adds to those who are there, or removes all; X replaces them. */
  #setMembers(view: View, company: Company, members: readonly Member[]): Told {
    const named = this.#resolve(view, members);
    if (view === 'x') {
      change(company, { members: named });
      return { status: 200, body: showMembers(company) };
    }
    const merged = members.length === 0 ? named : new Map([...company.members, ...named]);
    change(company, { members: merged });
    return { status: 200, body: members.map(({ developer, role }) => ({ developer, roles: rolesOf(role) })) };
  }

  #create(command: Extract<CompanyCommand, { readonly verb: 'create-company' | 'update-company' }>): Told {
    const { view, company: name, displayName } = command;
    const attributes = readAttributes(view, command.attributes);
    const members = this.#resolve(view, view === 'x' ? (command.members ?? []) : []);
    if (this.all.has(name.toLowerCase())) throw codes.companyExists();
    const company: Company = {
      ...{ name, displayName, attributes, members },
      ...{ status: 'active', apps: new Map(), version: 1 },
    };
    this.all.set(name.toLowerCase(), company);
    return { status: view === 'edge' ? 201 : 200, body: showCompany(view, company) };
  }

  #resolve(view: View, members: readonly Member[]): Map<string, readonly string[]> {
    const roles = new Map<string, readonly string[]>();
    for (const { developer, role } of members) {
      if (!this.#developers.has(developer)) throw view === 'edge' ? codes.noDeveloper() : codes.invalid(view);
      if (roles.has(developer)) throw codes.invalid(view);
      roles.set(developer, rolesOf(role));
    }
    return roles;
  }

  #get(name: string): Company {
    const company = this.all.get(name.toLowerCase());
    if (company === undefined) throw codes.noCompany();
    return company;
  }
}

export function change<T extends { version: number }>(entity: T, members: Partial<T>): void {
  Object.assign(entity, members);
  entity.version += 1;
}

/** Edge takes the first where a name comes twice, X refuses it. */
export function readAttributes(view: View, drafts: readonly Attribute[]): Attribute[] {
  const first = drafts.filter(({ name }, at) => drafts.findIndex((each) => each.name === name) === at);
  if (view === 'x' && first.length < drafts.length) throw codes.invalid(view);
  return first;
}

function rolesOf(role: string | undefined): readonly string[] {
  return role === undefined ? [] : [role];
}

/** By e-mail. */
function showMembers({ members }: Company): { developer: string; roles: readonly string[] }[] {
  return [...members.keys()].sort().map((developer) => ({ developer, roles: members.get(developer) ?? [] }));
}

/** Edge shows the apps of a company, X its members. */
function showCompany(view: View, company: Company) {
  const { name, displayName, status, attributes, apps } = company;
  const beside = view === 'edge' ? { apps: [...apps.keys()].sort() } : { members: showMembers(company) };
  return { name, displayName: displayName ?? null, status, attributes, ...beside };
}
