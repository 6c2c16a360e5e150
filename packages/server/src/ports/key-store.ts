import type { ApiProduct } from '../domain/api-product.ts';
import type { App, AppOwner, AppStatus } from '../domain/app.ts';
import type { Company, CompanyFilter } from '../domain/company.ts';
import type { CompanyMember, NamedMember } from '../domain/company-member.ts';
import type { Credential, CredentialStatus } from '../domain/credential.ts';
import type { Page } from './page.ts';

/**
 * The part of the store that a developer's key hangs on. All MUSTs of `Store` hold. Besides:
 * - **Secrets.** Consumer key and secret MUST be encrypted at rest and found by keyed hash alone: a copy of the database
 *   without the master key reveals neither (G9).
 * - **Shown once.** Where the organization shows secrets once, no reader MUST answer a consumer secret, whenever it was
 *   written. It stays sealed in its row, for whoever has to check one.
 * - **Owners.** What belongs to an app, developer or company that is deleted MUST be invisible to every reader here from
 *   that moment, swept or not; its keys may be imported again at once (design.md, "Keys"). Exceptions say so.
 */

/** Which apps of an organization. Members that are given all have to hold. */
export interface AppFilter {
  readonly ownerKind?: AppOwner['kind'] | undefined;
  readonly ownerId?: string | undefined;
  readonly name?: string | undefined;
  readonly status?: AppStatus | undefined;
  /** Of any of its credentials. */
  readonly keyStatus?: CredentialStatus | undefined;
  /** On any of its credentials. */
  readonly apiProduct?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly appFamily?: string | undefined;
}

/** An app with what its owner is called: the developer's e-mail, as it was given. */
export interface OwnedApp {
  readonly app: App;
  readonly ownerName: string;
}

export interface AppReader {
  find(organizationId: string, id: string): Promise<App | undefined>;
  findByName(owner: AppOwner, name: string): Promise<App | undefined>;
  /** The same of a developer who was not read yet, in an organization that was: one look for both. */
  findOfDeveloper(organizationId: string, emailKey: string, name: string): Promise<OwnedApp | undefined>;
  /** By name, which is what `from` and `after` name. */
  listOfOwner(owner: AppOwner, page: Page): Promise<App[]>;
  /** By id, which is what `from` and `after` name. */
  list(organizationId: string, filter: AppFilter, page: Page): Promise<App[]>;
  count(organizationId: string, filter: AppFilter): Promise<number>;
  /** Each owner's first apps, by name: only those with apps have an entry. Owners are of one kind or both. */
  listOfOwners(ownerIds: readonly string[], limitEach: number): Promise<Map<string, App[]>>;
  /** Which of these ids no new app may have: another has it, in whichever organization, or waits to be swept. */
  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Names of the owners of these apps: e-mails and company names, by app id. */
  ownerNames(apps: readonly App[]): Promise<Map<string, string>>;
}

export interface AppWriter {
  /** False, and nothing written, where the owner has an app of that name. */
  insert(app: App): Promise<boolean>;
  update(app: App): Promise<void>;
  /** Its credentials are invisible at once, and go with the sweep. */
  delete(app: App): Promise<void>;
}

