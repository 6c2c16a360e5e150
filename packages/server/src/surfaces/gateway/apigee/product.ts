import type { AttributeRecord, OperationGroupsRecord, ProductRecord, QuotaRecord } from '@claviger/verify';
import type { IsUsable } from '../../../ports/verifier.ts';

/** How a gateway of Apigee reads the products that it is told of (compat/edge.md §12.2, §14.9). */
export interface ProductReader {
  /** Whether it would allow with a product no more than a verdict does, in this environment. */
  isUsable(environment: string | undefined): IsUsable;
  /** A product as the management API shows it, so far as it is read. */
  encode(product: ProductRecord, environment: string | undefined): object;
}

/**
 * Edge Microgateway knows proxies and paths: neither environments, which are looked at for it, nor operation groups. A
 * product that is limited by one of these would be read as one without that limit, and is left out.
 */
export const edgemicroReader: ProductReader = {
  isUsable: (environment) => (product) =>
    !hasGroups(product) &&
    isIn(product, environment) &&
    (environment !== undefined || !isLimited(product.environments)),
  encode: (product) => encodeProduct(product, {}),
};

/** The bindings of a product to remote services, where it has no operation group. */
const targetsAttribute = 'apigee-remote-service-targets';

/** The gateways of remote-service know operation groups of REST, and want an environment that is named. */
export const remoteReader: ProductReader = {
  isUsable: (environment) => (product) =>
    (!hasGroups(product) || product.operationGroups.rest !== undefined) && isIn(product, environment),
  encode(product, environment) {
    const { rest } = product.operationGroups;
    // Where there is no limit, they want it said: no environment, path or target is none at all to them.
    const environments = isLimited(product.environments) || environment === undefined ? undefined : [environment];
    return encodeProduct(product, {
      environments,
      apiResources: isLimited(product.apiResources) ? undefined : ['/'],
      attributes: bindTargets(product),
      operationGroup: rest && encodeGroup(rest),
    });
  },
};

function hasGroups({ operationGroups }: ProductRecord): boolean {
  return Object.values(operationGroups).some((group) => group !== undefined);
}

/** An entry `""` is none (compat/edge.md §6). */
function isLimited(entries: readonly string[]): boolean {
  return entries.some((entry) => entry !== '');
}

function isIn({ environments }: ProductRecord, environment: string | undefined): boolean {
  return environment === undefined || !isLimited(environments) || environments.includes(environment);
}

/** The proxies of a product say which targets it is for, as they do in a verdict; the attribute may name fewer. */
function bindTargets({ attributes, proxies }: ProductRecord): readonly AttributeRecord[] {
  if (!isLimited(proxies)) return attributes;
  const given = attributes.find(({ name }) => name === targetsAttribute)?.value.split(',');
  const targets = given?.map((each) => each.trim()).filter((each) => proxies.includes(each)) ?? cleanList(proxies);
  const others = attributes.filter(({ name }) => name !== targetsAttribute);
  return [...others, { name: targetsAttribute, value: targets.join(',') }];
}

interface Shown {
  readonly environments?: readonly string[] | undefined;
  readonly apiResources?: readonly string[] | undefined;
  readonly attributes?: readonly AttributeRecord[] | undefined;
  readonly operationGroup?: object | undefined;
}

/** Members by name, as Edge has them. What a verifier does not hold is left out. */
function encodeProduct(product: ProductRecord, shown: Shown): object {
  return {
    apiResources: shown.apiResources ?? cleanList(product.apiResources),
    attributes: shown.attributes ?? product.attributes,
    displayName: product.displayName,
    environments: shown.environments ?? cleanList(product.environments),
    name: product.name,
    operationGroup: shown.operationGroup,
    proxies: cleanList(product.proxies),
    quota: product.quota?.limit,
    quotaInterval: product.quota?.interval,
    quotaTimeUnit: product.quota?.timeUnit,
    scopes: cleanList(product.scopes),
  };
}

function cleanList(entries: readonly string[]): readonly string[] {
  return entries.filter((entry) => entry !== '');
}

function encodeGroup(rest: NonNullable<OperationGroupsRecord['rest']>): object {
  const operationConfigs = rest.map(({ apiSource, attributes, operations, quota }) => ({
    apiSource,
    attributes,
    operations: operations.map(({ resource, methods }) => ({ resource, methods })),
    quota: quota && encodeQuota(quota),
  }));
  return { operationConfigs, operationConfigType: 'remoteservice' };
}

function encodeQuota({ limit, interval, timeUnit }: QuotaRecord): object {
  return { interval, limit, timeUnit };
}
