import type { StoreView } from '../ports/store.ts';
import { AccountTable } from './account.ts';
import { ApiProductTable } from './api-product.ts';
import { AppTable } from './app.ts';
import { AuditTable } from './audit.ts';
import { BalanceTable } from './balance.ts';
import { CompanyTable } from './company.ts';
import { CredentialTable } from './credential.ts';
import { DeveloperTable } from './developer.ts';
import type { Executor } from './engine.ts';
import { EnvironmentTable } from './environment.ts';
import { MonetizationConfigTable } from './monetization-config.ts';
import { OrganizationTable } from './organization.ts';
import type { KeyRing } from './organization-key.ts';
import { RatePlanTable } from './rate-plan.ts';
import { RoleTable } from './role.ts';
import { RuntimeCredentialTable } from './runtime-credential.ts';
import { SettingTable } from './setting.ts';
import { SubscriptionTable } from './subscription.ts';

/** What statements see, on a connection or in a transaction. */
export class View implements StoreView {
  readonly organizations: OrganizationTable;
  readonly environments: EnvironmentTable;
  readonly developers: DeveloperTable;
  readonly accounts: AccountTable;
  readonly roles: RoleTable;
  readonly audit: AuditTable;
  readonly settings: SettingTable;
  readonly companies: CompanyTable;
  readonly apps: AppTable;
  readonly credentials: CredentialTable;
  readonly products: ApiProductTable;
  readonly ratePlans: RatePlanTable;
  readonly subscriptions: SubscriptionTable;
  readonly balances: BalanceTable;
  readonly monetizationConfigs: MonetizationConfigTable;
  readonly runtimeCredentials: RuntimeCredentialTable;

  constructor(executor: Executor, keys: KeyRing) {
    const newApps = new Set<string>();
    this.organizations = new OrganizationTable(executor, keys);
    this.environments = new EnvironmentTable(executor);
    this.developers = new DeveloperTable(executor);
    this.accounts = new AccountTable(executor);
    this.roles = new RoleTable(executor);
    this.audit = new AuditTable(executor);
    this.settings = new SettingTable(executor);
    this.companies = new CompanyTable(executor);
    this.apps = new AppTable(executor, newApps);
    this.credentials = new CredentialTable(executor, keys, newApps);
    this.products = new ApiProductTable(executor, keys);
    this.ratePlans = new RatePlanTable(executor);
    this.subscriptions = new SubscriptionTable(executor);
    this.balances = new BalanceTable(executor);
    this.monetizationConfigs = new MonetizationConfigTable(executor);
    this.runtimeCredentials = new RuntimeCredentialTable(executor);
  }
}
