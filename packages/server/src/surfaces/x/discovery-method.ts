import type { EnumType, Message } from './message.ts';

/** A method as discovery tells of it, and as the surface routes it. Ids, paths and names are Google's, words are ours. */
export interface DiscoveryMethod {
  /** Places the method in the tree of resources, e.g. `apigee.organizations.developers.create`. */
  readonly id: string;
  readonly httpMethod: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly doc: string;
  /** What the one path parameter names. */
  readonly resource: ResourceParameter;
  /** What follows the resource in the path, e.g. `/developers`. */
  readonly suffix?: string;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  /** Query parameters that clients send although Google does not tell of them. */
  readonly unlistedQuery?: Readonly<Record<string, QueryParameter>>;
  /** Whether the whole method is such a one: served, and left out of the discovery document. */
  readonly unlisted?: true;
  readonly request?: Message;
  readonly response: Message;
}

export interface ResourceParameter {
  /** `parent` for collections, `name` for the entity itself. */
  readonly name: 'name' | 'parent';
  /** With a named hole for each segment that varies, e.g. `organizations/{organizationsId}`. */
  readonly template: string;
  readonly doc: string;
}

export interface QueryParameter {
  readonly type: 'string' | 'boolean' | 'int64' | 'int32';
  /** The texts that it may be. */
  readonly choices?: EnumType;
  readonly doc: string;
}

const hole = /\{([^{}]+)\}/g;

/** e.g. `v1/organizations/{organizationsId}/developers` */
export function flatPathOf({ resource, suffix = '' }: DiscoveryMethod): string {
  return `v1/${resource.template}${suffix}`;
}

/** e.g. `v1/{+parent}/developers` */
export function pathOf({ resource, suffix = '' }: DiscoveryMethod): string {
  return `v1/{+${resource.name}}${suffix}`;
}

/** What the path parameter has to match, e.g. `^organizations/[^/]+$` */
export function patternOf({ resource }: DiscoveryMethod): string {
  return `^${resource.template.replace(hole, '[^/]+')}$`;
}

const holeBeforeVerb = /\{([^{}]+)\}:/g;
const nameBeforeVerb = /(?<=[^{}]):/g;

/**
 * As a router takes it, e.g. `/v1/organizations/:organizationsId/developers`. What comes before a verb, as
 * `:getProjectMapping`, ends at its colon, and the colon is doubled: a single one begins a parameter.
 */
export function routePathOf(method: DiscoveryMethod): string {
  const path = flatPathOf(method).replace(nameBeforeVerb, '::');
  return `/${path.replace(holeBeforeVerb, ':$1([^:]+)::').replace(hole, ':$1')}`;
}
