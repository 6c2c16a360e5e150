import { compilePathPattern, type PathMatcher } from './path-pattern.ts';
import type { AttributeRecord, ProductRecord, QuotaRecord, ResourceRecord } from './record.ts';
import type { CallOperation, CallRequest } from './request.ts';

/** The operation of a product that a call is, with the figures that hold for it. */
export interface ProductMatch {
  /** The operation's own quota where it has one, else the product's. */
  readonly quota: QuotaRecord | undefined;
  /** Attributes of the operation; those of the product are the product's. */
  readonly attributes: readonly AttributeRecord[];
}

/** A product made ready for many questions. */
export interface Product {
  readonly record: ProductRecord;
  /** Undefined where the product does not allow this call. */
  match(request: CallRequest): ProductMatch | undefined;
}

type Rule = (request: CallRequest) => ProductMatch | undefined;

/**
 * Reads a product's rules once. A product with operation groups is matched by these alone; one without is matched by
 * proxies and paths (compat/edge.md §11.1, step 7; compat/x.md §1.1).
 */
export function compileProduct(record: ProductRecord): Product {
  const inEnvironment = compileList(record.environments);
  const rule = hasGroups(record) ? compileGroups(record) : compileLists(record);
  return { record, match: (request) => (inEnvironment(request.environment) ? rule(request) : undefined) };
}

/** An empty list allows everything; one that is not does not match what is not known. */
function compileList(entries: readonly string[]): (value: string | undefined) => boolean {
  const allowed = new Set(entries.filter((entry) => entry !== ''));
  if (allowed.size === 0) return () => true;
  const [first, second, ...others] = allowed;
  // Nearly all name one or two, and comparing them costs less than the hash of a text that was never hashed before.
  if (others.length === 0) return (value) => value !== undefined && (value === first || value === second);
  return (value) => value !== undefined && allowed.has(value);
}

function compileLists({ proxies, apiResources, quota }: ProductRecord): Rule {
  const ofProxy = compileList(proxies);
  const onPath = compilePaths(apiResources.filter((entry) => entry !== ''));
  const match: ProductMatch = { quota, attributes: [] };
  return ({ proxy, path }) => (ofProxy(proxy) && onPath(path) ? match : undefined);
}

function compilePaths(patterns: readonly string[]): (path: string | undefined) => boolean {
  if (patterns.length === 0) return () => true;
  const matchers = patterns.map(compilePathPattern);
  return (path) => {
    if (path === undefined) return false;
    for (const matches of matchers) if (matches(path)) return true;
    return false;
  };
}

function hasGroups({ operationGroups }: ProductRecord): boolean {
  return Object.values(operationGroups).some((group) => group !== undefined);
}

/** One row of a group: whose calls, which of them, and what holds for them. */
interface Row {
  readonly apiSource: string;
  readonly allows: (request: CallRequest, operation: CallOperation | undefined) => boolean;
  readonly match: ProductMatch;
}

/** A call is looked for in the group of its kind, in the group's order. */
function compileGroups(record: ProductRecord): Rule {
  const rows = listRows(record);
  return (request) => {
    const { proxy, operation } = request;
    if (proxy === undefined) return undefined;
    const kind = operation?.kind ?? 'rest';
    return rows[kind].find((row) => row.apiSource === proxy && row.allows(request, operation))?.match;
  };
}

function listRows({ operationGroups, quota }: ProductRecord): Record<'rest' | CallOperation['kind'], Row[]> {
  const { rest = [], graphql = [], grpc = [], llm = [], payload = [] } = operationGroups;
  const toMatch = (config: { quota: QuotaRecord | undefined; attributes: readonly AttributeRecord[] }) => ({
    quota: config.quota ?? quota,
    attributes: config.attributes,
  });
  return {
    rest: rest.map((config) => {
      const allows = compileResources(config.operations);
      return { apiSource: config.apiSource, allows, match: toMatch(config) };
    }),
    graphql: graphql.map((config) => ({
      apiSource: config.apiSource,
      allows: (_request, call) =>
        call?.kind === 'graphql' && config.operations.some((each) => allowsGraphql(each, call)),
      match: toMatch(config),
    })),
    grpc: grpc.map((config) => {
      const ofMethod = compileList(config.methods);
      return {
        apiSource: config.apiSource,
        allows: (_request, call) => call?.kind === 'grpc' && call.service === config.service && ofMethod(call.method),
        match: toMatch(config),
      };
    }),
    llm: llm.map((config) => {
      const rules = config.operations.map((each) => ({ model: each.model, allows: compileResources([each]) }));
      return {
        apiSource: config.apiSource,
        allows: (request, call) =>
          call?.kind === 'llm' &&
          rules.some(({ model, allows }) => (model === undefined || model === call.model) && allows(request)),
        match: toMatch(config),
      };
    }),
    payload: payload.map((config) => {
      const operations = new Set(config.operations);
      return {
        apiSource: config.apiSource,
        allows: (_request, call) => call?.kind === 'payload' && operations.has(call.operation),
        match: toMatch(config),
      };
    }),
  };
}

function allowsGraphql(
  rule: { readonly operation: string | undefined; readonly operationTypes: readonly string[] },
  call: Extract<CallOperation, { kind: 'graphql' }>,
): boolean {
  return rule.operationTypes.includes(call.type) && (rule.operation === undefined || rule.operation === call.name);
}

function compileResources(resources: readonly ResourceRecord[]): (request: CallRequest) => boolean {
  const rules: { ofMethod: (method: string | undefined) => boolean; onPath: PathMatcher }[] = resources.map((each) => ({
    ofMethod: compileList(each.methods),
    onPath: compilePathPattern(each.resource),
  }));
  return ({ path, method }) =>
    path !== undefined && rules.some(({ ofMethod, onPath }) => ofMethod(method) && onPath(path));
}
