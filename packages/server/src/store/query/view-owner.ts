import { memberAttributeName } from '../../domain/company-member.ts';
import {
  joinOwners,
  ownerIsThere,
  quoteText,
  selectColumns,
  stampColumns,
  type ViewColumns,
  type ViewScope,
} from './view-scope.ts';

/** Views of developers, app groups and companies. */

const namesMax = 100;

function appNames(owner: string): string {
  return `(select json_group_array(own.name) from (select app.name from main.app where app.owner_id = ${owner}
    order by app.name limit ${namesMax}) as own)`;
}

const companyNames = `(select json_group_array(own.name) from (
  select company.name from main.company_member join main.company on company.id = company_member.company_id
  where company_member.developer_id = developer.id order by company.name) as own)`;

export function viewDevelopers(scope: ViewScope): string {
  const columns: ViewColumns = {
    email: 'developer.email_key',
    firstName: 'developer.first_name',
    lastName: 'developer.last_name',
    userName: 'developer.user_name',
    attributes: 'developer.attributes',
    // Marks of the store spare the look where there is nothing.
    apps: `case developer.may_own_apps when 0 then '[]' else ${appNames('developer.id')} end`,
    companies: `case developer.may_be_member when 0 then '[]' else ${companyNames} end`,
    developerId: 'developer.id',
    organizationName: scope.name,
    status: 'developer.status',
    ...stampColumns('developer'),
    accessType: 'developer.access_type',
    appFamily: 'developer.app_family',
    organizationsId: scope.name,
    developersId: 'developer.email_key',
  };
  return selectColumns(columns, `from ${scope.from('developer')} where ${scope.where('developer')}`);
}

const members = `(select json_group_array(json_object('developer', own.email_key, 'roles', json(own.roles))) from (
  select developer.email_key, company_member.roles
  from main.company_member join main.developer on developer.id = company_member.developer_id
  where company_member.company_id = company.id order by developer.email_key) as own)`;

/** X shows members as an attribute. */
const attributesWithMembers = `case when ${members} = '[]' then company.attributes
  else json_insert(company.attributes, '$[#]', json_object('name', ${quoteText(memberAttributeName)}, 'value', ${members} || '')) end`;

export function viewAppGroups(scope: ViewScope): string {
  const columns: ViewColumns = {
    name: 'company.name',
    appGroupId: 'company.id',
    displayName: 'company.display_name',
    channelId: 'company.channel_id',
    channelUri: 'company.channel_uri',
    email: 'company.email',
    organization: scope.name,
    status: 'company.status',
    attributes: attributesWithMembers,
    ...stampColumns('company'),
    organizationsId: scope.name,
    appgroupsId: 'company.name',
  };
  return selectColumns(columns, `from ${scope.from('company')} where ${scope.where('company')}`);
}

export function viewCompanies(scope: ViewScope): string {
  const { createdAt = '', createdBy = '', lastModifiedAt = '', lastModifiedBy = '' } = stampColumns('company');
  const columns: ViewColumns = {
    apps: appNames('company.id'),
    name: 'company.name',
    displayName: 'company.display_name',
    status: 'company.status',
    attributes: 'company.attributes',
    createdAt,
    createdBy,
    lastModifiedAt,
    lastModifiedBy,
    organizationsId: scope.name,
    companiesId: 'company.name',
  };
  return selectColumns(columns, `from ${scope.from('company')} where ${scope.where('company')}`);
}

export function viewMembers(scope: ViewScope): string {
  const columns: ViewColumns = {
    email: 'developer.email_key',
    developerId: 'developer.id',
    roles: 'company_member.roles',
    appGroup: 'company.name',
    organizationsId: scope.name,
    appgroupsId: 'company.name',
    developersId: 'developer.email_key',
  };
  return selectColumns(
    columns,
    `from ${scope.from('company_member')}
      join main.company on company.id = company_member.company_id and ${scope.owns('company')}
      join main.developer on developer.id = company_member.developer_id and ${scope.owns('developer')}
      where ${scope.where('company_member')}`,
  );
}

interface Holder {
  readonly kind: string;
  readonly table: 'developer' | 'company' | 'app' | 'api_product';
  readonly attributes: string;
  readonly join: string;
  readonly where: string;
  /** What its path names; the rest is null. */
  readonly parameters: ViewColumns;
}

const nothing = { join: '', where: '' };

function listHolders(scope: ViewScope): Holder[] {
  const [ownEmail, ownGroup] = ['developer.email_key', 'company.name'];
  return [
    {
      ...nothing,
      kind: 'developer',
      table: 'developer',
      attributes: 'developer.attributes',
      parameters: { developersId: ownEmail },
    },
    {
      ...nothing,
      kind: 'appgroup',
      table: 'company',
      attributes: attributesWithMembers,
      parameters: { appgroupsId: ownGroup },
    },
    {
      kind: 'app',
      table: 'app',
      attributes: 'app.attributes',
      join: joinOwners('app', scope),
      where: `and ${ownerIsThere}`,
      parameters: { developersId: ownEmail, appgroupsId: ownGroup, appsId: 'app.name' },
    },
    {
      ...nothing,
      kind: 'apiproduct',
      table: 'api_product',
      attributes: `coalesce(api_product.content -> 'attributes', '[]')`,
      parameters: { apiproductsId: 'api_product.name' },
    },
  ];
}

export function viewAttributes(scope: ViewScope): string {
  const name = `attribute.value ->> 'name'`;
  const none: ViewColumns = { developersId: 'null', appgroupsId: 'null', appsId: 'null', apiproductsId: 'null' };
  const parts = listHolders(scope).map(({ kind, table, attributes, join, where, parameters }) => {
    const columns: ViewColumns = {
      name,
      value: `attribute.value ->> 'value'`,
      ownerKind: quoteText(kind),
      ownerId: `${table}.id`,
      organizationsId: scope.name,
      ...none,
      ...parameters,
      attributesId: name,
    };
    const rest = `from ${scope.from(table)} ${join} join json_each(${attributes}) as attribute`;
    return selectColumns(columns, `${rest} where ${scope.where(table)} ${where}`);
  });
  return parts.join(' union all ');
}
