import { type Attribute, type AttributeDraft, type AttributeRules, parseAttributes } from './attribute.ts';
import { Problem } from './problem.ts';
import { type ProductQuota, type ProductQuotaDraft, parseOperationQuota } from './product-quota.ts';
import { parseText } from './text.ts';

/** What one entry of an operation group has besides its operations. */
interface OperationConfigBase {
  /** The proxy or remote service. */
  readonly apiSource: string;
  readonly quota: ProductQuota | undefined;
  readonly attributes: readonly Attribute[];
}

export type OperationConfigType = 'proxy' | 'remoteservice';

/** compat/x.md §1.1, "OperationGroup". Empty `methods`: all of them. */
export interface OperationGroup {
  readonly operationConfigType: OperationConfigType | undefined;
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly operations: readonly { readonly resource: string; readonly methods: readonly string[] }[];
  })[];
}

export interface GraphqlOperationGroup {
  readonly operationConfigType: OperationConfigType | undefined;
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly operations: readonly {
      readonly operation: string | undefined;
      readonly operationTypes: readonly string[];
    }[];
  })[];
}

export interface GrpcOperationGroup {
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly service: string;
    readonly methods: readonly string[];
  })[];
}

export interface LlmOperationGroup {
  readonly operationConfigs: readonly {
    readonly apiSource: string;
    readonly llmOperations: readonly {
      readonly resource: string;
      readonly methods: readonly string[];
      readonly model: string | undefined;
    }[];
    readonly llmTokenQuota: ProductQuota | undefined;
    readonly attributes: readonly Attribute[];
  }[];
}

export interface PayloadOperationGroup {
  readonly operationConfigs: readonly (OperationConfigBase & {
    readonly operations: readonly { readonly operation: string }[];
  })[];
}

interface ConfigDraft {
  readonly apiSource?: string | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
}

interface QuotaConfigDraft extends ConfigDraft {
  readonly quota?: ProductQuotaDraft | undefined;
}

interface GroupDraft<Config> {
  readonly operationConfigs?: readonly Config[] | undefined;
}

interface TypedGroupDraft<Config> extends GroupDraft<Config> {
  readonly operationConfigType?: string | undefined;
}

interface ResourceDraft {
  readonly resource?: string | undefined;
  readonly methods?: readonly string[] | undefined;
}

/** Groups as they come from a body: every member may be absent. */
export interface OperationGroupDrafts {
  readonly operationGroup?:
    | TypedGroupDraft<QuotaConfigDraft & { readonly operations?: readonly ResourceDraft[] | undefined }>
    | undefined;
  readonly graphqlOperationGroup?:
    | TypedGroupDraft<
        QuotaConfigDraft & {
          readonly operations?:
            | readonly {
                readonly operation?: string | undefined;
                readonly operationTypes?: readonly string[] | undefined;
              }[]
            | undefined;
        }
      >
    | undefined;
  readonly grpcOperationGroup?:
    | GroupDraft<
        QuotaConfigDraft & { readonly service?: string | undefined; readonly methods?: readonly string[] | undefined }
      >
    | undefined;
  readonly llmOperationGroup?:
    | GroupDraft<
        ConfigDraft & {
          readonly llmOperations?: readonly (ResourceDraft & { readonly model?: string | undefined })[] | undefined;
          readonly llmTokenQuota?: ProductQuotaDraft | undefined;
        }
      >
    | undefined;
  readonly payloadOperationGroup?:
    | GroupDraft<
        QuotaConfigDraft & { readonly operations?: readonly { readonly operation?: string | undefined }[] | undefined }
      >
    | undefined;
}

export interface OperationGroups {
  readonly operationGroup: OperationGroup | undefined;
  readonly graphqlOperationGroup: GraphqlOperationGroup | undefined;
  readonly grpcOperationGroup: GrpcOperationGroup | undefined;
  readonly llmOperationGroup: LlmOperationGroup | undefined;
  readonly payloadOperationGroup: PayloadOperationGroup | undefined;
}

/** Entries of one group, and operations or methods of one entry. Ours; no source states them. */
const configsMax = 500;
const partsMax = 100;
const textLengthMax = 2048;

/** @throws Problem request.missing, request.invalid, attribute.too-many */
export function parseOperationGroups(drafts: OperationGroupDrafts, rules: AttributeRules): OperationGroups {
  return {
    operationGroup: parseGroup(drafts.operationGroup, 'operationGroup', (draft, field) => ({
      ...parseConfig(draft, field, rules),
      operations: parseResources(draft.operations ?? [], `${field}.operations`),
    })),
    graphqlOperationGroup: parseGroup(drafts.graphqlOperationGroup, 'graphqlOperationGroup', (draft, field) => ({
      ...parseConfig(draft, field, rules),
      operations: parseAll(requireSome(draft.operations, `${field}.operations`), `${field}.operations`, parseGraphql),
    })),
    grpcOperationGroup: parseUntyped(drafts.grpcOperationGroup, 'grpcOperationGroup', (draft, field) => ({
      ...parseConfig(draft, field, rules),
      service: parseRequired(draft.service, `${field}.service`),
      methods: parseAll(draft.methods ?? [], `${field}.methods`, parseRequired),
    })),
    llmOperationGroup: parseUntyped(drafts.llmOperationGroup, 'llmOperationGroup', (draft, field) => ({
      ...parseSource(draft, field, rules),
      llmOperations: parseLlm(requireSome(draft.llmOperations, `${field}.llmOperations`), `${field}.llmOperations`),
      // "Required", says the reference, and in the next sentence what happens without it.
      llmTokenQuota: parseOperationQuota(draft.llmTokenQuota, `${field}.llmTokenQuota`),
    })),
    payloadOperationGroup: parseUntyped(drafts.payloadOperationGroup, 'payloadOperationGroup', (draft, field) => ({
      ...parseConfig(draft, field, rules),
      operations: parseAll(draft.operations ?? [], `${field}.operations`, ({ operation }, at) => ({
        operation: parseRequired(operation, `${at}.operation`),
      })),
    })),
  };
}

