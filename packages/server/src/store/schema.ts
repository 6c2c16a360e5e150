import type { Generated } from 'kysely';
import type { VerifierLeaseRow } from './verifier-lease-row.ts';

/**
 * The tables as the newest migration leaves them. Both engines hold the same values: text, integers (times in
 * milliseconds since 1970 UTC, booleans as 0 and 1) and JSON as text.
 */
export interface Tables {
  organization: OrganizationRow;
  organization_key: OrganizationKeyRow;
  environment: EnvironmentRow;
  developer: DeveloperRow & DeveloperMarks;
  company: CompanyRow;
  company_member: CompanyMemberRow;
  app: AppRow;
  credential: CredentialRow;
  credential_product: CredentialProductRow;
  api_product: ApiProductRow;
  api_product_attribute: ApiProductAttributeRow;
  rate_plan: RatePlanRow;
  subscription: SubscriptionRow;
  monetization_config: MonetizationConfigRow;
  wallet: WalletRow;
  wallet_credit: WalletCreditRow;
  account: AccountRow;
  account_token: AccountTokenRow;
  role: RoleRow;
  role_member: RoleMemberRow;
  runtime_credential: RuntimeCredentialRow;
  setting: SettingRow;
  change: ChangeRow;
  audit: AuditRow;
  sweep: SweepRow;
  search_state: SearchStateRow;
  search_scope: SearchScopeRow;
  search_document: SearchDocumentRow;
  search_posting: SearchPostingRow;
  verifier_lease: VerifierLeaseRow;
}

export type TableName = keyof Tables;

/** Every table with content, owners before what refers to them: the order of an archive. */
export const tableNames: readonly TableName[] = [
  'organization',
  'organization_key',
  'environment',
  'developer',
  'company',
  'company_member',
  'app',
  'credential',
  'credential_product',
  'api_product',
  'api_product_attribute',
  'rate_plan',
  'subscription',
  'monetization_config',
  'wallet',
  'wallet_credit',
  'account',
  'account_token',
  'role',
  'role_member',
  'runtime_credential',
  'setting',
  'change',
  'audit',
  'sweep',
];

/** Tables that say nothing of their own: no archive holds them, and they are made anew from the rest. */
export const derivedTableNames: readonly TableName[] = [
  'search_state',
  'search_scope',
  'search_document',
  'search_posting',
];

/** Tables about what runs now, and not about content: no archive holds them, and a restore leaves them as they are. */
export const keptTableNames: readonly TableName[] = ['verifier_lease'];

export interface StampRow {
  created_at: number;
  created_by: string;
  last_modified_at: number;
  last_modified_by: string;
  version: number;
}

export interface OrganizationRow extends StampRow {
  id: string;
  name: string;
  dialect: string;
  display_name: string;
  properties: string;
  /** 1: no reader answers a consumer secret. */
  secrets_shown_once: number;
}

export interface EnvironmentRow extends StampRow {
  id: string;
  organization_id: string;
  name: string;
  properties: string;
}

export interface DeveloperRow extends StampRow {
  id: string;
  organization_id: string;
  email: string;
  email_key: string;
  first_name: string;
  last_name: string;
  user_name: string | null;
  status: string;
  attributes: string;
  access_type: string | null;
  app_family: string | null;
}

/** Kept by the engine: 0 where there is nothing to look for, 1 where there may be. */
export interface DeveloperMarks {
  may_own_apps: number;
  may_be_member: number;
}

/** Keys that seal an organization's secrets, wrapped by a master key. */
export interface OrganizationKeyRow {
  organization_id: string;
  master_key_id: string;
  data_key: string;
  lookup_key: string;
}

export interface CompanyRow extends StampRow {
  id: string;
  organization_id: string;
  name: string;
  name_key: string;
  display_name: string | null;
  status: string;
  attributes: string;
  channel_id: string | null;
  channel_uri: string | null;
  email: string | null;
}

export interface CompanyMemberRow {
  organization_id: string;
  company_id: string;
  developer_id: string;
  roles: string;
  version: number;
}

export interface AppRow extends StampRow {
  id: string;
  organization_id: string;
  /** Decides in which table the owner is. */
  owner_kind: string;
  owner_id: string;
  name: string;
  status: string;
  callback_url: string | null;
  attributes: string;
  scopes: string;
  app_family: string | null;
}

