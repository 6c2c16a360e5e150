import { keyLookup } from '../../domain/sql-resource-table.ts';
import { viewApps, viewKeyLookup, viewKeyProducts, viewKeys } from './view-app.ts';
import { viewAudits, viewEnvironments, viewOrganizations, viewRoles, viewUsers } from './view-organization.ts';
import { viewAppGroups, viewAttributes, viewCompanies, viewDevelopers, viewMembers } from './view-owner.ts';
import {
  viewAppGroupBalance,
  viewAppGroupMonetizationConfig,
  viewDeveloperBalance,
  viewDeveloperMonetizationConfig,
  viewProducts,
  viewRatePlans,
  viewSubscriptions,
} from './view-product.ts';
import { type ShareOf, scopeViews, type ViewOrganization, type ViewScope } from './view-scope.ts';

/**
 * The rows of each resource, as a SELECT over the tables that migrations make. What is deleted and waits for the sweep is
 * not among them (store/live.ts). A column of a view is a column of a table where it can be, so that its index finds it.
 */
const views: Readonly<Record<string, (scope: ViewScope) => string>> = {
  developers: viewDevelopers,
  appgroups: viewAppGroups,
  companies: viewCompanies,
  appgroups_members: viewMembers,
  attributes: viewAttributes,
  apps: viewApps,
  keys: viewKeys,
  keys_apiproducts: viewKeyProducts,
  apiproducts: viewProducts,
  rateplans: viewRatePlans,
  subscriptions: viewSubscriptions,
  developers_balance: viewDeveloperBalance,
  appgroups_balance: viewAppGroupBalance,
  developers_monetization_config: viewDeveloperMonetizationConfig,
  appgroups_monetization_config: viewAppGroupMonetizationConfig,
  organizations: viewOrganizations,
  environments: viewEnvironments,
  audits: viewAudits,
  userroles: viewRoles,
  users: viewUsers,
  [keyLookup]: viewKeyLookup,
};

/**
 * The SELECT behind a view of a resource that shows the rows of these organizations, and of no other.
 */
export function selectResource(resource: string, organizations: readonly ViewOrganization[], shareOf: ShareOf): string {
  const view = Object.hasOwn(views, resource) ? views[resource] : undefined;
  if (view === undefined) throw new Error(`no resource ${resource}`);
  // It is asked for one hash alone.
  return view(scopeViews(organizations, resource === keyLookup ? () => 'guess' : shareOf));
}
