import { appResources } from './sql-app-resource.ts';
import { organizationResources } from './sql-organization-resource.ts';
import { ownerResources } from './sql-owner-resource.ts';
import { productResources } from './sql-product-resource.ts';
import type { SqlResource } from './sql-resource.ts';

/**
 * Every resource that SQL shows, by StackQL's names where it has one (test/fixtures/x/stackql-methods.tsv). Fields are
 * those of the X dialect, of companies those of Edge. What an API leaves out is null; a list without entries is `[]`.
 */
export const sqlResources: readonly SqlResource[] = [
  ...ownerResources,
  ...appResources,
  ...productResources,
  ...organizationResources,
];

/**
 * Finds an app by a key without decrypting: a view that no text can name, which a query takes its rows from by
 * `Query.views` like those of resources. Columns: `organizationsId`, `appId`, `consumerKeyHash`. It is granted with
 * `keys`. A comparison `k.consumerKey = X` (or `keysId`) becomes
 * `(k.consumerKey = X AND k.appId IN (SELECT appId FROM <key lookup> WHERE consumerKeyHash = key_hash(organizationsId, X)))`.
 */
export const keyLookup = 'key_lookup';

/** The SQL function of that comparison: null where the session may not read keys of that organization. */
export const keyHashFunction = 'key_hash';
