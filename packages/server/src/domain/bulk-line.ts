import {
  type BulkEnd,
  type BulkHead,
  type BulkKind,
  type BulkLine,
  type BulkRecord,
  bulkKinds,
  bulkVersion,
} from './bulk-record.ts';
import { parseMoment } from './moment.ts';
import { Problem } from './problem.ts';

/** Throws where a value is not of a shape; `field` names it. */
type Check = (value: unknown, field: string) => void;
type Shape = Readonly<Record<string, Check>>;

function refuse(field: string, reason: string): Problem {
  return new Problem('request.invalid', { field, reason });
}

const text: Check = (value, field) => {
  if (typeof value !== 'string') throw refuse(field, 'has to be a text');
};
const number: Check = (value, field) => {
  if (typeof value !== 'number') throw refuse(field, 'has to be a number');
};
const flag: Check = (value, field) => {
  if (typeof value !== 'boolean') throw refuse(field, 'has to be true or false');
};

function listOf(check: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value)) throw refuse(field, 'has to be a list');
    for (let at = 0; at < value.length; at++) check(value[at], `${field}[${at}]`);
  };
}

function object(shape: Shape, required: readonly string[] = []): Check {
  return (value, field) => {
    if (!isObject(value)) throw refuse(field, 'has to be an object');
    checkMembers(value, { shape, required }, `${field}.`);
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Members {
  readonly shape: Shape;
  readonly required: readonly string[];
}

/** Only the members that the record has are looked at, so that a line costs what it holds. */
function checkMembers(value: Readonly<Record<string, unknown>>, { shape, required }: Members, prefix: string): void {
  for (const name of Object.keys(value)) {
    const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (check === undefined) throw refuse(`${prefix}${name.slice(0, 100)}`, 'is no member of this record');
    check(value[name], `${prefix}${name}`);
  }
  for (const name of required) {
    if (!Object.hasOwn(value, name)) throw new Problem('request.missing', { field: `${prefix}${name}` });
  }
}

const texts = listOf(text);
const attributes = listOf(object({ name: text, value: text }, ['name']));
const common = { kind: text, createdAt: text, createdBy: text, lastModifiedAt: text, lastModifiedBy: text };
const quota = object({ limit: text, interval: text, timeUnit: text });
const money = object({ currencyCode: text, units: text, nanos: number }, ['currencyCode']);

function group(config: Shape, type: Shape = {}): Check {
  const configs = listOf(object({ apiSource: text, attributes, ...config }, ['apiSource']));
  return object({ ...type, operationConfigs: configs }, ['operationConfigs']);
}

const configType = { operationConfigType: text };

const owner: Check = (value, field) => {
  object({ developer: text, company: text })(value, field);
  if (Object.keys(value as object).length !== 1) throw refuse(field, 'has to name either a developer or a company');
};

const range = { start: number, end: number };

const records: Readonly<Record<BulkKind, Members>> = {
  apiProduct: {
    required: ['name'],
    shape: {
      ...common,
      name: text,
      displayName: text,
      description: text,
      approvalType: text,
      attributes,
      apiResources: texts,
      environments: texts,
      proxies: texts,
      scopes: texts,
      quota: text,
      quotaInterval: text,
      quotaTimeUnit: text,
      quotaCounterScope: text,
      llmQuota: text,
      llmQuotaInterval: text,
      llmQuotaTimeUnit: text,
      space: text,
      operationGroup: group({ quota, operations: listOf(object({ resource: text, methods: texts })) }, configType),
      graphqlOperationGroup: group(
        { quota, operations: listOf(object({ operation: text, operationTypes: texts })) },
        configType,
      ),
      grpcOperationGroup: group({ quota, service: text, methods: texts }),
      llmOperationGroup: group({
        llmOperations: listOf(object({ resource: text, methods: texts, model: text })),
        llmTokenQuota: quota,
      }),
      payloadOperationGroup: group({ quota, operations: listOf(object({ operation: text })) }),
    },
  },
  ratePlan: {
    required: ['apiProduct'],
    shape: {
      ...common,
      id: text,
      apiProduct: text,
      displayName: text,
      description: text,
      state: text,
      billingPeriod: text,
      paymentFundingModel: text,
      currencyCode: text,
      setupFee: money,
      fixedRecurringFee: money,
      fixedFeeFrequency: number,
      consumptionPricingType: text,
      consumptionPricingRates: listOf(object({ ...range, fee: money })),
      revenueShareType: text,
      revenueShareRates: listOf(object({ ...range, sharePercentage: number })),
      startTime: text,
      endTime: text,
    },
  },
  developer: {
    required: ['email', 'firstName', 'lastName'],
    shape: {
      ...common,
      developerId: text,
      email: text,
      firstName: text,
      lastName: text,
      userName: text,
      status: text,
      attributes,
      accessType: text,
      appFamily: text,
    },
  },
  company: {
    required: ['name'],
    shape: {
      ...common,
      companyId: text,
      name: text,
      displayName: text,
      status: text,
      channelId: text,
      channelUri: text,
      email: text,
      attributes,
      members: listOf(object({ developer: text, roles: texts }, ['developer'])),
    },
  },
  app: {
    required: ['owner', 'name'],
    shape: {
      ...common,
      owner,
      name: text,
      appId: text,
      status: text,
      callbackUrl: text,
      appFamily: text,
      attributes,
      scopes: texts,
    },
  },
  credential: {
    required: ['owner', 'app', 'consumerKey'],
    shape: {
      ...common,
      owner,
      app: text,
      consumerKey: text,
      consumerSecret: text,
      status: text,
      issuedAt: text,
      expiresAt: text,
      apiProducts: listOf(object({ name: text, status: text }, ['name'])),
      attributes,
      scopes: texts,
    },
  },
};

const head: Members = {
  required: ['version', 'organization', 'dialect', 'exportedAt'],
  shape: { kind: text, version: number, organization: text, dialect: text, exportedAt: text, secrets: flag },
};

const counts = Object.fromEntries(bulkKinds.map((kind) => [kind, number]));
const end: Members = { required: ['counts'], shape: { kind: text, counts: object(counts) } };

/**
 * Reads one line: whether it is JSON and has the members of its kind, each of its type, and no other. What the values
 * say is the import's to judge, by the rules that hold for the entity.
 * @throws Problem request.malformed, request.missing, request.invalid; none repeats a value (G9)
 */
export function parseBulkLine(line: string): BulkLine {
  const value = parseJson(line);
  const { kind } = value;
  if (kind === 'export') return parseHead(value);
  if (kind === 'end') return checkAs<BulkEnd>(value, end);
  const known = bulkKinds.find((one) => one === kind);
  if (known !== undefined) return checkAs<BulkRecord>(value, records[known]);
  throw refuse('kind', `has to be one of export, ${bulkKinds.join(', ')}, end`);
}

function parseJson(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Problem('request.malformed', { reason: 'the line is not JSON, or is cut off' });
  }
  if (isObject(value)) return value;
  throw new Problem('request.malformed', { reason: 'the line is no JSON object' });
}

function checkAs<T extends BulkLine>(value: Readonly<Record<string, unknown>>, members: Members): T {
  checkMembers(value, members, '');
  return value as unknown as T;
}

function parseHead(value: Readonly<Record<string, unknown>>): BulkHead {
  if (value['version'] !== bulkVersion) throw refuse('version', `has to be ${bulkVersion}, which this plane reads`);
  const parsed = checkAs<BulkHead>(value, head);
  if (parsed.dialect !== 'edge' && parsed.dialect !== 'x') throw refuse('dialect', 'has to be edge or x');
  parseMoment(parsed.exportedAt, 'exportedAt');
  return parsed;
}
