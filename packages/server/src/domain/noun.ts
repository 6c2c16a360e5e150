/**
 * Everything that is stored, changed and told of by its own name. A change names its noun, so that a
 * reader of the feed knows what moved without a look at the row.
 */
export const nouns = [
  'organization',
  'environment',
  'developer',
  'company',
  'app',
  'credential',
  'api-product',
  'rate-plan',
  'subscription',
  'balance',
  'monetization-config',
  'account',
  'account-token',
  'role',
  'role-member',
  'runtime-credential',
] as const;

export type Noun = (typeof nouns)[number];
