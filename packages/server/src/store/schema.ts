import type { Generated } from 'kysely';

/**
 * The tables as the newest migration leaves them. Both engines hold the same values: text, integers (times in
 * milliseconds since 1970 UTC, booleans as 0 and 1) and JSON as text.
 */
export interface Tables {
  organization: OrganizationRow;
  environment: EnvironmentRow;
  developer: DeveloperRow;
  app: AppRow;
  company: CompanyRow;
  company_member: CompanyMemberRow;
  account: AccountRow;
  account_token: AccountTokenRow;
  role: RoleRow;
  role_member: RoleMemberRow;
  setting: SettingRow;
  change: ChangeRow;
  audit: AuditRow;
  sweep: SweepRow;
}

export type TableName = keyof Tables;

/** Every table with content, owners before what refers to them: the order of an archive. */
export const tableNames: readonly TableName[] = [
  'organization',
  'environment',
  'developer',
  'app',
  'company',
  'company_member',
  'account',
  'account_token',
  'role',
  'role_member',
  'setting',
  'change',
  'audit',
  'sweep',
];

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

export interface AppRow {
  id: string;
  organization_id: string;
  owner_id: string;
  name: string;
  version: number;
}

export interface CompanyRow {
  id: string;
  organization_id: string;
  name: string;
  version: number;
}

export interface CompanyMemberRow {
  organization_id: string;
  company_id: string;
  developer_id: string;
  version: number;
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
