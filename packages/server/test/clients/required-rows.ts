import type { RequiredRow } from './report.ts';

/** A verb and a path as `describePath` gives it, and the statuses that the client takes. */
type Line = readonly [call: string, ...statuses: number[]];

function rows(client: string, source: string, lines: readonly Line[]): RequiredRow[] {
  return lines.map(([call, ...statuses]) => {
    const [method = '', path = ''] = call.split(' ');
    return { client, source, method, path, statuses };
  });
}

const o = '/v1/o/{org}';
const organizations = '/v1/organizations/{org}';
const developers = `${organizations}/developers`;
const developer = `${developers}/{developer}`;
const x = '/x/v1/organizations/{org}';
const products = `${x}/apiproducts`;
const product = `${products}/{apiproduct}`;

const npm: readonly RequiredRow[] = [
  ...rows('apigeetool', 'compat/edge.md §14.1', [
    [`POST ${o}/developers`, 201],
    [`POST ${o}/developers`, 409],
    [`DELETE ${o}/developers/{developer}`, 200],
    [`DELETE ${o}/developers/{developer}`, 404],
    [`POST ${o}/apiproducts`, 201],
    [`DELETE ${o}/apiproducts/{apiproduct}`, 200],
    [`POST ${o}/userroles`, 200, 201, 204],
    [`GET ${o}/userroles`, 200],
    [`GET ${o}/userroles/{role}`, 200],
    [`DELETE ${o}/userroles/{role}`, 200, 204],
    [`POST ${o}/userroles/{role}/resourcepermissions`, 200, 201, 204],
    [`GET ${o}/userroles/{role}/permissions`, 200],
    [`POST ${o}/userroles/{role}/users`, 200, 201, 204],
    [`GET ${o}/userroles/{role}/users`, 200],
    [`GET ${o}/userroles/{role}/users/{user}`, 200],
    [`DELETE ${o}/userroles/{role}/users/{user}`, 200, 204],
  ]),
  ...rows('apigee-edge-js', 'compat/edge.md §14.2', [
    ['POST /oauth/token', 200],
    [`GET ${organizations}/`, 200],
    [`GET ${organizations}/`, 401],
    [`GET ${organizations}/environments`, 200],
    [`POST ${organizations}/apiproducts`, 201],
    [`GET ${organizations}/apiproducts`, 200],
    [`GET ${organizations}/apiproducts?expand`, 200],
    [`GET ${organizations}/apiproducts/{apiproduct}`, 200],
    [`GET ${organizations}/apiproducts/{apiproduct}`, 404],
    [`POST ${organizations}/apiproducts/{apiproduct}`, 200],
    [`DELETE ${organizations}/apiproducts/{apiproduct}`, 200],
    [`POST ${developers}`, 201],
    [`POST ${developers}`, 409],
    [`GET ${developers}`, 200],
    [`GET ${developer}`, 200],
    [`GET ${developer}`, 404],
    [`POST ${developer}?action=inactive`, 204],
    [`POST ${developer}?action=active`, 204],
    [`DELETE ${developer}`, 200],
    [`DELETE ${developer}`, 404],
  ]),
  ...rows('googleapis', 'compat/x.md §3', [
    ['GET /$discovery/rest?version', 200],
    [`POST ${products}`, 200],
    [`GET ${products}`, 200],
    [`GET ${products}?attributename&attributevalue`, 200],
    [`GET ${products}?count&expand&startKey`, 200],
    [`GET ${product}`, 200],
    [`PUT ${product}`, 200],
    [`POST ${product}:move`, 200],
    [`DELETE ${product}`, 200],
    [`POST ${product}/attributes`, 200],
    [`GET ${product}/attributes`, 200],
    [`GET ${product}/attributes/{attribute}`, 200],
    [`POST ${product}/attributes/{attribute}`, 200],
    [`DELETE ${product}/attributes/{attribute}`, 200],
    [`POST ${product}/rateplans`, 200],
    [`GET ${product}/rateplans?count&expand&orderBy&state`, 200],
    [`GET ${product}/rateplans/{rateplan}`, 200],
    [`PUT ${product}/rateplans/{rateplan}`, 200],
    [`DELETE ${product}/rateplans/{rateplan}`, 200],
    ['GET /x/v1/organizations', 200],
    [`GET ${x}`, 200],
    [`GET ${x}`, 401],
    [`GET ${x}?key`, 200],
    [`GET ${x}:getProjectMapping`, 200],
    [`GET ${x}/environments/{environment}`, 200],
    [`POST ${x}/developers`, 200],
    [`GET ${x}/developers`, 200],
    [`GET ${x}/developers?count&expand`, 200],
    [`GET ${x}/developers/{developer}`, 200],
    [`GET ${x}/developers/{developer}`, 404],
    [`PUT ${x}/developers/{developer}`, 200],
    [`POST ${x}/developers/{developer}?action=inactive`, 204],
    [`DELETE ${x}/developers/{developer}`, 200],
    [`POST ${x}/developers/{developer}/attributes`, 200],
    [`GET ${x}/developers/{developer}/attributes`, 200],
    [`POST ${x}/developers/{developer}/attributes/{attribute}`, 200],
    [`GET ${x}/developers/{developer}/attributes/{attribute}`, 200],
    [`DELETE ${x}/developers/{developer}/attributes/{attribute}`, 200],
  ]),
];

