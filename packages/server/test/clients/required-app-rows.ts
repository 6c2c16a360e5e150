import { type RequiredRow, requireRows } from './report.ts';

const o = '/v1/o/{org}';
const organizations = '/v1/organizations/{org}';
const apps = `${organizations}/developers/{developer}/apps`;
const app = `${apps}/{app}`;
const key = `${app}/keys/{key}`;
const x = '/x/v1/organizations/{org}';
const xApps = `${x}/developers/{developer}/apps`;
const xApp = `${xApps}/{app}`;
const xKey = `${xApp}/keys/{key}`;

/** What the clients of compat/edge.md §14 and compat/x.md §3 do as far as it concerns apps and keys. */
export const requiredAppRows: readonly RequiredRow[] = [
  ...requireRows('apigeetool', 'compat/edge.md §14.1', [
    [`POST ${o}/developers/{developer}/apps`, 201],
    [`POST ${o}/developers/{developer}/apps`, 409],
    [`POST ${o}/developers/{developer}/apps/{app}/keys/create`, 201],
    [`POST ${o}/developers/{developer}/apps/{app}/keys/create`, 409],
    [`POST ${o}/developers/{developer}/apps/{app}/keys/{key}`, 200],
    [`GET ${o}/apps`, 200],
    [`GET ${o}/apps/{app}`, 200],
    [`DELETE ${o}/developers/{developer}/apps/{app}`, 200],
    [`DELETE ${o}/developers/{developer}/apps/{app}`, 404],
  ]),
  ...requireRows('apigee-edge-js', 'compat/edge.md §14.2', [
    [`POST ${apps}`, 201],
    [`POST ${apps}`, 409],
    [`GET ${apps}`, 200],
    [`GET ${app}`, 200],
    [`GET ${app}`, 404],
    [`PUT ${app}`, 200],
    [`POST ${app}`, 200],
    [`POST ${app}?action=revoke`, 204],
    [`POST ${app}?action=approve`, 204],
    [`DELETE ${app}`, 200],
    [`DELETE ${app}`, 404],
    [`GET ${organizations}/apps?expand`, 200],
    [`GET ${organizations}/apps`, 200],
    [`GET ${organizations}/apps/{app}`, 200],
    [`POST ${organizations}/companies`, 201],
    [`GET ${organizations}/companies`, 200],
    [`GET ${organizations}/companies/{company}`, 200],
    [`GET ${organizations}/companies/{company}/developers`, 200],
    [`POST ${app}/keys/create`, 201],
    [`POST ${app}/keys/create`, 404],
    [`GET ${key}`, 200],
    [`GET ${key}`, 404],
    [`POST ${key}`, 200],
    [`PUT ${key}`, 200],
    [`PUT ${key}`, 404],
    [`POST ${key}?action=revoke`, 204],
    [`POST ${key}?action=approve`, 204],
    [`DELETE ${key}/apiproducts/{product}`, 200],
    [`DELETE ${key}/apiproducts/{product}`, 500],
    [`DELETE ${key}`, 200],
    [`DELETE ${key}`, 404],
  ]),
  ...requireRows('googleapis', 'compat/x.md §3', [
    [`POST ${xApps}`, 200],
    [`GET ${xApps}`, 200],
    [`GET ${xApps}?count&expand&startKey`, 200],
    [`GET ${xApp}`, 200],
    [`PUT ${xApp}`, 200],
    [`POST ${xApp}`, 200],
    [`POST ${xApp}?action=revoke`, 204],
    [`DELETE ${xApp}`, 200],
    [`POST ${xApp}/attributes`, 200],
    [`GET ${xApp}/attributes`, 200],
    [`POST ${xApp}/attributes/{attribute}`, 200],
    [`GET ${xApp}/attributes/{attribute}`, 200],
    [`DELETE ${xApp}/attributes/{attribute}`, 200],
    [`POST ${xApp}/keys`, 200],
    [`POST ${xApp}/keys/create`, 200],
    [`GET ${xKey}`, 200],
    [`POST ${xKey}`, 200],
    [`PUT ${xKey}`, 200],
    [`POST ${xKey}?action=revoke`, 204],
    [`POST ${xKey}/apiproducts/{product}?action=revoke`, 204],
    [`DELETE ${xKey}/apiproducts/{product}`, 200],
    [`DELETE ${xKey}`, 200],
    [`GET ${x}/apps?pageSize`, 200],
    [`GET ${x}/apps?expand&filter`, 200],
    [`GET ${x}/apps/{app}`, 200],
  ]),
];
