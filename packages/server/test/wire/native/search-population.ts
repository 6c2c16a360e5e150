import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { App, AppOwner } from '../../../src/domain/app.ts';
import type { Attribute } from '../../../src/domain/attribute.ts';
import type { Company } from '../../../src/domain/company.ts';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Developer } from '../../../src/domain/developer.ts';
import type { Noun } from '../../../src/domain/noun.ts';
import type { Store, StoreTransaction } from '../../../src/ports/store.ts';
import { makeApp, makeCompany, makeCredential, makeDeveloper, nextVersion } from '../../support/entity.ts';

const fragments = ['ann', 'Bob', '%_%', 'Zoë', '-x-', '"q"', '💡y', 'nnb', 'ëan', 'longer-than-most-and-longer'];
const products = ['gold', 'silver', 'Gold'];
const statuses = ['approved', 'revoked', 'pending'] as const;
const values = ['', 'a', 'A', 'a=b'];

const anyText = fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
const anyAttributes = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('tier', 'note', 'Tier'), value: fc.constantFrom(...values) }),
  { maxLength: 3, selector: ({ name }) => name },
);

/** Something that is written, on entities chosen by where they stand in a list. */
export interface Step {
  readonly verb: 'put' | 'change' | 'remove';
  readonly noun: 'developer' | 'company' | 'app' | 'credential';
  readonly at: number;
  readonly text: string;
  readonly attributes: readonly Attribute[];
  readonly products: readonly string[];
  readonly status: (typeof statuses)[number];
  readonly byCompany: boolean;
  readonly expired: boolean;
  readonly index: boolean;
}

export const anyStep: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom('put', 'put', 'put', 'put', 'change', 'change', 'remove'),
  noun: fc.constantFrom('developer', 'company', 'app', 'app', 'credential', 'credential', 'credential'),
  at: fc.nat(99),
  text: anyText,
  attributes: anyAttributes,
  products: fc.subarray(products),
  status: fc.constantFrom(...statuses),
  byCompany: fc.boolean(),
  expired: fc.boolean(),
  index: fc.boolean(),
});

/** What is asked for. */
export interface Wish {
  readonly text: string | undefined;
  readonly product: string | undefined;
  readonly attribute: { readonly name: string; readonly value?: string | undefined } | undefined;
  readonly keyStatus: (typeof statuses)[number] | undefined;
  readonly appStatus: 'approved' | 'revoked' | undefined;
  readonly developerStatus: 'active' | 'inactive' | undefined;
  readonly owner: number | undefined;
  readonly effective: boolean | undefined;
  readonly limit: number;
}

/** Rarely, since what has to hold many things is found nowhere. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, { arbitrary, weight: 1 });

export const anyWish: fc.Arbitrary<Wish> = fc.record({
  text: maybe(fc.oneof(fc.constantFrom(...fragments), anyText).map((text) => text.toUpperCase())),
  product: maybe(fc.constantFrom(...products)),
  attribute: maybe(
    fc.record({ name: fc.constantFrom('tier', 'note', 'none'), value: maybe(fc.constantFrom(...values)) }),
  ),
  keyStatus: maybe(fc.constantFrom(...statuses)),
  appStatus: maybe(fc.constantFrom('approved', 'revoked')),
  developerStatus: maybe(fc.constantFrom('active', 'inactive')),
  owner: maybe(fc.nat(5)),
  effective: maybe(fc.boolean()),
  limit: fc.integer({ min: 1, max: 5 }),
});

/** What is in a store, and beside it what ought to be found there. */
export class Population {
  readonly #store: Store;
  readonly #organizationId: string;
  #developers: Developer[] = [];
  #companies: Company[] = [];
  #apps: App[] = [];
  #credentials: Credential[] = [];

  constructor(store: Store, organizationId: string) {
    this.#store = store;
    this.#organizationId = organizationId;
  }

  async apply(step: Step): Promise<void> {
    if (step.noun === 'developer') await this.#applyDeveloper(step);
    else if (step.noun === 'company') await this.#applyCompany(step);
    else if (step.noun === 'app') await this.#applyApp(step);
    else await this.#applyCredential(step);
  }

