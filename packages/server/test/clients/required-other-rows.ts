import { type RequiredRow, requireRows } from './report.ts';

const organization = '/v1/organizations/{org}';
const products = `${organization}/apiproducts`;
const product = `${products}/{product}`;
const apps = `${organization}/developers/{developer}/apps`;
const app = `${apps}/{app}`;
const key = `${app}/keys/{key}`;
const company = `${organization}/companies/{company}`;
const companyApp = `${company}/apps/{app}`;

/** What the other clients of compat/edge.md §14 do with apps, keys and products. */
export const requiredOtherRows: readonly RequiredRow[] = [
  ...requireRows('Drupal apigee_edge, apps', 'compat/edge.md §14.4', [
    [`POST ${products}`, 201],
    [`GET ${products}?expand`, 200],
    [`GET ${app}`, 404],
    [`POST ${apps}`, 201],
    [`DELETE ${key}/apiproducts/{product}`, 200],
    [`POST ${key}`, 200],
    [`PUT ${app}`, 200],
    [`POST ${key}?action=revoke`, 204],
    [`DELETE ${key}`, 200],
    [`GET ${organization}/apps?expand&includeCred`, 200],
    [`DELETE ${app}`, 200],
  ]),
  ...requireRows('apigee-migrate-tool, apps', 'compat/edge.md §14.7', [
    ['POST /v1/o/{org}/apiproducts', 201],
    ['POST /v1/o/{org}/developers/{developer}/apps', 201],
    ['DELETE /v1/o/{org}/developers/{developer}/apps/{app}/keys/{key}', 200],
    ['POST /v1/o/{org}/developers/{developer}/apps/{app}/keys/create', 201],
    ['POST /v1/o/{org}/developers/{developer}/apps/{app}/keys/{key}', 200],
    ['GET /v1/o/{org}/apiproducts', 200],
    ['GET /v1/o/{org}/developers/{developer}/apps', 200],
  ]),
  ...requireRows('apigee-migrate-tool, paging', 'compat/edge.md §14.7', [
    [`GET ${products}?count`, 200],
    [`GET ${products}?count&startKey`, 200],
    [`GET ${apps}?count&expand`, 200],
    [`GET ${apps}?count&expand&startKey`, 200],
  ]),
  ...requireRows('NHS pytest plugin, apps', 'compat/edge.md §14.10', [
    [`POST ${products}`, 201],
    [`GET ${products}?count`, 200],
    [`PUT ${product}`, 200],
    [`POST ${apps}`, 201],
    [`GET ${app}`, 200],
    [`GET ${organization}/apps/{app}`, 200],
    [`PUT ${app}`, 200],
    [`POST ${app}`, 200],
    [`GET ${app}/attributes`, 200],
    [`POST ${app}/attributes`, 200],
    [`GET ${app}/attributes/{attribute}`, 200],
    [`POST ${app}/attributes/{attribute}`, 200],
    [`DELETE ${app}/attributes/{attribute}`, 200],
    [`POST ${key}/apiproducts/{product}?action=approve`, 204],
    [`POST ${app}/keys/create`, 201],
    [`POST ${key}`, 200],
    [`PUT ${key}`, 200],
    [`POST ${key}?action=revoke`, 204],
    [`GET ${key}`, 200],
    [`DELETE ${key}/apiproducts/{product}`, 200],
    [`DELETE ${key}`, 200],
    [`GET ${product}?entity&query`, 200],
    [`DELETE ${app}`, 200],
    [`DELETE ${product}`, 200],
  ]),
  ...requireRows('NHS EPS script', 'compat/edge.md §5 and §14.10', [
    [`POST ${products}`, 201],
    [`POST ${organization}/companies`, 201],
    [`POST ${company}/apps`, 201],
    [`PUT ${companyApp}/keys/{key}`, 200],
    [`POST ${companyApp}/keys/{key}/apiproducts/{product}?action=approve`, 204],
  ]),
  ...requireRows('Apigee-Powershell-Admin, apps', 'compat/edge.md §14.11', [
    [`POST ${products}`, 201],
    ['POST /v1/o/{org}/developers/{developer}/apps', 201],
    ['POST /v1/o/{org}/developers/{developer}/apps/{app}', 200],
    ['POST /v1/o/{org}/apiproducts/{product}', 200],
  ]),
  ...requireRows('Axway agents-apigee', 'compat/edge.md §14.11', [
    [`GET ${products}`, 200],
    [`POST ${products}`, 201],
    [`POST ${apps}`, 201],
    [`POST ${key}?action=revoke`, 204],
    [`POST ${key}?action=approve`, 204],
    [`POST ${key}/apiproducts/{product}?action=revoke`, 204],
    [`DELETE ${app}`, 200],
  ]),
  ...requireRows('Redocly', 'compat/edge.md §14.11', [
    [`POST ${products}`, 201],
    [`GET ${products}?expand`, 200],
    [`POST ${apps}`, 201],
    [`GET ${apps}?expand`, 200],
    [`PUT ${app}`, 200],
    [`PUT ${key}`, 200],
    [`DELETE ${key}/apiproducts/{product}`, 200],
    [`DELETE ${app}`, 200],
  ]),
  ...requireRows('apigee-remote-service-cli', 'compat/edge.md §14.8', [
    [`POST ${products}`, 201],
    [`GET ${products}?expand`, 200],
    [`POST ${product}/attributes`, 200],
    [`POST ${apps}`, 201],
  ]),
  ...requireRows('organization apps, paging', 'compat/edge.md §8', [
    [`GET ${organization}/apps?expand&rows`, 200],
    [`GET ${organization}/apps?expand&rows&startKey`, 200],
    [`GET ${organization}/apps?count&expand&includeCred`, 200],
    [`GET ${organization}/apps?count&expand&includeCred&startKey`, 200],
  ]),
];
