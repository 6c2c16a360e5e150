import type { ApiProduct } from '../domain/api-product.ts';
import type { App, AppOwner } from '../domain/app.ts';
import type { BulkWish, StampWish } from '../domain/bulk-entity.ts';
import type { BulkOwner } from '../domain/bulk-record.ts';
import { type Company, keyOfCompany } from '../domain/company.ts';
import type { Credential } from '../domain/credential.ts';
import { type Developer, keyOfEmail } from '../domain/developer.ts';
import type { NameSet } from '../domain/name-set.ts';
import type { Noun } from '../domain/noun.ts';
import type { Problem } from '../domain/problem.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { type Call, recordChange } from './call.ts';
import { unknownCompany } from './company-record.ts';
import { unknownDeveloper } from './developer.ts';
import type { Plane } from './plane.ts';

export interface ImportOptions {
  readonly dryRun: boolean;
  /** What happens to an entity that is there and differs. */
  readonly onConflict: 'update' | 'skip' | 'fail';
  /** Whether a key may name a product that is not there, as in an organization whose products were deleted. */
  readonly unknownProducts: 'refuse' | 'keep';
}

/** One import, over all its batches. */
export interface ImportRun {
  readonly plane: Plane;
  readonly call: Call;
  readonly options: ImportOptions;
  /** What a dry run would have written by now. */
  readonly imagined: NameSet;
}

export type Decision = 'create' | 'update' | 'unchanged' | 'skip';

/** An owner of apps, with the path of its apps. */
export interface ImportOwner {
  readonly owner: AppOwner;
  readonly name: BulkOwner;
  readonly path: string;
}

export interface Written {
  readonly noun: Noun;
  readonly entity: { readonly id: string; readonly version: number };
  readonly takesAway: boolean;
  /** Canonical path below the organization. */
  readonly resource: string;
  /** Without secrets. */
  readonly request: object;
}

const ofNobody: Stamp = { createdAt: 0, createdBy: '', lastModifiedAt: 0, lastModifiedBy: '', version: 1 };

/** What one batch of an import has read and written: made anew with each run of its transaction. */
export class ImportSpace {
  readonly run: ImportRun;
  readonly view: StoreView;
  /** Absent in a dry run. */
  readonly transaction: StoreTransaction | undefined;
  readonly organizationId: string;
  readonly #now: number;
  readonly #developers = new Map<string, Developer>();
  readonly #companies = new Map<string, Company>();
  readonly #products = new Map<string, ApiProduct>();
  readonly #apps = new Map<string, App>();
  readonly #credentials = new Map<string, Credential>();
  /** Apps that this batch has written, with the number of credentials of those that it made. */
  readonly #writtenApps = new Map<string, number | undefined>();
  #takenIds = new Set<string>();
  /** Entities that could not have the id that was wished. */
  newIds = 0;

  constructor(run: ImportRun, view: StoreView, transaction: StoreTransaction | undefined) {
    this.run = run;
    this.view = view;
    this.transaction = transaction;
    this.organizationId = run.call.organization.id;
    this.#now = run.plane.clock.now();
  }

  /** Reads in a few statements what these will ask for. */
  async prepare(wishes: readonly BulkWish[]): Promise<void> {
    const emails = new Set<string>();
    const products = new Set<string>();
    for (const wish of wishes) {
      for (const email of emailsOf(wish)) emails.add(keyOfEmail(email));
      for (const product of productsOf(wish)) products.add(product);
    }
    for (const developer of await this.view.developers.listByIds(this.organizationId, [...emails])) {
      this.#developers.set(keyOfEmail(developer.email), developer);
    }
    for (const product of await this.view.products.findMany(this.organizationId, [...products])) {
      this.#products.set(product.name, product);
    }
    await this.#findTakenIds(wishes);
  }