  async addDeveloper(given: Partial<Developer>): Promise<string> {
    const developer = makeDeveloper(this.#organizationId, given);
    await this.#write('developer', developer, (t) => t.developers.insert(developer));
    this.#developers.push(developer);
    return developer.id;
  }

  async renameDeveloper(id: string, email: string): Promise<void> {
    const known = this.#developers.find((each) => each.id === id);
    assert.ok(known);
    const next = nextVersion(known, { email });
    await this.#write('developer', next, (t) => t.developers.update(next));
    this.#developers = this.#developers.map((each) => (each.id === id ? next : each));
  }

  async removeDeveloper(id: string): Promise<void> {
    const known = this.#developers.find((each) => each.id === id);
    assert.ok(known);
    await this.#write('developer', known, (t) => t.developers.delete(known), 'delete');
    this.#developers = this.#developers.filter((each) => each.id !== id);
    this.#forgetOwned(id);
  }

  developersLike({ text, product, attribute, developerStatus }: Wish): string[] {
    return this.#developers
      .filter(
        (each) =>
          (text === undefined ||
            [each.email, `${each.firstName} ${each.lastName}`, each.userName ?? ''].some((one) => holds(one, text))) &&
          (developerStatus === undefined || each.status === developerStatus) &&
          hasAttribute(each, attribute) &&
          (product === undefined ||
            this.#credentials.some(
              (key) => key.products.some(({ name }) => name === product) && this.#appOf(key).owner.id === each.id,
            )),
      )
      .map(({ id }) => id)
      .sort();
  }

  appsLike({ text, product, attribute, appStatus, owner }: Wish): string[] {
    return this.#apps
      .filter(
        (each) =>
          (text === undefined || holds(each.name, text)) &&
          (appStatus === undefined || each.status === appStatus) &&
          (owner === undefined || each.owner.id === this.#ownerAt(owner)?.id) &&
          hasAttribute(each, attribute) &&
          (product === undefined ||
            this.#credentials.some(
              (key) => key.appId === each.id && key.products.some(({ name }) => name === product),
            )),
      )
      .map(({ id }) => id)
      .sort();
  }

  keysLike({ product, attribute, keyStatus, owner, effective }: Wish, now: number): string[] {
    return this.#credentials
      .filter(
        (each) =>
          (keyStatus === undefined || each.status === keyStatus) &&
          (owner === undefined || this.#appOf(each).owner.id === this.#ownerAt(owner)?.id) &&
          hasAttribute(each, attribute) &&
          (product === undefined || each.products.some(({ name }) => name === product)) &&
          (effective === undefined || this.#works(each, now) === effective),
      )
      .map(({ id }) => id)
      .sort();
  }

  /** As a search names an owner; of one that is not there, nobody. */
  nameOwner(at: number | undefined): { developer?: string; company?: string } {
    if (at === undefined) return {};
    const owner = this.#ownerAt(at);
    const developer = this.#developers.find(({ id }) => id === owner?.id);
    if (developer !== undefined) return { developer: developer.email };
    const company = this.#companies.find(({ id }) => id === owner?.id);
    return company === undefined ? { developer: 'nobody@example.com' } : { company: company.name };
  }

  keyTextOf(id: string): string | undefined {
    return this.#credentials.find((each) => each.id === id)?.consumerKey;
  }

  #ownerAt(at: number): AppOwner | undefined {
    const owners: AppOwner[] = [
      ...this.#developers.map(({ id }): AppOwner => ({ kind: 'developer', id })),
      ...this.#companies.map(({ id }): AppOwner => ({ kind: 'company', id })),
    ];
    return owners[at];
  }

  #appOf({ appId }: Credential): App {
    const app = this.#apps.find(({ id }) => id === appId);
    assert.ok(app);
    return app;
  }

  #works(credential: Credential, now: number): boolean {
    const app = this.#appOf(credential);
    const owner = [...this.#developers, ...this.#companies].find(({ id }) => id === app.owner.id);
    const allowed = credential.products.length === 0 || credential.products.some(({ status }) => status === 'approved');
    const alive = credential.expiresAt === undefined || credential.expiresAt > now;
    return (
      credential.status === 'approved' && alive && app.status === 'approved' && owner?.status === 'active' && allowed
    );
  }

  async #applyDeveloper(step: Step): Promise<void> {
    const known = choose(this.#developers, step.at);
    const members = {
      firstName: step.text,
      userName: step.expired ? step.text : undefined,
      attributes: step.attributes,
      status: step.status === 'revoked' ? ('inactive' as const) : ('active' as const),
    };
    if (step.verb === 'put') await this.addDeveloper(members);
    else if (known !== undefined && step.verb === 'remove') await this.removeDeveloper(known.id);
    else if (known !== undefined) {
      const next = nextVersion(known, members);
      await this.#write('developer', next, (t) => t.developers.update(next));
      this.#developers = replace(this.#developers, next);
    }
  }

