import type { GatewayParts } from '../part.ts';
import { listApigeeMounts } from './surface.ts';
import type { ApigeeRoute } from './visit.ts';

interface Described {
  readonly params?: { readonly properties: Readonly<Record<string, object>> };
  readonly querystring?: { readonly properties: Readonly<Record<string, object>> };
  readonly body?: object;
  readonly response?: object;
}

/** Adds what is served in Apigee's name to an OpenAPI document. Servers are the root, where these paths begin. */
export function describeApigee(document: object, parts: Pick<GatewayParts, 'clock'>): object {
  const { paths, components } = document as { paths?: object; components?: { securitySchemes?: object } };
  const mounts = listApigeeMounts(parts);
  const more = mounts.flatMap(({ prefix, routes }) =>
    routes.map((route): [string, object] => [writePath(`${prefix}${route.path}`), describeRoute(prefix, route)]),
  );
  const description = "As Apigee's gateways send it: the organization's name, and a runtime credential as the secret.";
  const basic = { type: 'http', scheme: 'basic', description };
  const servers = [{ url: '/' }];
  const here = more.map(([path, item]): [string, object] => [path, { servers, ...item }]);
  return {
    ...document,
    components: { ...components, securitySchemes: { ...components?.securitySchemes, basic } },
    paths: { ...paths, ...Object.fromEntries(here) },
  };
}

function writePath(path: string): string {
  return path.replaceAll(/:([a-z]+)/g, '{$1}').replace('*', '{rest}');
}

function describeRoute(prefix: string, route: ApigeeRoute): object {
  const { querystring, body, response } = route.schema as Described;
  const inPath = [...writePath(`${prefix}${route.path}`).matchAll(/\{([a-z]+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const inQuery = Object.entries(querystring?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema,
  }));
  const isPlaced = prefix.startsWith('/organizations/');
  const operation = {
    operationId: isPlaced ? `${route.id}InPlace` : route.id,
    summary: route.summary,
    tags: ["Apigee's gateways"],
    parameters: [...inPath, ...inQuery],
    security: describeEntry(route, isPlaced),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: response,
  };
  return { [route.method.toLowerCase()]: operation };
}

function describeEntry({ entry }: ApigeeRoute, isPlaced: boolean): object[] {
  if (entry === 'anybody') return [];
  const wanted = [{ basic: [] }, { bearer: [] }];
  return entry === 'named' && isPlaced ? [{}, ...wanted] : wanted;
}