const edge: readonly RequiredRow[] = [
  ...rows('apigee-client-php', 'compat/edge.md §14.3', [
    [`GET ${organizations}`, 200],
    [`POST ${developers}`, 201],
    [`GET ${developers}?expand`, 200],
    [`GET ${developers}?expand&startKey`, 200],
    [`GET ${developers}?app`, 200],
    [`GET ${developer}`, 200],
    [`GET ${developer}`, 404],
    [`PUT ${developer}`, 200],
    [`POST ${developer}?action=inactive`, 204],
    [`DELETE ${developer}`, 200],
    [`GET ${developer}/attributes`, 200],
    [`POST ${developer}/attributes`, 200],
    [`GET ${developer}/attributes/{attribute}`, 200],
    [`POST ${developer}/attributes/{attribute}`, 200],
    [`DELETE ${developer}/attributes/{attribute}`, 200],
  ]),
  ...rows('apigee-client-php, OAuth', 'compat/edge.md §14.3 and §10', [
    ['POST /oauth/token', 200],
    ['POST /oauth/token', 401],
    [`GET ${developers}?expand`, 200],
    [`GET ${developers}`, 401],
  ]),
  ...rows('Drupal apigee_edge', 'compat/edge.md §14.4', [
    [`GET ${organizations}`, 200],
    [`POST ${developers}`, 201],
    [`POST ${developers}`, 409],
    [`GET ${developer}`, 200],
    [`GET ${developer}`, 404],
    [`POST ${developer}?action=inactive`, 204],
    [`GET ${organizations}/userroles/{role}`, 404],
    [`POST ${organizations}/userroles`, 200, 201],
    [`POST ${organizations}/userroles/{role}/permissions`, 201],
    [`GET ${organizations}/userroles/{role}`, 200],
  ]),
  ...rows('terraform scastria/apigee', 'compat/edge.md §14.5', [
    [`POST ${developers}`, 201],
    [`GET ${developer}`, 200],
    [`PUT ${developer}`, 200],
    [`POST ${developer}?action=inactive`, 204],
    [`POST ${developer}?action=active`, 204],
    [`DELETE ${developer}`, 200],
    [`GET ${developer}`, 404],
    [`POST ${organizations}/userroles`, 200, 201],
    [`GET ${organizations}/userroles/{role}`, 200],
    [`POST ${organizations}/userroles/{role}/permissions`, 201],
    [`GET ${organizations}/userroles/{role}/permissions?path`, 200],
    [`POST ${organizations}/userroles/{role}/users`, 200, 201],
    [`GET ${organizations}/userroles/{role}/users/{user}`, 200],
    [`DELETE ${organizations}/userroles/{role}/users/{user}`, 204],
    [`DELETE ${organizations}/userroles/{role}`, 200, 204],
  ]),
  ...rows('terraform zambien/apigee', 'compat/edge.md §14.5', [
    [`POST ${developers}`, 201],
    [`GET ${developer}`, 200],
    [`PUT ${developer}`, 200],
    [`DELETE ${developer}`, 200],
    [`GET ${developer}`, 404],
  ]),
  ...rows('config-maven-plugin 1.x', 'compat/edge.md §14.6', [
    ['POST /oauth/token?mfa_token', 200],
    [`GET ${developer}`, 404],
    [`POST ${developers}`, 201],
    [`GET ${developer}`, 200],
    [`PUT ${developer}`, 200],
    [`GET ${developers}`, 200],
    [`DELETE ${developer}`, 200],
  ]),
  ...rows('apigee-migrate-tool', 'compat/edge.md §14.7', [
    [`GET ${o}/developers`, 200],
    [`GET ${o}/developers?startKey`, 200],
    [`GET ${o}/developers/{developer}`, 200],
    [`POST ${o}/developers`, 201],
    [`POST ${o}/developers/{developer}?action=inactive`, 204],
  ]),
  ...rows('NHS pytest plugin', 'compat/edge.md §14.10 and §10', [['POST /oauth/token?mfa_token', 200]]),
  ...rows('Apigee-Powershell-Admin', 'compat/edge.md §14.11', [[`POST ${o}/developers/{developer}`, 200]]),
];

