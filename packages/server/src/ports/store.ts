import type { Account, AccountToken } from '../domain/account.ts';
import type { AuditDraft, AuditEntry } from '../domain/audit.ts';
import type { Change, ChangeDraft } from '../domain/change.ts';
import type { Developer, DeveloperView } from '../domain/developer.ts';
import type { Environment } from '../domain/environment.ts';
import type { Organization } from '../domain/organization.ts';
import type { Role } from '../domain/role.ts';
import type {
  ApiProductReader,
  ApiProductWriter,
  AppReader,
  AppWriter,
  CompanyReader,
  CompanyWriter,
  CredentialReader,
  CredentialWriter,
} from './key-store.ts';
import type {
  BalanceReader,
  BalanceWriter,
  MonetizationConfigReader,
  MonetizationConfigWriter,
  SubscriptionReader,
  SubscriptionWriter,
} from './monetization-store.ts';
import type { Page } from './page.ts';
import type { RatePlanReader, RatePlanWriter } from './rate-plan-store.ts';
import type { RuntimeCredentialReader, RuntimeCredentialWriter } from './runtime-credential-store.ts';
import type { SearchIndex } from './search-store.ts';
import type { OrganizationVault } from './vault.ts';
import type { VerificationReader } from './verification.ts';
import type { VerifierLeases } from './verifier-lease.ts';

export type { Page };

/**
 * The store: one contract, one acceptance suite (test/store-suite), two engines.
 *
 * MUSTs that hold for every engine:
 * - **Durable (G1).** `write` resolves only after its commit survives kill -9 and power loss.
 * - **All or nothing.** What `work` did is seen whole or not at all; a `work` that throws leaves no trace, and takes
 *   nothing with it that another `work` of the same group wrote.
 * - **No dirty reads.** Readers outside see committed rows only.
 * - **Ordered feed (G2).** Changes get sequences in commit order, without a gap that could fill later: who has read up
 *   to sequence n has seen every change up to n.
 * - **Bytewise order.** Lists are ordered by the UTF-8 bytes of their key.
 * - **No lost update.** `update…` and `delete…` act only if the row still has the version that was read; else the
 *   whole `work` is run again. So `work` MUST be repeatable: it awaits nothing but the transaction, and has no effect
 *   outside of it.
 * - **Failures.** A store that is gone, full or too busy throws Problem `store.unavailable`. No driver error leaves.
 */
export interface Store extends StoreView {
  /** Runs `work` in a transaction; many may share one commit. */
  write<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<Committed<T>>;
  /** Runs `work` on one unchanging snapshot. For reads of many rows; MUST NOT hold up writers. */
  snapshot<T>(work: (view: StoreView) => Promise<T>): Promise<T>;
  readonly feed: ChangeFeed;
  readonly archive: StoreArchive;
  readonly search: SearchIndex;
  readonly verification: VerificationReader;
  readonly leases: VerifierLeases;
  readonly vaults: OrganizationVaults;
  /**
   * Removes up to `rowsMax` rows that hang on entities deleted earlier. Resolves to the number removed; 0: nothing
   * is left. Safe to run on many nodes at once and to be killed at any moment.
   */
  sweep(rowsMax: number): Promise<number>;
  /**
   * Seals anew up to `keysMax` of what a former master key still seals: keys of organizations and secret settings.
   * Resolves to their number; 0: the former one is of no more use. Safe on many nodes at once and to be killed at any
   * moment.
   */
  rewrapKeys(keysMax: number): Promise<number>;
  /** Throws Problem store.unavailable unless the store answers and can be written. */
  check(): Promise<void>;
  /** Waits for writes under way, then closes. */
  close(): Promise<void>;
}

/** What seals an organization's credentials: for processes that queries run in, and never for an answer. */
export interface OrganizationVaults {
  find(organizationId: string): Promise<OrganizationVault | undefined>;
}

export interface Committed<T> {
  readonly value: T;
  /** Sequence of the last change that `work` appended; absent when it appended none. */
  readonly sequence: number | undefined;
}

export interface StoreView {
  readonly organizations: OrganizationReader;
  readonly environments: EnvironmentReader;
  readonly developers: DeveloperReader;
  readonly companies: CompanyReader;
  readonly apps: AppReader;
  readonly credentials: CredentialReader;
  readonly products: ApiProductReader;
  readonly ratePlans: RatePlanReader;
  readonly subscriptions: SubscriptionReader;
  readonly balances: BalanceReader;
  readonly monetizationConfigs: MonetizationConfigReader;
  readonly runtimeCredentials: RuntimeCredentialReader;
  readonly accounts: AccountReader;
  readonly roles: RoleReader;
  readonly audit: AuditReader;
  readonly settings: SettingReader;
}

