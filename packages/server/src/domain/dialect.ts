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
  },
  x: {
    developerRequired: ['email', 'firstName', 'lastName', 'userName'],
    emailCapitals: 'refused',
    emailRename: 'refused',
    updateById: 'refused',
    companyDevelopersHidden: false,
    developerPageMax: 1000,
    attributesMax: 18,
  },
};
