import { type RequiredRow, requireRows } from './report.ts';

const organization = '/v1/organizations/{org}';
const companies = `${organization}/companies`;
const company = `${companies}/{company}`;
const groups = `${organization}/appgroups`;
const group = `${groups}/{appgroup}`;
const xGroups = '/x/v1/organizations/{org}/appgroups';
const xGroup = `${xGroups}/{appgroup}`;
const xKey = `${xGroup}/apps/{app}/keys/{key}`;

/** What the clients of compat/edge.md §14 and compat/x.md §3 do as far as it concerns companies and app groups. */
export const requiredCompanyRows: readonly RequiredRow[] = [
  ...requireRows('terraform scastria/apigee, companies', 'compat/edge.md §14.5', [
    [`POST ${companies}`, 201],
    [`GET ${company}`, 200],
    [`GET ${company}`, 404],
    [`PUT ${company}`, 200],
    [`POST ${company}?action=inactive`, 204],
    [`POST ${company}/developers`, 200],
    [`GET ${company}/developers`, 200],
    [`DELETE ${company}/developers/{developer}`, 200, 204],
    [`POST ${company}/apps`, 201],
    [`POST ${company}/apps/{app}/keys/create`, 201],
    [`PUT ${company}/apps/{app}/keys/{key}`, 200],
    [`DELETE ${company}/apps/{app}`, 200],
    [`DELETE ${company}`, 200],
  ]),
  ...requireRows('apigee-client-php, companies', 'compat/edge.md §14.3', [
    [`GET ${companies}?expand`, 200],
    [`GET ${companies}?expand&startKey`, 200],
    [`POST ${company}/developers`, 200],
    [`DELETE ${company}/developers/{developer}`, 200, 204],
    [`POST ${company}/apps/{app}?action=revoke`, 204],
  ]),
  ...requireRows('apigee-client-php, app groups', 'compat/x.md §1.7', [
    [`GET ${groups}?pageToken`, 200],
    [`PUT ${group}`, 200],
    [`POST ${group}?action=inactive`, 200, 204],
    [`GET ${group}/attributes/{attribute}`, 200],
    [`GET ${group}/apps?pageSize`, 200],
    [`POST ${group}/apps/{app}?action=revoke`, 200, 204],
    [`POST ${group}/apps/{app}/keys/create`, 200],
  ]),
  ...requireRows('apigeecli, app groups', 'compat/x.md §1.7', [
    [`GET ${groups}?filter&pageSize`, 200],
    [`PUT ${group}?action=inactive`, 200, 204],
    [`POST ${group}/apps/{app}/keys`, 200],
    [`POST ${group}/apps/{app}/keys/{key}?action=revoke`, 200, 204],
  ]),
  ...requireRows('googleapis', 'compat/x.md §3', [
    [`GET ${xGroups}?filter&pageSize`, 200],
    [`POST ${xGroups}`, 200],
    [`GET ${xGroup}`, 200],
    [`PUT ${xGroup}`, 200],
    [`PUT ${xGroup}?action=inactive`, 204],
    [`DELETE ${xGroup}`, 200],
    [`GET ${xGroup}/apps?pageSize`, 200],
    [`POST ${xGroup}/apps`, 200],
    [`GET ${xGroup}/apps/{app}`, 200],
    [`PUT ${xGroup}/apps/{app}`, 200],
    [`PUT ${xGroup}/apps/{app}?action=revoke`, 204],
    [`DELETE ${xGroup}/apps/{app}`, 200],
    [`POST ${xGroup}/apps/{app}/keys`, 200],
    [`GET ${xKey}`, 200],
    [`POST ${xKey}`, 200],
    [`DELETE ${xKey}`, 200],
    [`POST ${xKey}/apiproducts/{product}?action=revoke`, 204],
    [`DELETE ${xKey}/apiproducts/{product}`, 200],
  ]),
];