  async #applyCompany(step: Step): Promise<void> {
    const known = choose(this.#companies, step.at);
    const status = step.status === 'revoked' ? 'inactive' : 'active';
    if (step.verb === 'put') {
      const company = makeCompany(this.#organizationId, { status });
      await this.#write('company', company, (t) => t.companies.insert(company));
      this.#companies.push(company);
    } else if (known !== undefined && step.verb === 'remove') {
      await this.#write('company', known, (t) => t.companies.delete(known), 'delete');
      this.#companies = this.#companies.filter(({ id }) => id !== known.id);
      this.#forgetOwned(known.id);
    } else if (known !== undefined) {
      const next = nextVersion(known, { status });
      await this.#write('company', next, (t) => t.companies.update(next));
      this.#companies = replace(this.#companies, next);
    }
  }

  async #applyApp(step: Step): Promise<void> {
    const owner: AppOwner = step.byCompany
      ? { kind: 'company', id: choose(this.#companies, step.at)?.id ?? '' }
      : { kind: 'developer', id: choose(this.#developers, step.at)?.id ?? '' };
    const known = choose(this.#apps, step.at);
    const { attributes } = step;
    const status = step.status === 'pending' ? 'approved' : step.status;
    if (step.verb === 'put' && owner.id !== '') {
      const made = makeApp(this.#organizationId, owner, { attributes, status });
      const app = { ...made, name: `${step.text} ${made.id}` };
      await this.#write('app', app, (t) => t.apps.insert(app));
      this.#apps.push(app);
    } else if (known !== undefined && step.verb === 'remove') {
      await this.#write('app', known, (t) => t.apps.delete(known), 'delete');
      this.#forgetApp(known.id);
    } else if (known !== undefined && step.verb === 'change') {
      const next = nextVersion(known, { attributes, status });
      await this.#write('app', next, (t) => t.apps.update(next));
      this.#apps = replace(this.#apps, next);
    }
  }

  async #applyCredential(step: Step): Promise<void> {
    const app = choose(this.#apps, step.at);
    const known = choose(this.#credentials, step.at);
    const members = {
      attributes: step.attributes,
      status: step.status,
      products: step.products.map((name, at) => ({ name, status: statuses[(at + step.at) % 3] ?? 'approved' })),
      expiresAt: step.expired ? 1 : undefined,
    };
    if (step.verb === 'put' && app !== undefined) {
      const credential = makeCredential(app, members);
      await this.#write('credential', credential, (t) => t.credentials.insert(credential));
      this.#credentials.push(credential);
    } else if (known !== undefined && step.verb === 'remove') {
      await this.#write('credential', known, (t) => t.credentials.delete(known), 'delete');
      this.#credentials = this.#credentials.filter(({ id }) => id !== known.id);
    } else if (known !== undefined && step.verb === 'change') {
      const next = nextVersion(known, members);
      await this.#write('credential', next, (t) => t.credentials.update(next));
      this.#credentials = replace(this.#credentials, next);
    }
  }

  async #write(
    noun: Noun,
    { id: entityId, version }: { readonly id: string; readonly version: number },
    work: (transaction: StoreTransaction) => Promise<unknown>,
    kind: 'put' | 'delete' = 'put',
  ): Promise<void> {
    await this.#store.write(async (transaction) => {
      await work(transaction);
      transaction.append({ organizationId: this.#organizationId, noun, entityId, kind, version });
    });
  }

  #forgetOwned(ownerId: string): void {
    for (const { id, owner } of this.#apps) if (owner.id === ownerId) this.#forgetApp(id);
  }

  #forgetApp(appId: string): void {
    this.#apps = this.#apps.filter(({ id }) => id !== appId);
    this.#credentials = this.#credentials.filter((each) => each.appId !== appId);
  }
}

function choose<T>(items: readonly T[], at: number): T | undefined {
  return items[at % Math.max(1, items.length)];
}

function replace<T extends { readonly id: string }>(items: readonly T[], next: T): T[] {
  return items.map((each) => (each.id === next.id ? next : each));
}

function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function hasAttribute(
  { attributes }: { readonly attributes: readonly Attribute[] },
  wanted: Wish['attribute'],
): boolean {
  if (wanted === undefined) return true;
  const found = attributes.find(({ name }) => name === wanted.name);
  return found !== undefined && (wanted.value === undefined || found.value === wanted.value);
}
