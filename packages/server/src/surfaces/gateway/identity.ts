import type { Verdict } from '@claviger/verify';

type Allowed = Extract<Verdict, { allowed: true }>;

/** PLACEHOLDER until the shared one is merged. */
export function listIdentityHeaders({ app, owner, product }: Allowed): [string, string][] {
  const headers: [string, string][] = [['x-claviger-app', encodeURIComponent(app.name)]];
  if (owner.kind === 'developer') headers.push(['x-claviger-developer', encodeURIComponent(owner.email)]);
  else headers.push(['x-claviger-company', encodeURIComponent(owner.name)]);
  if (product !== undefined) headers.push(['x-claviger-product', encodeURIComponent(product.name)]);
  return headers;
}
