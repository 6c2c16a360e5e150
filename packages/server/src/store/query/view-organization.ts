import { builtInRoles } from '../../domain/role.ts';
import { quoteText, selectColumns, stampColumns, type ViewColumns, type ViewScope } from './view-scope.ts';

/** Views of organizations, roles, accounts and the audit log. */

/** X adds them where they are not set (compat/x.md §1.1, "Organization"). */
const addedProperties: readonly string[] = ['features.hybrid.enabled', 'features.isCpsEnabled'];

const properties = `json_object('property', json((select json_group_array(json_object('name', own.name, 'value', own.value))
  from (${addedProperties
    .map(
      (name) => `select ${quoteText(name)} as name, 'true' as value where not exists (
        select 1 from json_each(own_organization.properties) as set_already
        where set_already.value ->> 'name' = ${quoteText(name)})`,
    )
    .join(' union all ')}
    union all select stored.value ->> 'name', stored.value ->> 'value'
    from json_each(own_organization.properties) as stored) as own)))`;

const environmentNames = `(select json_group_array(own.name) from (select environment.name from main.environment
  where environment.organization_id = own_organization.id order by environment.created_at, environment.name) as own)`;

export function viewOrganizations(scope: ViewScope): string {
  const { createdAt = '', lastModifiedAt = '' } = stampColumns('own_organization');
  const columns: ViewColumns = {
    name: 'own_organization.name',
    displayName: 'own_organization.display_name',
    organization: 'own_organization.name',
    createdAt,
    lastModifiedAt,
    environments: environmentNames,
    properties,
    runtimeType: `'HYBRID'`,
    projectId: 'own_organization.name',
    state: `'ACTIVE'`,
    organizationsId: 'own_organization.name',
  };
  return selectColumns(
    columns,
    `from main.organization as own_organization where own_organization.id in (${idsOf(scope)})`,
  );
}

/** One organization's id, or a query for those of several. */
function idsOf({ id, where }: ViewScope): string {
  return id.startsWith(`'`) ? id : `select organization.id from main.organization where ${where('organization')}`;
}

export function viewEnvironments(scope: ViewScope): string {
  const { createdAt = '', lastModifiedAt = '' } = stampColumns('environment');
  const columns: ViewColumns = {
    name: 'environment.name',
    displayName: 'environment.name',
    createdAt,
    lastModifiedAt,
    properties: `case environment.properties when '[]' then null
      else json_object('property', json(environment.properties)) end`,
    state: `'ACTIVE'`,
    organizationsId: scope.name,
    environmentsId: 'environment.name',
  };
  return selectColumns(columns, `from ${scope.from('environment')} where ${scope.where('environment')}`);
}

export function viewAudits(scope: ViewScope): string {
  const columns: ViewColumns = {
    id: 'audit.id',
    timeStamp: 'audit.at',
    user: 'audit.account',
    operation: 'audit.operation',
    requestUri: 'audit.request_uri',
    responseCode: 'audit.response_code',
    request: 'audit.request',
    resource: 'audit.resource',
    requestId: 'audit.request_id',
    organizationsId: scope.name,
  };
  return selectColumns(columns, `from ${scope.from('audit')} where ${scope.where('audit')}`);
}

const builtIn = Object.entries(builtInRoles)
  .map(([name, permissions]) => `(${quoteText(name)}, ${quoteText(JSON.stringify(permissions))})`)
  .join(', ');

export function viewRoles(scope: ViewScope): string {
  const own: ViewColumns = {
    name: 'role.name',
    builtIn: '0',
    permissions: 'role.permissions',
    organizationsId: scope.name,
    userrolesId: 'role.name',
  };
  const common: ViewColumns = {
    name: 'common.column1',
    builtIn: '1',
    permissions: 'common.column2',
    organizationsId: 'own_organization.name',
    userrolesId: 'common.column1',
  };
  return `${selectColumns(own, `from ${scope.from('role')} where ${scope.where('role')}`)} union all ${selectColumns(
    common,
    `from main.organization as own_organization join (values ${builtIn}) as common
      where own_organization.id in (${idsOf(scope)})`,
  )}`;
}

export function viewUsers(scope: ViewScope): string {
  const columns: ViewColumns = {
    emailId: 'account.email',
    firstName: 'account.first_name',
    lastName: 'account.last_name',
    roles: `json_group_array(role_member.role order by role_member.role)`,
    organizationsId: scope.name,
    usersId: 'account.email',
  };
  const rest = `from ${scope.from('role_member')} join main.account on account.id = role_member.account_id
    where ${scope.where('role_member')} group by role_member.organization_id, role_member.account_id`;
  return selectColumns(columns, rest);
}