export interface StoreTransaction extends StoreView {
  readonly organizations: OrganizationReader & OrganizationWriter;
  readonly environments: EnvironmentReader & EnvironmentWriter;
  readonly developers: DeveloperReader & DeveloperWriter;
  readonly accounts: AccountReader & AccountWriter;
  readonly roles: RoleReader & RoleWriter;
  readonly settings: SettingReader & SettingWriter;
  readonly companies: CompanyReader & CompanyWriter;
  readonly apps: AppReader & AppWriter;
  readonly credentials: CredentialReader & CredentialWriter;
  readonly products: ApiProductReader & ApiProductWriter;
  readonly ratePlans: RatePlanReader & RatePlanWriter;
  readonly subscriptions: SubscriptionReader & SubscriptionWriter;
  readonly balances: BalanceReader & BalanceWriter;
  readonly monetizationConfigs: MonetizationConfigReader & MonetizationConfigWriter;
  readonly runtimeCredentials: RuntimeCredentialReader & RuntimeCredentialWriter;
  /** Appends to the feed in this transaction. Sequences are drawn at commit. */
  append(change: ChangeDraft): void;
  /** Appends to the audit log in this transaction. */
  record(entry: AuditDraft): void;
}

export interface OrganizationReader {
  findByName(name: string): Promise<Organization | undefined>;
  find(id: string): Promise<Organization | undefined>;
  /** By name. */
  list(page: Page): Promise<Organization[]>;
  /** Of all of them, by name. */
  listNames(): Promise<OrganizationName[]>;
}
export type OrganizationName = Pick<Organization, 'id' | 'name'>;
export interface OrganizationWriter {
  /** False, and nothing written, where the name is taken. */
  insert(organization: Organization): Promise<boolean>;
  /** `organization.version` is one above the row's. */
  update(organization: Organization): Promise<void>;
  /** What hangs on it goes with the sweep; its name is free at once. */
  delete(organization: Organization): Promise<void>;
}

export interface EnvironmentReader {
  find(organizationId: string, name: string): Promise<Environment | undefined>;
  /** All of an organization, in order of creation. */
  list(organizationId: string): Promise<Environment[]>;
}
export interface EnvironmentWriter {
  insert(environment: Environment): Promise<boolean>;
  update(environment: Environment): Promise<void>;
  delete(environment: Environment): Promise<void>;
}

export interface DeveloperPage extends Page {
  /** Leaves out those who belong to a company. */
  readonly withoutCompany?: boolean | undefined;
}

export type DeveloperIdentity = Pick<Developer, 'id' | 'email'>;

export interface DeveloperReader {
  findByEmail(organizationId: string, emailKey: string): Promise<Developer | undefined>;
  /** The same where it is only asked who he is. */
  identify(organizationId: string, emailKey: string): Promise<DeveloperIdentity | undefined>;
  find(organizationId: string, id: string): Promise<Developer | undefined>;
  /** By e-mail key, which is also what `from` and `after` name. */
  list(organizationId: string, page: DeveloperPage): Promise<Developer[]>;
  /** The same with the names of each one's first apps and of his companies; `withoutCompany` has none to name. */
  listViews(organizationId: string, page: DeveloperPage, appsEach: number): Promise<DeveloperView[]>;
  /** Developers who own an app of that name, by e-mail key. */
  listByApp(organizationId: string, appName: string, limit: number): Promise<Developer[]>;
  /** Those of these ids or e-mail keys that exist, by e-mail key. */
  listByIds(organizationId: string, idsOrEmailKeys: readonly string[]): Promise<Developer[]>;
  /** Which of these ids no new developer may have: another has it, in whichever organization, or waits to be swept. */
  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Names of the developer's first apps, bytewise. Ask for who was just read: what a deleted one left is not told apart. */
  appNames(developerId: string, limit: number): Promise<string[]>;
  /** The same for many: only those with apps have an entry. */
  appNamesOfMany(developerIds: readonly string[], limitEach: number): Promise<Map<string, string[]>>;
  /** Names of the companies the developer belongs to, bytewise. */
  companyNames(developerId: string): Promise<string[]>;
  companyNamesOfMany(developerIds: readonly string[]): Promise<Map<string, string[]>>;
}
export interface DeveloperWriter {
  /** False, and nothing written, where the e-mail key is taken. */
  insert(developer: Developer): Promise<boolean>;
  /** False, and nothing written, where a new e-mail key is taken. */
  update(developer: Developer): Promise<boolean>;
  /** His apps, keys and memberships are invisible at once, and go with the sweep. */
  delete(developer: Developer): Promise<void>;
}

/** What an account signs in with. Never leaves store and operations. */
export interface AccountSecrets {
  /** argon2id in PHC form; absent: no password. */
  readonly passwordHash: string | undefined;
  /** SCRAM-SHA-256 verifier for SQL logins, as PostgreSQL writes it. */
  readonly scramVerifier: string | undefined;
}

/** What a token is proved by where it is not sent itself. Never leaves store and operations. */
export interface TokenSecrets {
  /** As {@link AccountSecrets} has it; absent of a token that was made before there were any. */
  readonly scramVerifier: string | undefined;
}

