import type { SqlVerb, StackqlMethod } from '../stackql/method.ts';
import type { OpenApiDocument } from '../stackql/open-api.ts';

/** Methods of what the Edge dialect alone has, by names as StackQL would give them. */
const edgeMethods: Readonly<Record<string, readonly [resource: string, name: string, verb?: SqlVerb]>> = {
  'edge.companies.list': ['companies', 'organizations_companies_list', 'select'],
  'edge.companies.create': ['companies', 'organizations_companies_create', 'insert'],
  'edge.companies.get': ['companies', 'organizations_companies_get', 'select'],
  'edge.companies.updateOrAct': ['companies', 'organizations_companies_update', 'replace'],
  'edge.companies.updateOrActByPost': ['companies', 'organizations_companies_set_status'],
  'edge.companies.delete': ['companies', 'organizations_companies_delete', 'delete'],
  'edge.companies.attributes.list': ['attributes', 'organizations_companies_attributes_list', 'select'],
  'edge.companies.attributes.replace': ['companies', 'organizations_companies_attributes'],
  'edge.companies.attributes.get': ['attributes', 'organizations_companies_attributes_get', 'select'],
  'edge.companies.attributes.set': ['attributes', 'organizations_companies_attributes_set'],
  'edge.companies.attributes.delete': ['attributes', 'organizations_companies_attributes_delete', 'delete'],
  'edge.companies.developers.list': ['appgroups_members', 'organizations_companies_developers_list', 'select'],
  'edge.companies.developers.set': ['appgroups_members', 'organizations_companies_developers_set'],
  'edge.companies.developers.remove': ['appgroups_members', 'organizations_companies_developers_delete', 'delete'],
};

export function listEdgeMethods({ paths }: OpenApiDocument): StackqlMethod[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([httpMethod, { operationId = '', parameters = [], responses }]) => {
      const named = edgeMethods[operationId];
      if (named === undefined) return [];
      const [resource, name, verb] = named;
      const status = ['200', '201'].find((each) => responses[each] !== undefined) ?? '204';
      const required = parameters.filter((each) => each.required === true).length;
      return [{ name, resource, verb, path, httpMethod, status, rowsAt: undefined, required }];
    }),
  );
}

/** Parameters of Edge's paths by the names of columns. A company is an app group to what hangs on it. */
const edgeParameters: Readonly<Record<string, string>> = {
  organization: 'organizationsId',
  developer: 'developersId',
  attribute: 'attributesId',
};

export function nameEdgeParameter(name: string, resource: string): string {
  if (name === 'company') return resource === 'companies' ? 'companiesId' : 'appgroupsId';
  return edgeParameters[name] ?? name;
}
