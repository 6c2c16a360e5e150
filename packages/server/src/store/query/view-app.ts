import { appFamilyDefault } from '../../domain/app.ts';
import {
  joinOwners,
  ownerIsThere,
  quoteText,
  selectColumns,
  stampColumns,
  type ViewColumns,
  type ViewScope,
} from './view-scope.ts';

/** Views of apps and keys. */

/** SQL functions of ours that open what is sealed; no text but ours may call them. */
export const openKeyFunction = 'claviger_key';
export const openSecretFunction = 'claviger_secret';

const keyText = `${openKeyFunction}(credential.organization_id, credential.id, credential.sealed)`;

function secretText({ secretHidden }: ViewScope): string {
  return `case ${secretHidden} when 0
    then ${openSecretFunction}(credential.organization_id, credential.id, credential.sealed) end`;
}

const products = `(select json_group_array(json_object('apiproduct', product.value ->> 'name', 'status', product.value ->> 'status'))
  from json_each(credential.products) as product)`;
const expiresAt = 'coalesce(credential.expires_at, -1)';

/** As X shows the keys of an app. */
function credentialsOf(scope: ViewScope): string {
  const order = 'order by credential.issued_at desc, credential.ordinal desc, credential.id desc';
  return `(select json_group_array(json(own.shown)) from (select json_object(
      'apiProducts', json(${products}), 'attributes', json(credential.attributes),
      'consumerKey', ${keyText}, 'consumerSecret', ${secretText(scope)},
      'expiresAt', cast(${expiresAt} as text), 'issuedAt', cast(credential.issued_at as text),
      'scopes', json(credential.scopes), 'status', credential.status) as shown
    from main.credential where credential.app_id = app.id ${order}) as own)`;
}

function ownerParameters({ name }: ViewScope): ViewColumns {
  return { organizationsId: name, developersId: 'developer.email_key', appgroupsId: 'company.name' };
}

export function viewApps(scope: ViewScope): string {
  const columns: ViewColumns = {
    appId: 'app.id',
    name: 'app.name',
    status: 'app.status',
    callbackUrl: 'app.callback_url',
    attributes: 'app.attributes',
    scopes: 'app.scopes',
    credentials: credentialsOf(scope),
    appFamily: `coalesce(app.app_family, ${quoteText(appFamilyDefault)})`,
    developerId: 'developer.id',
    developerEmail: 'developer.email_key',
    appGroup: 'company.name',
    ...stampColumns('app'),
    ...ownerParameters(scope),
    appsId: 'app.name',
  };
  const rest = `from ${scope.from('app')} ${joinOwners('app', scope)} where ${scope.where('app')} and ${ownerIsThere}`;
  return selectColumns(columns, rest);
}

function joinApp(scope: ViewScope): string {
  return `join main.app on app.id = credential.app_id and ${scope.owns('app')} ${joinOwners('app', scope)}`;
}

export function viewKeys(scope: ViewScope): string {
  const columns: ViewColumns = {
    consumerKey: keyText,
    consumerSecret: secretText(scope),
    status: 'credential.status',
    apiProducts: products,
    attributes: 'credential.attributes',
    scopes: 'credential.scopes',
    issuedAt: 'credential.issued_at',
    expiresAt,
    expiresInSeconds: `case when credential.expires_at is null then -1
      else (credential.expires_at - credential.issued_at) / 1000 end`,
    appId: 'credential.app_id',
    developerId: 'developer.id',
    appGroup: 'company.name',
    ...stampColumns('credential'),
    ...ownerParameters(scope),
    appsId: 'app.name',
    keysId: keyText,
  };
  const rest = `from ${scope.from('credential')} ${joinApp(scope)}
    where ${scope.where('credential')} and ${ownerIsThere}`;
  return selectColumns(columns, rest);
}

export function viewKeyProducts(scope: ViewScope): string {
  const columns: ViewColumns = {
    apiproduct: 'credential_product.product',
    status: `(select product.value ->> 'status' from json_each(credential.products) as product
      where product.value ->> 'name' = credential_product.product)`,
    consumerKey: keyText,
    keyStatus: 'credential.status',
    appId: 'credential.app_id',
    ...ownerParameters(scope),
    appsId: 'app.name',
    keysId: keyText,
    apiproductsId: 'credential_product.product',
  };
  const rest = `from ${scope.from('credential_product')}
    join main.credential on credential.id = credential_product.credential_id and ${scope.owns('credential')}
    ${joinApp(scope)} where ${scope.where('credential_product')} and ${ownerIsThere}`;
  return selectColumns(columns, rest);
}

/** By the hash alone: whether the app is there, the view of keys says. */
export function viewKeyLookup(scope: ViewScope): string {
  const columns: ViewColumns = {
    organizationsId: scope.name,
    appId: 'credential.app_id',
    consumerKeyHash: 'credential.lookup_hash',
  };
  return selectColumns(columns, `from ${scope.from('credential')} where ${scope.where('credential')}`);
}