/** Moments in milliseconds since 1970 UTC. */
export interface ExpiryWindow {
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Where a credential stands among those that expire. */
export interface ExpiryMark {
  readonly expiresAt: number;
  readonly id: string;
}

export interface ExpiryPage {
  readonly after?: ExpiryMark | undefined;
  readonly limit: number;
}

export interface CredentialReader {
  /** The live credential of this consumer key in the organization. */
  findByKey(organizationId: string, consumerKey: string): Promise<Credential | undefined>;
  /**
   * Whether a live credential of the organization has this key and this secret, shown once or not. MUST compare in a
   * time that tells nothing of how much of a guess is right.
   */
  matchesSecret(organizationId: string, consumerKey: string, secret: string): Promise<boolean>;
  find(organizationId: string, id: string): Promise<Credential | undefined>;
  /** Those that expire in the window, by expiry, then by id. */
  listExpiring(organizationId: string, window: ExpiryWindow, page: ExpiryPage): Promise<Credential[]>;
  countExpiring(organizationId: string, window: ExpiryWindow): Promise<number>;
  /**
   * Newest first: by issue, then by order of insertion. Ask for an app that was just read: what hangs on a deleted one or
   * on a deleted owner is not told apart.
   */
  listOfApp(appId: string): Promise<Credential[]>;
  /** The same for many apps, read or not; those without credentials have no entry. */
  listOfApps(appIds: readonly string[]): Promise<Map<string, Credential[]>>;
  countOfApp(appId: string): Promise<number>;
  /** Whether a live credential of the organization names the product. */
  isProductInUse(organizationId: string, product: string): Promise<boolean>;
}

export interface CredentialWriter {
  /** False, and nothing written, where a live credential of the organization has the key. */
  insert(credential: Credential): Promise<boolean>;
  /** Key and secret stay as they were issued, whatever is given. */
  update(credential: Credential): Promise<void>;
  delete(credential: Credential): Promise<void>;
}

export interface ApiProductFilter {
  readonly attribute?: { readonly name: string; readonly value: string } | undefined;
  readonly space?: string | undefined;
}

export interface ApiProductReader {
  find(organizationId: string, name: string): Promise<ApiProduct | undefined>;
  /** Those of these names that exist, in the order of the names. */
  findMany(organizationId: string, names: readonly string[]): Promise<ApiProduct[]>;
  /** By name. */
  list(organizationId: string, filter: ApiProductFilter, page: Page): Promise<ApiProduct[]>;
  /**
   * Those that name the product: app ids, developer ids or company names bytewise; consumer keys in an order of the
   * store's own, since it holds no key to order by. `from` and `after` name one of them; a key that is gone: none.
   */
  listUsers(
    organizationId: string,
    product: string,
    query: { readonly entity: 'keys' | 'apps' | 'developers' | 'companies'; readonly page: Page },
  ): Promise<string[]>;
  countUsers(
    organizationId: string,
    product: string,
    entity: 'keys' | 'apps' | 'developers' | 'companies',
  ): Promise<number>;
}

export interface ApiProductWriter {
  /** False, and nothing written, where the name is taken. */
  insert(product: ApiProduct): Promise<boolean>;
  update(product: ApiProduct): Promise<void>;
  delete(product: ApiProduct): Promise<void>;
}

export interface CompanyReader {
  /** `nameKey` is the lower-cased name. */
  findByName(organizationId: string, nameKey: string): Promise<Company | undefined>;
  find(organizationId: string, id: string): Promise<Company | undefined>;
  /** By lower-cased name, which is what `from` and `after` name. */
  list(organizationId: string, filter: CompanyFilter, page: Page): Promise<Company[]>;
  count(organizationId: string, filter: CompanyFilter): Promise<number>;
  /** Members who exist, with their e-mails, by e-mail key. */
  listMembers(companyId: string): Promise<NamedMember[]>;
  /** The same for many: only those with members have an entry. */
  listMembersOfMany(companyIds: readonly string[]): Promise<Map<string, NamedMember[]>>;
  /** Which of these ids no new company may have: another has it, in whichever organization, or waits to be swept. */
  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Names of the company's first apps, bytewise. Ask for one that was just read, as with developers. */
  appNames(companyId: string, limit: number): Promise<string[]>;
  appNamesOfMany(companyIds: readonly string[], limitEach: number): Promise<Map<string, string[]>>;
}

export interface CompanyWriter {
  insert(company: Company): Promise<boolean>;
  update(company: Company): Promise<void>;
  delete(company: Company): Promise<void>;
  /** Adds the member, or replaces his roles. */
  setMember(company: Company, member: CompanyMember): Promise<void>;
  /** False where the developer is no member. */
  removeMember(company: Company, developerId: string): Promise<boolean>;
  removeAllMembers(company: Company): Promise<void>;
}