type ParseEntry<Draft, Entry> = (draft: Draft, field: string) => Entry;

function parseGroup<Draft, Config>(
  draft: TypedGroupDraft<Draft> | undefined,
  field: string,
  parse: ParseEntry<Draft, Config>,
): { operationConfigType: OperationConfigType | undefined; operationConfigs: Config[] } | undefined {
  const group = parseUntyped(draft, field, parse);
  if (draft === undefined || group === undefined) return undefined;
  return { operationConfigType: parseConfigType(draft.operationConfigType, `${field}.operationConfigType`), ...group };
}

function parseUntyped<Draft, Config>(
  draft: GroupDraft<Draft> | undefined,
  field: string,
  parse: ParseEntry<Draft, Config>,
): { operationConfigs: Config[] } | undefined {
  if (draft === undefined) return undefined;
  const configs = `${field}.operationConfigs`;
  const drafts = requireSome(draft.operationConfigs, configs);
  requireAtMost(drafts, configs, configsMax);
  return { operationConfigs: drafts.map((each, index) => parse(each, `${configs}[${index}]`)) };
}

function parseConfigType(value: string | undefined, field: string): OperationConfigType | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === 'proxy' || value === 'remoteservice') return value;
  throw new Problem('request.invalid', { field, reason: 'has to be proxy or remoteservice' });
}

function parseSource(draft: ConfigDraft, field: string, rules: AttributeRules) {
  return {
    apiSource: parseRequired(draft.apiSource, `${field}.apiSource`),
    attributes: parseAttributes(draft.attributes ?? [], rules, `${field}.attributes`),
  };
}

function parseConfig(draft: QuotaConfigDraft, field: string, rules: AttributeRules): OperationConfigBase {
  return { ...parseSource(draft, field, rules), quota: parseOperationQuota(draft.quota, `${field}.quota`) };
}

/** "Only a single resource/method pair" (compat/x.md §1.1): one operation, which may name several methods. */
function parseResources(drafts: readonly ResourceDraft[], field: string) {
  requireAtMost(drafts, field, 1);
  return parseAll(drafts, field, parseResource);
}

function parseResource({ resource, methods = [] }: ResourceDraft, field: string) {
  return {
    resource: parseRequired(resource, `${field}.resource`),
    methods: parseAll(methods, `${field}.methods`, parseRequired),
  };
}

function parseLlm(drafts: readonly (ResourceDraft & { readonly model?: string | undefined })[], field: string) {
  requireAtMost(drafts, field, 1);
  return parseAll(drafts, field, (draft, at) => ({
    ...parseResource(draft, at),
    model: parseRequired(draft.model, `${at}.model`),
  }));
}

const graphqlTypes: readonly string[] = ['query', 'mutation'];

function parseGraphql(
  draft: { readonly operation?: string | undefined; readonly operationTypes?: readonly string[] | undefined },
  field: string,
) {
  const typesField = `${field}.operationTypes`;
  const operationTypes = requireSome(draft.operationTypes, typesField);
  if (
    !operationTypes.every((type) => graphqlTypes.includes(type)) ||
    new Set(operationTypes).size < operationTypes.length
  ) {
    throw new Problem('request.invalid', { field: typesField, reason: 'takes query and mutation, each once' });
  }
  const { operation } = draft;
  return {
    operation: operation === undefined ? undefined : parseOptional(operation, `${field}.operation`),
    operationTypes,
  };
}

function parseAll<Draft, Entry>(drafts: readonly Draft[], field: string, parse: ParseEntry<Draft, Entry>): Entry[] {
  requireAtMost(drafts, field, partsMax);
  return drafts.map((draft, index) => parse(draft, `${field}[${index}]`));
}

function requireSome<T>(drafts: readonly T[] | undefined, field: string): readonly T[] {
  if (drafts === undefined || drafts.length === 0) throw new Problem('request.missing', { field });
  return drafts;
}

function requireAtMost(drafts: readonly unknown[], field: string, most: number): void {
  if (drafts.length > most) throw new Problem('request.invalid', { field, reason: `takes at most ${most}` });
}

function parseRequired(value: string | undefined, field: string): string {
  return parseText(value ?? '', { field, lengthMax: textLengthMax });
}

function parseOptional(value: string, field: string): string {
  return parseText(value, { field, lengthMax: textLengthMax, empty: 'allowed' });
}