export interface CredentialRow extends StampRow {
  id: string;
  organization_id: string;
  app_id: string;
  /** Of the consumer key, under the organization's lookup key. */
  lookup_hash: string;
  /** Consumer key and secret in one ciphertext, bound to the id. */
  sealed: string;
  status: string;
  /** Names and statuses in order, as JSON: read with the row, without a second statement. */
  products: string;
  attributes: string;
  scopes: string;
  issued_at: number;
  expires_at: number | null;
  /** The credential that took this one's place, and the mark of the request that did it. */
  successor_id: string | null;
  rotation_mark: string | null;
  /** Counts the credentials that an app has had: tells apart those of one moment. */
  ordinal: number;
}

/** Finds credentials by the products on them. */
export interface CredentialProductRow {
  organization_id: string;
  product: string;
  app_id: string;
  credential_id: string;
}

export interface ApiProductRow extends StampRow {
  id: string;
  organization_id: string;
  name: string;
  space: string | null;
  /** All other members, as JSON: they are read and written together. */
  content: string;
}

/** Finds products by an attribute. */
export interface ApiProductAttributeRow {
  organization_id: string;
  /** Of name and value, which together are longer than an index takes. */
  attribute_hash: string;
  product_id: string;
}

export interface AccountRow extends StampRow {
  id: string;
  email: string;
  email_key: string;
  first_name: string;
  last_name: string;
  status: string;
  sysadmin: number;
  password_version: number;
  password_hash: string | null;
  scram_verifier: string | null;
}

export interface AccountTokenRow {
  id: string;
  account_id: string;
  hash: string;
  label: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  version: number;
  scram_verifier: string | null;
}

export interface RoleRow extends StampRow {
  id: string;
  organization_id: string;
  name: string;
  permissions: string;
}

export interface RoleMemberRow {
  organization_id: string;
  role: string;
  account_id: string;
  version: number;
}

/** Made and deleted, never changed. */
export interface RuntimeCredentialRow {
  id: string;
  organization_id: string;
  name: string;
  /** SHA-256 of the token. */
  hash: string;
  created_at: number;
  created_by: string;
}

export interface SettingRow {
  name: string;
  value: string;
}

export interface ChangeRow {
  sequence: Generated<number>;
  organization_id: string | null;
  noun: string;
  entity_id: string;
  kind: string;
  version: number;
  at: number;
}

export interface AuditRow {
  id: Generated<number>;
  organization_id: string | null;
  at: number;
  account: string;
  operation: string;
  request_uri: string;
  response_code: number;
  request_id: string;
  resource: string;
  request: string;
}

/** A deleted owner whose dependents may remain. */
export interface SweepRow {
  id: Generated<number>;
  noun: string;
  entity_id: string;
}

/** How far the search index has come; one row. */
export interface SearchStateRow {
  id: number;
  /** Names the index; empty before its first step. */
  generation: string;
  /** The noun that it is being built from, or `follow`: it takes in the changes after `sequence`. */
  phase: string;
  /** Id of the last entity that it was built from. */
  mark: string;
  sequence: number;
}

/** What is searched at a time: the entities of one noun in one organization. */
export interface SearchScopeRow {
  id: Generated<number>;
  organization_id: string;
  noun: string;
  /** Drawn by the next document. */
  next_number: number;
}

/** An entity in the index. */
export interface SearchDocumentRow {
  scope_id: number;
  number: number;
  entity_id: string;
  /** The owner of an app, the app of a credential. */
  parent_id: string | null;
  /** The terms that it is found under, six characters each. */
  terms: string;
  /** Terms that come from what hangs on it: they may outlive their reason, and go when it goes. */
  links: string;
}

/** Which documents of a block have a term. */
export interface SearchPostingRow {
  scope_id: number;
  term: string;
  block: number;
  members: string;
}

export interface RatePlanRow extends StampRow {
  id: string;
  organization_id: string;
  product_id: string;
  /** Empty: not said. */
  state: string;
  start_time: number;
  end_time: number;
  /** All the rest, as JSON. */
  content: string;
}

/** What belongs to a developer or a company. */
interface OwnedRow {
  organization_id: string;
  owner_kind: string;
  owner_id: string;
}

export interface SubscriptionRow extends OwnedRow, StampRow {
  id: string;
  product_id: string;
  product: string;
  start_time: number;
  end_time: number;
}

/** One for each owner. */
export interface MonetizationConfigRow extends OwnedRow, StampRow {
  billing_type: string;
}

/** One for each owner and currency. Units are decimal text: not every engine gives an int64 back whole. */
export interface WalletRow extends OwnedRow, StampRow {
  id: string;
  currency: string;
  balance_units: string;
  balance_nanos: number;
  credited_units: string;
  credited_nanos: number;
  last_credit_at: number | null;
}

/** One for each owner and transaction, by which a credit that comes again is known. */
export interface WalletCreditRow extends OwnedRow {
  transaction_id: string;
  currency: string;
  units: string;
  nanos: number;
  at: number;
}
