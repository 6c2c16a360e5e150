// The package's face: what a gateway, a sidecar or an application imports.
export {
  type Check,
  decide,
  type Facts,
  findStandingReason,
  type HeldKey,
  refuse,
  survey,
  type Witness,
} from './decide.ts';
export { encodeFault, type Fault, faults } from './fault.ts';
export { FeedClient, type FeedNotice, type FeedOptions, type FeedStatus, type FeedTiming } from './feed-client.ts';
export {
  type FeedChange,
  type FeedEffect,
  type FeedEvent,
  type FeedFault,
  type FeedPosition,
  type FeedState,
  type FeedStep,
  feedStart,
  type PollAnswer,
  stepFeed,
} from './feed-state.ts';
export type { FeedFetch, FeedRequest, FeedResponse, TransportFault } from './feed-transport.ts';
export { feedFormat } from './feed-wire.ts';
export { type Admission, type Decision, Gate, type GateCall, type GateOptions, type Refusal } from './gate.ts';
export { type HeldNoun, Holding, type RecordChange } from './holding.ts';
export {
  type AttributeOwner,
  attributeOwners,
  compileHeaderNames,
  encodeHeaderText,
  type IdentityHeader,
  identityHeaderNames,
  listIdentity,
  nameAttributeHeader,
  untrustedHeadersDefault,
  type WantedAttribute,
} from './identity-header.ts';
export { equalSecrets, hashKey, keyLengthMax } from './key-hash.ts';
export {
  findKey,
  isBearer,
  type KeyCarrier,
  type KeySource,
  nameVariable,
  removeParameter,
  spellParameter,
} from './key-source.ts';
export { normalizePath, pathLengthMax, stripBasePath } from './path.ts';
export { compilePathPattern, type PathMatcher } from './path-pattern.ts';
export { compileProduct, type Product, type ProductMatch } from './product.ts';
export { type FoundKey, ReadThrough, type ReadThroughOptions } from './read-through.ts';
export type {
  AppRecord,
  ApprovalRecord,
  AttributeRecord,
  CompanyRecord,
  CredentialRecord,
  DeveloperRecord,
  OperationGroupsRecord,
  OrganizationFacts,
  OwnerRecord,
  ProductRecord,
  QuotaRecord,
  ResourceRecord,
} from './record.ts';
export type { CallOperation, CallRequest } from './request.ts';
export { packedSnapshotType, SnapshotPacker } from './snapshot-packer.ts';
export { listVariables, type VariableContext } from './variable.ts';
export {
  type Allowed,
  type RefusalReason,
  type Refused,
  refusalReasons,
  type Survey,
  type Verdict,
} from './verdict.ts';
export { type Freshness, type Question, Verifier, type VerifierOptions } from './verifier.ts';