  async #findTakenIds(wishes: readonly BulkWish[]): Promise<void> {
    const idsOf = (kind: BulkWish['kind']): string[] =>
      wishes.flatMap((wish) => (wish.kind === kind && wish.id !== undefined ? [wish.id] : []));
    const { developers, companies, apps, ratePlans } = this.view;
    this.#takenIds = new Set([
      ...(await developers.takenIds(idsOf('developer'))),
      ...(await companies.takenIds(idsOf('company'))),
      ...(await apps.takenIds(idsOf('app'))),
      ...(await ratePlans.takenIds(idsOf('ratePlan'))),
    ]);
  }

  /** The id for a new entity: the one that is wished, unless another has it. */
  drawId(wished: string | undefined, mark: string): string {
    const taken = wished !== undefined && this.#takenIds.has(wished);
    if (taken) this.newIds += 1;
    else if (wished !== undefined) this.#takenIds.add(wished);
    if (this.transaction === undefined) return imaginedId(mark);
    return wished === undefined || taken ? this.run.plane.random.rowId() : wished;
  }

  stampNew(wish: StampWish): Stamp {
    const by = this.run.call.account.email;
    const { createdAt = this.#now, createdBy = by, lastModifiedAt = this.#now, lastModifiedBy = by } = wish;
    return { createdAt, createdBy, lastModifiedAt, lastModifiedBy, version: 1 };
  }

  stampChanged(stamp: Stamp, wish: StampWish): Stamp {
    return {
      createdAt: stamp.createdAt,
      createdBy: stamp.createdBy,
      lastModifiedAt: Math.max(wish.lastModifiedAt ?? this.#now, stamp.lastModifiedAt),
      lastModifiedBy: wish.lastModifiedBy ?? this.run.call.account.email,
      version: stamp.version + 1,
    };
  }

  /**
   * What to do with a record.
   * @param mark names the entity
   * @param before what the entity that is there says; absent: there is none
   * @param taken what to say where it has to be new or the same
   */
  decide(mark: string, before: (() => string) | undefined, after: () => string, taken: () => Problem): Decision {
    if (before === undefined) {
      this.#imagine(mark, after);
      return 'create';
    }
    if (this.#isSame(mark, before, after)) return 'unchanged';
    const { onConflict } = this.run.options;
    if (onConflict === 'fail') throw taken();
    if (onConflict === 'skip') return 'skip';
    this.#imagine(mark, after);
    return 'update';
  }

  #isSame(mark: string, before: () => string, after: () => string): boolean {
    if (this.transaction !== undefined) return before() === after();
    const { imagined } = this.run;
    return imagined.has(mark) ? imagined.has(`${mark}\0${after()}`) : before() === after();
  }

  #imagine(mark: string, after: () => string): void {
    if (this.transaction !== undefined) return;
    this.run.imagined.add(mark);
    this.run.imagined.add(`${mark}\0${after()}`);
  }

  isImagined(mark: string): boolean {
    return this.transaction === undefined && this.run.imagined.has(mark);
  }

  imagine(mark: string): void {
    if (this.transaction === undefined) this.run.imagined.add(mark);
  }

  /** Appends the change and its audit entry. */
  record(decision: 'create' | 'update', { noun, entity, takesAway, resource, request }: Written): void {
    const { transaction } = this;
    if (transaction === undefined) return;
    const { call } = this.run;
    const operation = decision === 'create' ? 'CREATE' : 'UPDATE';
    const { id, uri } = call.request;
    const facts = { id, uri, operation, responseCode: decision === 'create' ? 201 : 200 } as const;
    recordChange(
      transaction,
      { account: call.account, request: facts, effects: call.effects },
      {
        organizationId: this.organizationId,
        change: { noun, entityId: entity.id, kind: 'put', version: entity.version },
        takesAway,
        resource,
        request,
        at: this.#now,
      },
    );
  }

  async developer(email: string): Promise<Developer | undefined> {
    const key = keyOfEmail(email);
    const known = this.#developers.get(key);
    if (known !== undefined || !this.isImagined(markOfDeveloper(key))) return known;
    return {
      ...{ id: imaginedId(markOfDeveloper(key)), organizationId: this.organizationId, email },
      ...{ firstName: '', lastName: '', userName: undefined, status: 'active', attributes: [] },
      ...{ accessType: undefined, appFamily: undefined, ...ofNobody },
    };
  }

  keepDeveloper(developer: Developer): void {
    this.#developers.set(keyOfEmail(developer.email), developer);
  }

  async company(name: string): Promise<Company | undefined> {
    const key = keyOfCompany(name);
    const known = this.#companies.get(key) ?? (await this.view.companies.findByName(this.organizationId, key));
    if (known !== undefined) this.#companies.set(key, known);
    if (known !== undefined || !this.isImagined(markOfCompany(key))) return known;
    return {
      ...{ id: imaginedId(markOfCompany(key)), organizationId: this.organizationId, name, displayName: undefined },
      ...{ status: 'active', attributes: [], channelId: undefined, channelUri: undefined, email: undefined },
      ...ofNobody,
    };
  }

  keepCompany(company: Company): void {
    this.#companies.set(keyOfCompany(company.name), company);
  }

  product(name: string): ApiProduct | undefined {
    return this.#products.get(name);
  }

  keepProduct(product: ApiProduct): void {
    this.#products.set(product.name, product);
  }

  /** @throws Problem developer.not-found, company.not-found */
  async owner(name: BulkOwner): Promise<ImportOwner> {
    if ('developer' in name) {
      const developer = await this.developer(name.developer);
      if (developer === undefined) throw unknownDeveloper(this.run.call, name.developer);
      const path = `/developers/${keyOfEmail(developer.email)}/apps`;
      return { owner: { kind: 'developer', id: developer.id }, name: { developer: developer.email }, path };
    }
    const company = await this.company(name.company);
    if (company === undefined) throw unknownCompany(this.run.call, name.company);
    const path = `/companies/${company.name}/apps`;
    return { owner: { kind: 'company', id: company.id }, name: { company: company.name }, path };
  }

  async app({ owner }: ImportOwner, name: string): Promise<App | undefined> {
    const place = `${owner.id}\n${name}`;
    const known = this.#apps.get(place) ?? (await this.view.apps.findByName(owner, name));
    if (known !== undefined) this.#apps.set(place, known);
    if (known !== undefined || !this.isImagined(markOfApp(owner, name))) return known;
    return {
      ...{ id: imaginedId(markOfApp(owner, name)), organizationId: this.organizationId, owner, name },
      ...{ status: 'approved', callbackUrl: undefined, attributes: [], scopes: [], appFamily: undefined },
      ...ofNobody,
    };
  }

  /** @param decision `touch`: its version alone was written */
  keepApp(app: App, decision: 'create' | 'update' | 'touch'): void {
    this.#apps.set(`${app.owner.id}\n${app.name}`, app);
    if (decision === 'create') this.#writtenApps.set(app.id, 0);
    else if (!this.#writtenApps.has(app.id)) this.#writtenApps.set(app.id, undefined);
  }

  /** Whether its row was written in this transaction, so that nobody adds a key to it or deletes it meanwhile. */
  holdsApp({ id }: App): boolean {
    return this.#writtenApps.has(id);
  }

  /** Credentials of the app. */
  async countCredentials({ id }: App): Promise<number> {
    return this.#writtenApps.get(id) ?? (await this.view.credentials.countOfApp(id));
  }

  /** Undefined also where this batch made the app, and so can't know whose the key is: the insert will tell. */
  async credential(consumerKey: string, app: App): Promise<Credential | undefined> {
    const known = this.#credentials.get(consumerKey);
    if (known !== undefined || this.#writtenApps.get(app.id) !== undefined) return known;
    return this.view.credentials.findByKey(this.organizationId, consumerKey);
  }

  keepCredential(credential: Credential, decision: 'create' | 'update'): void {
    this.#credentials.set(credential.consumerKey, credential);
    const count = this.#writtenApps.get(credential.appId);
    if (decision === 'create' && count !== undefined) this.#writtenApps.set(credential.appId, count + 1);
  }
}

export function markOfDeveloper(emailKey: string): string {
  return `developer ${emailKey}`;
}

export function markOfCompany(nameKey: string): string {
  return `company ${nameKey}`;
}

export function markOfApp({ id }: AppOwner, name: string): string {
  return `app ${id} ${name}`;
}

/** An id that no entity has: a dry run makes none. */
function imaginedId(mark: string): string {
  return `imagined:${mark}`;
}

function emailsOf(wish: BulkWish): readonly string[] {
  if (wish.kind === 'developer') return [wish.profile.email];
  if (wish.kind === 'company') return wish.members.map(({ developer }) => developer);
  if ((wish.kind === 'app' || wish.kind === 'credential') && 'developer' in wish.owner) return [wish.owner.developer];
  return [];
}

function productsOf(wish: BulkWish): readonly string[] {
  if (wish.kind === 'apiProduct') return [wish.profile.name];
  if (wish.kind === 'ratePlan') return [wish.apiProduct];
  return wish.kind === 'credential' ? wish.profile.products.map(({ name }) => name) : [];
}