export interface AccountReader {
  findByEmail(emailKey: string): Promise<(Account & AccountSecrets) | undefined>;
  find(id: string): Promise<(Account & AccountSecrets) | undefined>;
  /** By e-mail key. */
  list(page: Page): Promise<Account[]>;
  /** `hash` is the SHA-256 of the token in hex. */
  findToken(hash: string): Promise<AccountToken | undefined>;
  listTokens(accountId: string): Promise<AccountToken[]>;
  /** The same with what proves them. */
  listTokenSecrets(accountId: string): Promise<(AccountToken & TokenSecrets)[]>;
}
export interface AccountWriter {
  insert(account: Account & AccountSecrets): Promise<boolean>;
  update(account: Account & AccountSecrets): Promise<boolean>;
  /** Its tokens and role memberships go with it, in the same transaction. */
  delete(account: Account): Promise<void>;
  insertToken(token: AccountToken, hash: string, scramVerifier?: string | undefined): Promise<void>;
  /** Writes nothing where the password has changed since. */
  setVerifier(account: Account, scramVerifier: string): Promise<void>;
  setTokenVerifier(hash: string, scramVerifier: string): Promise<void>;
  deleteToken(token: AccountToken): Promise<void>;
}

export interface RoleReader {
  find(organizationId: string, name: string): Promise<Role | undefined>;
  /** Custom roles, by name. */
  list(organizationId: string): Promise<Role[]>;
  /** E-mails of the accounts that hold the role, by e-mail key. */
  listMembers(organizationId: string, role: string): Promise<string[]>;
  /** Names of the roles that the account holds in the organization, with their permissions where they are custom. */
  listOfAccount(organizationId: string, accountId: string): Promise<HeldRole[]>;
  /** Every organization in which the account holds a role, with the role's name, by organization name then role. */
  listMemberships(accountId: string): Promise<{ organization: string; role: string }[]>;
}
export interface HeldRole {
  readonly name: string;
  /** Absent for a built-in role. */
  readonly permissions: Role['permissions'] | undefined;
}
export interface RoleWriter {
  insert(role: Role): Promise<boolean>;
  update(role: Role): Promise<void>;
  /** Members go with it, those too that are added at the same moment: a later role of that name has none. */
  delete(role: Role): Promise<void>;
  /** False where the account holds it already. */
  addMember(organizationId: string, role: string, accountId: string): Promise<boolean>;
  /** False where the account did not hold it. */
  removeMember(organizationId: string, role: string, accountId: string): Promise<boolean>;
}

export interface AuditQuery {
  readonly organizationId: string;
  /** Canonical path below the organization; `/` for all of it. */
  readonly resource: string;
  /** Whether entities below the resource count too. */
  readonly beneath: boolean;
  /** Milliseconds since 1970 UTC: from (inclusive), to (exclusive). */
  readonly from: number;
  readonly to: number;
  readonly account?: string | undefined;
  readonly operation?: string | undefined;
  readonly limit: number;
}
export interface AuditReader {
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>;
  /** Newest first, over all organizations. */
  listOfAccount(account: string, query: { from: number; to: number; limit: number }): Promise<AuditEntry[]>;
  /** Newest first: of all organizations, and of none. */
  listOfAll(query: { from: number; to: number; limit: number }): Promise<AuditEntry[]>;
}

/** Small values of the store itself: epoch, signing key (encrypted), marks of upkeep. */
export interface SettingReader {
  get(name: string): Promise<string | undefined>;
}
export interface SettingWriter {
  set(name: string, value: string): Promise<void>;
  /** False, and nothing written, where it is there already: of two nodes that start at once, one wins. */
  setIfAbsent(name: string, value: string): Promise<boolean>;
}

/** The change log (G2). */
export interface ChangeFeed {
  /** Differs after a restore: who followed another epoch starts over. `last` is 0 in an empty log. */
  head(): Promise<{ epoch: string; last: number }>;
  /** Changes after a sequence, in order, at most `limit`. */
  after(sequence: number, limit: number): Promise<Change[]>;
  /** Calls `listener` soon after a commit, here or on another node. A bell, not the truth: it may ring too often. */
  onCommit(listener: () => void): () => void;
}

/** The whole content, row by row, in a form that both engines read (backup, restore, move to the other engine). */
export interface StoreArchive {
  /** One consistent snapshot. `rows` is the count of all, for a progress bar. */
  dump(): AsyncIterable<ArchiveItem>;
  /** Replaces all content in one transaction, and sets a new epoch. Half an archive changes nothing. */
  load(items: AsyncIterable<ArchiveItem>): Promise<{ rows: number }>;
}
export type ArchiveItem =
  | { readonly kind: 'head'; readonly schema: number; readonly rows: number }
  | { readonly kind: 'row'; readonly table: string; readonly row: Readonly<Record<string, string | number | null>> }
  | { readonly kind: 'end'; readonly rows: number };
