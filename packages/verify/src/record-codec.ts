import type { Packer, Unpacker } from './packer.ts';
import { Pool } from './pool.ts';
import type { AppRecord, ApprovalRecord, AttributeRecord, CredentialRecord, OwnerRecord } from './record.ts';

/** A key's products, as a record holds them. */
export type ProductList = CredentialRecord['products'];

/** Values that the records of one holder share. */
export class Pools {
  readonly texts = new Pool<string>((text) => text);
  readonly productLists = new Pool<ProductList>((text) => {
    const entries = JSON.parse(text) as [name: string, status: ApprovalRecord][];
    return Object.freeze(entries.map(([name, status]) => Object.freeze({ name, status })));
  });
}

const approvals: readonly ApprovalRecord[] = ['approved', 'revoked', 'pending'];

/** What a record's first word says that it is. */
export const kinds = { credential: 0, app: 1, developer: 2, company: 3 } as const;

/** Word of a record at which its own id lies. The first one is its length. */
export const idWord = 1;
/** Of credentials and apps: that of what they hang on. */
export const parentWord = 5;
/** Behind it, for the holder's own use: where that was found. */
export const linkWord = 9;
/** Of credentials: the lookup hash. */
export const hashWord = 10;
/** Bytes before what is unpacked. */
export const ownerHead = 20;
export const appHead = 40;
export const credentialHead = 56;

/**
 * Layout: id, app id, link, lookup hash, status, expiry, products; then what only a gateway asks for.
 * @returns bytes of it
 */
export function packCredential(packer: Packer, record: CredentialRecord, hash: string, pools: Pools): number {
  packer.start().id(record.id).id(record.appId).blank().hash(hash);
  packer.byte(approvals.indexOf(record.status)).number(record.expiresAt === undefined ? 0 : record.expiresAt + 1);
  const products = JSON.stringify(record.products.map(({ name, status }) => [name, status]));
  packer.shared(products, pools.productLists).number(record.issuedAt);
  packAttributes(packer, record.attributes, pools);
  packTexts(packer, record.scopes, pools);
  return packer.finish(kinds.credential);
}

/** What a decision looks at, in the order in which it lies: status, expiry, products. */
export function unpackApproval(from: Unpacker): ApprovalRecord {
  const status = approvals[from.byte()];
  if (status === undefined) throw new RangeError('a credential has no such status');
  return status;
}

export function unpackExpiry(from: Unpacker): number | undefined {
  const expiry = from.number();
  return expiry === 0 ? undefined : expiry - 1;
}

export function unpackProducts(from: Unpacker, pools: Pools): ProductList {
  return from.shared(pools.productLists);
}

/** What is left behind it. */
export function unpackCredentialRest(from: Unpacker, pools: Pools) {
  return { issuedAt: from.number(), attributes: unpackAttributes(from, pools), scopes: unpackTexts(from, pools) };
}

/** Layout: id, owner id, link, owner kind and status in one byte; then what only a gateway asks for. */
export function packApp(packer: Packer, record: AppRecord, pools: Pools): number {
  packer.start().id(record.id).id(record.owner.id).blank();
  packer.byte((record.status === 'approved' ? 1 : 0) | (record.owner.kind === 'company' ? 2 : 0));
  packer.text(record.name).optional(record.callbackUrl);
  packer.shared(record.appFamily ?? '', pools.texts).byte(record.appFamily === undefined ? 0 : 1);
  packAttributes(packer, record.attributes, pools);
  packTexts(packer, record.scopes, pools);
  packStamp(packer, record, pools);
  return packer.finish(kinds.app);
}

/** @param flags the byte that lies first */
export function readAppStatus(flags: number): AppRecord['status'] {
  return (flags & 1) === 1 ? 'approved' : 'revoked';
}

/** @param flags the byte that lies first */
export function readOwnerKind(flags: number): OwnerRecord['kind'] {
  return (flags & 2) === 2 ? 'company' : 'developer';
}

export function unpackAppRest(from: Unpacker, pools: Pools) {
  const [name, callbackUrl, family] = [from.text(), from.optional(), from.shared(pools.texts)];
  const appFamily = from.byte() === 0 ? undefined : family;
  const [attributes, scopes] = [unpackAttributes(from, pools), unpackTexts(from, pools)];
  return { name, callbackUrl, appFamily, attributes, scopes, ...unpackStamp(from, pools) };
}

/** Layout: id, status in one byte; then what only a gateway asks for. */
export function packOwner(packer: Packer, record: OwnerRecord, pools: Pools): number {
  packer
    .start()
    .id(record.id)
    .byte(record.status === 'active' ? 1 : 0);
  if (record.kind === 'developer') {
    packer.text(record.email).optional(record.userName).text(record.firstName).text(record.lastName);
  } else {
    packer.text(record.name).optional(record.displayName);
  }
  packAttributes(packer, record.attributes, pools);
  packStamp(packer, record, pools);
  return packer.finish(kinds[record.kind]);
}

export function unpackOwnerStatus(from: Unpacker): OwnerRecord['status'] {
  return from.byte() === 1 ? 'active' : 'inactive';
}

export function unpackDeveloperRest(from: Unpacker, pools: Pools) {
  const [email, userName, firstName, lastName] = [from.text(), from.optional(), from.text(), from.text()];
  const attributes = unpackAttributes(from, pools);
  return { email, userName, firstName, lastName, attributes, ...unpackStamp(from, pools) };
}

export function unpackCompanyRest(from: Unpacker, pools: Pools) {
  const [name, displayName] = [from.text(), from.optional()];
  const attributes = unpackAttributes(from, pools);
  return { name, displayName, attributes, ...unpackStamp(from, pools) };
}

function packAttributes(packer: Packer, attributes: readonly AttributeRecord[], pools: Pools): void {
  packer.number(attributes.length);
  for (const { name, value } of attributes) packer.shared(name, pools.texts).text(value);
}

function unpackAttributes(from: Unpacker, pools: Pools): AttributeRecord[] {
  return Array.from({ length: from.number() }, () => ({ name: from.shared(pools.texts), value: from.text() }));
}

function packTexts(packer: Packer, texts: readonly string[], pools: Pools): void {
  packer.number(texts.length);
  for (const text of texts) packer.shared(text, pools.texts);
}

function unpackTexts(from: Unpacker, pools: Pools): string[] {
  return Array.from({ length: from.number() }, () => from.shared(pools.texts));
}

type Stamp = Pick<AppRecord, 'createdAt' | 'createdBy' | 'lastModifiedAt' | 'lastModifiedBy'>;

function packStamp(packer: Packer, stamp: Stamp, { texts }: Pools): void {
  packer.number(stamp.createdAt).shared(stamp.createdBy, texts);
  packer.number(stamp.lastModifiedAt).shared(stamp.lastModifiedBy, texts);
}

function unpackStamp(from: Unpacker, { texts }: Pools): Stamp {
  const [createdAt, createdBy] = [from.number(), from.shared(texts)];
  return { createdAt, createdBy, lastModifiedAt: from.number(), lastModifiedBy: from.shared(texts) };
}
