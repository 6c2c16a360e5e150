/** `edge`: the classic Apigee Edge API. `x`: Google's Apigee X/hybrid. */
export type Dialect = 'edge' | 'x';

/** Where the two dialects disagree on a rule, the rule is data here, not an `if` in a surface. */
export interface DialectRules {
  /** Members that a developer must have (request/003 for Edge, request/001 for X). */
  readonly developerRequired: readonly ('email' | 'firstName' | 'lastName' | 'userName')[];
  /** Whether an e-mail with capitals is taken as it is, or refused (design.md, "E-mail"). */
  readonly emailCapitals: 'kept' | 'refused';
  /** Whether an update may carry another e-mail than the path (compat/edge.md §3.2, compat/x.md §1.2). */
  readonly emailRename: 'allowed' | 'refused';
  /** Whether an update may name the developer by id (compat/x.md §1.2: PUT by UUID is a name mismatch). */
  readonly updateById: 'allowed' | 'refused';
  /** Whether a list leaves out developers who belong to a company unless asked (design.md). */
  readonly companyDevelopersHidden: boolean;
  /** Largest and default page of developers (compat/edge.md §1.5, compat/x.md §1.0). */
  readonly developerPageMax: number;
  /** Custom attributes on one entity (request/001). */
  readonly attributesMax: number;
  /**
   * What a body that names an attribute twice means. On Edge the first counts: apigee-edge-js puts new values in front of
   * those that it has read (compat/edge.md §14.2).
   */
  readonly attributeTwice: 'first-counts' | 'refused';
  /** Members that a product must have (compat/edge.md §6; X was recorded to make one from a name alone). */
  readonly productRequired: readonly ('name' | 'displayName' | 'approvalType')[];
  /** Whether `apiResources` beside an operation group is refused (compat/x.md §1.1, ApiProduct). */
  readonly resourcesBesideOperations: 'allowed' | 'refused';
  /** Whether a product can be deleted while a key names it (design.md, "Deleting a product on a key"). */
  readonly productDeleteInUse: 'refused' | 'allowed';
  /** Largest and default page of products, companies and app groups (compat/edge.md §1.5). */
  readonly productPageMax: number;
  readonly companyPageMax: number;
  /** What an answer tells of a company beside itself: names of its apps, or its members in X's reserved attribute. */
  readonly companyShows: 'apps' | 'members';
  /** Members of a company that this dialect knows and the other one does not (compat/x.md §1.1, AppGroup). */
  readonly companyFields: readonly ('channelId' | 'channelUri' | 'email')[];
  /** Whether a company may be called `0` (compat/edge.md §7). */
  readonly companyNameZero: 'refused' | 'allowed';
  /** Whether members, apps and keys of an inactive company can be reached (compat/edge.md §7). */
  readonly inactiveCompany: 'closed' | 'open';
  /** Apps in one page of an owner: at most, and where no count is given (compat/edge.md §1.5, compat/x.md §1.0). */
  readonly appPageMax: number;
  readonly appPageDefault: number;
  /** What `keyExpiresIn` of a company's app counts in (compat/x.md §1.1, AppGroupApp). */
  readonly companyKeyExpiresIn: 'milliseconds' | 'seconds';
  /** Whether an app is found by its id where its name is asked for (compat/x.md §1.3). */
  readonly appById: 'found' | 'unknown';
}

export const dialectRules: Readonly<Record<Dialect, DialectRules>> = {
  edge: {
    developerRequired: ['email', 'firstName', 'lastName'],
    emailCapitals: 'kept',
    emailRename: 'allowed',
    updateById: 'allowed',
    companyDevelopersHidden: true,
    developerPageMax: 1000,
    attributesMax: 18,
    attributeTwice: 'first-counts',
    productRequired: ['name', 'displayName', 'approvalType'],
    resourcesBesideOperations: 'allowed',
    productDeleteInUse: 'refused',
    productPageMax: 1000,
    companyPageMax: 1000,
    companyShows: 'apps',
    companyFields: [],
    companyNameZero: 'refused',
    inactiveCompany: 'closed',
    appPageMax: 100,
    appPageDefault: 100,
    companyKeyExpiresIn: 'milliseconds',
    appById: 'found',
  },
  x: {
    developerRequired: ['email', 'firstName', 'lastName', 'userName'],
    emailCapitals: 'refused',
    emailRename: 'refused',
    updateById: 'refused',
    companyDevelopersHidden: false,
    developerPageMax: 1000,
    attributesMax: 18,
    attributeTwice: 'refused',
    productRequired: ['name'],
    resourcesBesideOperations: 'refused',
    productDeleteInUse: 'allowed',
    productPageMax: 1000,
    companyPageMax: 1000,
    companyShows: 'members',
    companyFields: ['channelId', 'channelUri', 'email'],
    companyNameZero: 'allowed',
    inactiveCompany: 'open',
    appPageMax: 1000,
    appPageDefault: 100,
    companyKeyExpiresIn: 'seconds',
    appById: 'unknown',
  },
};