const google: readonly RequiredRow[] = [
  ...rows('apigeecli', 'compat/x.md §1.0, §1.2 and §3', [
    ['GET /x/v1/organizations', 200],
    [`GET ${organizations}`, 200],
    [`GET ${organizations}/environments`, 200],
    [`POST ${developers}`, 200],
    [`GET ${developers}?expand`, 200],
    [`GET ${developers}?expand&startKey`, 200],
    [`GET ${developer}`, 200],
    [`GET ${developer}`, 404],
    [`PUT ${developer}`, 200],
    [`POST ${developer}?action=inactive`, 204],
    [`DELETE ${developer}`, 200],
    [`GET ${developer}/attributes`, 200],
    [`POST ${developer}/attributes/{attribute}`, 200],
    [`GET ${developer}/attributes/{attribute}`, 200],
    [`DELETE ${developer}/attributes/{attribute}`, 200],
  ]),
  ...rows('google-api-python-client', 'compat/x.md §3', [
    ['GET /$discovery/rest?version', 200],
    [`POST ${developers}?alt`, 200],
    [`GET ${developers}?alt&count&expand`, 200],
    [`GET ${developer}?alt`, 200],
    [`GET ${developer}?alt`, 404],
    [`POST ${developer}?action=inactive&alt`, 204],
    [`POST ${developer}/attributes?alt`, 200],
    [`DELETE ${developer}?alt`, 200],
  ]),
  ...rows('terraform google', 'compat/x.md §3', [
    [`POST ${developers}?alt`, 200],
    [`GET ${developer}?alt`, 200],
    [`PUT ${developer}?alt`, 200],
    [`DELETE ${developer}?alt`, 200],
    [`GET ${developer}?alt`, 404],
  ]),
  ...rows('config-maven-plugin 2.x', 'compat/x.md §3', [
    [`GET ${developer}`, 404],
    [`POST ${developers}`, 200],
    [`PUT ${developer}`, 200],
    [`GET ${developers}`, 200],
    [`DELETE ${developer}`, 200],
  ]),
  ...rows('apigee-client-php, hybrid', 'compat/x.md §1.2 and §3', [
    [`GET ${organizations}`, 200],
    [`POST ${developers}`, 200],
    [`POST ${developers}`, 409],
    [`PUT ${developer}`, 400],
    [`POST ${developer}?action=inactive`, 204],
    [`GET ${developers}?expand`, 200],
    [`GET ${developers}?expand&startKey`, 200],
    [`DELETE ${developer}`, 200],
    [`GET ${developer}`, 404],
  ]),
];

/**
 * What the clients of compat/edge.md §14 and compat/x.md §3 do as far as it concerns organizations, developers and
 * roles. A run in which one of these is not seen fails.
 */
export const requiredRows: readonly RequiredRow[] = [...npm, ...edge, ...google];
