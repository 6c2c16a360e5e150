import type { ReplayStep } from '../replay.ts';

/** What clients of apps and keys find in the organization, or make first. Both dialects take it. */

export const organization = '/v1/organizations/{org}';
export const apps = `${organization}/developers/ann@example.com/apps`;
/** With the e-mail encoded once, as most clients do. */
export const encodedApps = `${organization}/developers/ann%40example.com/apps`;
export const action = { 'content-type': 'application/octet-stream' };

const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };

export const makeAnn: ReplayStep = {
  does: 'has Ann',
  call: `POST ${organization}/developers`,
  json: ann,
  status: [200, 201],
};

export function makeProduct(name: string, approvalType = 'auto', members: object = {}): ReplayStep {
  return {
    does: `has the product ${name}`,
    call: `POST ${organization}/apiproducts`,
    json: { name, displayName: name, approvalType, ...members },
    status: [200, 201],
  };
}

/** A product on a key as answers show it. */
export function on(apiproduct: string, status = 'approved') {
  return { apiproduct, status };
}
