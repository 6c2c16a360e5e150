import type { HeldNoun, RecordChange } from './holding.ts';
import type { Packer } from './packer.ts';
import type { Pool } from './pool.ts';
import type { AppRecord, ApprovalRecord, AttributeRecord, CredentialRecord, OwnerRecord } from './record.ts';
import type { Pools } from './record-codec.ts';
import { fail, idLengthMax } from './record-reader.ts';
import { hashBytes, type WireReader } from './wire-reader.ts';

/*
 * Records as they lie in a packed snapshot (SPEC.md, "Packed"). Each noun is written and read by a function of its own, which
 * name the members in the same order; what is read goes into a holder's own form without an object in between.
 */

/** Nouns that have a packed form, each with the byte that a batch of them begins with. */
export const packedNouns = { credential: 1, app: 2, developer: 3, company: 4 } as const;

export type PackedNoun = Exclude<HeldNoun, 'api-product'>;

type Packable<Noun> = Extract<RecordChange, { readonly noun: Noun; readonly record: object }>;

/** A record that has a packed form. */
export type PackableChange = Packable<'credential'> | Packable<'app'> | Packable<'developer' | 'company'>;

type Stamp = Pick<AppRecord, 'createdAt' | 'createdBy' | 'lastModifiedAt' | 'lastModifiedBy'>;

const approvals: readonly ApprovalRecord[] = ['approved', 'revoked', 'pending'];
/** Entries of each dictionary at most. */
const entriesMax = 0xffff;

/** What the writer has told already, and tells by its number from then on. */
class Told {
  readonly #numbers = new Map<string, number>();

  /** Writes 2 and more: an entry; 1: a new entry, and 0: none, which follow. @returns whether the value has to follow */
  write(packer: Packer, value: string): boolean {
    const known = this.#numbers.get(value);
    if (known !== undefined) {
      packer.number(known + 2);
      return false;
    }
    const enters = this.#numbers.size < entriesMax;
    if (enters) this.#numbers.set(value, this.#numbers.size);
    packer.byte(enters ? 1 : 0);
    return true;
  }
}

/** The same at the reader's, with each entry's number in the pool of the holder. */
class Heard {
  readonly #texts: string[] = [];
  /** -1: the pool had no room for it. */
  readonly #numbers: number[] = [];
  readonly #pool: Pool<unknown>;
  readonly #read: (from: WireReader) => string;

  /** @param read what follows where it is new, as the pool wants it */
  constructor(pool: Pool<unknown>, read: (from: WireReader) => string) {
    this.#pool = pool;
    this.#read = read;
  }

  copy(from: WireReader, into: Packer): void {
    const number = from.number();
    if (number >= 2) this.#copyKnown(into, number - 2);
    else this.#copyNew(into, this.#read(from), number === 1);
  }

  #copyNew(into: Packer, text: string, enters: boolean): void {
    if (enters) {
      if (this.#texts.length >= entriesMax) fail('fewer entries');
      this.#texts.push(text);
      this.#numbers.push(this.#pool.numberOf(text) ?? -1);
    }
    into.shared(text, this.#pool);
  }

  #copyKnown(into: Packer, entry: number): void {
    const number = this.#numbers[entry] ?? fail('an entry that was told');
    if (number >= 0) into.sharedNumber(number);
    else into.shared(this.#texts[entry] ?? '', this.#pool);
  }
}

/** What the writer of a snapshot has told. */
export class ToldOnce {
  readonly texts = new Told();
  readonly productLists = new Told();
}

/** What the reader of a snapshot has heard. */
export class HeardOnce {
  readonly texts: Heard;
  readonly productLists: Heard;

  constructor({ texts, productLists }: Pools) {
    this.texts = new Heard(texts, (from) => from.text());
    this.productLists = new Heard(productLists, readProducts);
  }
}

/** Whether all of it has a packed form: what has none goes as a line. */
export function isPackable(change: RecordChange): change is PackableChange {
  if (change.record === undefined || change.noun === 'api-product' || !isId(change.id)) return false;
  if (change.noun !== 'credential')
    return isStamped(change.record) && (change.noun !== 'app' || isId(change.record.owner.id));
  const { appId, issuedAt, expiresAt, status, products } = change.record;
  return (
    change.hash.length === hashBytes &&
    isId(appId) &&
    isCount(issuedAt) &&
    (expiresAt === undefined || isCount(expiresAt + 1)) &&
    [status, ...products.map((each) => each.status)].every((each) => approvals.includes(each))
  );
}

export function packRecord(to: Packer, change: PackableChange, told: ToldOnce): void {
  if (change.noun === 'credential') packCredential(to, change, told);
  else if (change.noun === 'app') packApp(to, change.record, told);
  else packOwner(to, change.record, told);
}

/** @param into started @param heard by the reader of this snapshot */
export function copyRecord(noun: PackedNoun, from: WireReader, into: Packer, heard: HeardOnce): void {
  if (noun === 'credential') copyCredential(from, into, heard);
  else if (noun === 'app') copyApp(from, into, heard);
  else copyOwner(noun, from, into, heard);
}

function packCredential(to: Packer, { record, hash }: Packable<'credential'>, told: ToldOnce): void {
  to.looseId(record.id).looseId(record.appId).latin1(hash);
  to.byte(approvals.indexOf(record.status)).number(record.expiresAt === undefined ? 0 : record.expiresAt + 1);
  if (told.productLists.write(to, nameList(record.products))) packProducts(to, record.products);
  to.number(record.issuedAt);
  packAttributes(to, record.attributes, told);
  packTexts(to, record.scopes, told);
}

function copyCredential(from: WireReader, into: Packer, heard: HeardOnce): void {
  from.copyId(into);
  from.copyId(into);
  into.blank();
  from.copyHash(into);
  into.byte(from.code(approvals.length));
  from.copyNumber(into);
  heard.productLists.copy(from, into);
  from.copyNumber(into);
  copyAttributes(from, into, heard);
  copyTexts(from, into, heard);
}

function packApp(to: Packer, record: AppRecord, told: ToldOnce): void {
  to.looseId(record.id).looseId(record.owner.id);
  to.byte((record.status === 'approved' ? 1 : 0) | (record.owner.kind === 'company' ? 2 : 0));
  to.text(record.name).optional(record.callbackUrl);
  packText(to, record.appFamily ?? '', told);
  to.byte(record.appFamily === undefined ? 0 : 1);
  packAttributes(to, record.attributes, told);
  packTexts(to, record.scopes, told);
  packStamp(to, record, told);
}

function copyApp(from: WireReader, into: Packer, heard: HeardOnce): void {
  from.copyId(into);
  from.copyId(into);
  into.blank().byte(from.code(4));
  from.copyText(into);
  from.copyOptional(into);
  heard.texts.copy(from, into);
  into.byte(from.code(2));
  copyAttributes(from, into, heard);
  copyTexts(from, into, heard);
  copyStamp(from, into, heard);
}

function packOwner(to: Packer, record: OwnerRecord, told: ToldOnce): void {
  to.looseId(record.id).byte(record.status === 'active' ? 1 : 0);
  if (record.kind === 'developer') {
    to.text(record.email).optional(record.userName).text(record.firstName).text(record.lastName);
  } else to.text(record.name).optional(record.displayName);
  packAttributes(to, record.attributes, told);
  packStamp(to, record, told);
}

function copyOwner(kind: OwnerRecord['kind'], from: WireReader, into: Packer, heard: HeardOnce): void {
  from.copyId(into);
  into.byte(from.code(2));
  from.copyText(into);
  from.copyOptional(into);
  if (kind === 'developer') {
    from.copyText(into);
    from.copyText(into);
  }
  copyAttributes(from, into, heard);
  copyStamp(from, into, heard);
}

function packProducts(to: Packer, products: CredentialRecord['products']): void {
  to.number(products.length);
  for (const { name, status } of products) to.text(name).byte(approvals.indexOf(status));
}

/** As `Pools` keeps them. */
function readProducts(from: WireReader): string {
  const products: [name: string, status: ApprovalRecord][] = [];
  for (let left = from.number(); left > 0; left--) {
    products.push([from.text(), approvals[from.code(approvals.length)] ?? 'pending']);
  }
  return JSON.stringify(products);
}

/** No two lists have the same name. */
function nameList(products: CredentialRecord['products']): string {
  let name = '';
  for (const { name: product, status } of products) name += `${status} ${product.length} ${product}`;
  return name;
}

function packAttributes(to: Packer, attributes: readonly AttributeRecord[], told: ToldOnce): void {
  to.number(attributes.length);
  for (const { name, value } of attributes) {
    packText(to, name, told);
    to.text(value);
  }
}

function copyAttributes(from: WireReader, into: Packer, heard: HeardOnce): void {
  const count = from.number();
  into.number(count);
  for (let left = count; left > 0; left--) {
    heard.texts.copy(from, into);
    from.copyText(into);
  }
}

function packTexts(to: Packer, texts: readonly string[], told: ToldOnce): void {
  to.number(texts.length);
  for (const text of texts) packText(to, text, told);
}

function copyTexts(from: WireReader, into: Packer, heard: HeardOnce): void {
  const count = from.number();
  into.number(count);
  for (let left = count; left > 0; left--) heard.texts.copy(from, into);
}

function packStamp(to: Packer, stamp: Stamp, told: ToldOnce): void {
  packText(to.number(stamp.createdAt), stamp.createdBy, told);
  packText(to.number(stamp.lastModifiedAt), stamp.lastModifiedBy, told);
}

function copyStamp(from: WireReader, into: Packer, heard: HeardOnce): void {
  from.copyNumber(into);
  heard.texts.copy(from, into);
  from.copyNumber(into);
  heard.texts.copy(from, into);
}

function packText(to: Packer, text: string, told: ToldOnce): void {
  if (told.texts.write(to, text)) to.text(text);
}

function isId(id: string): boolean {
  return id.length > 0 && id.length <= idLengthMax;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isStamped({ createdAt, lastModifiedAt }: Stamp): boolean {
  return isCount(createdAt) && isCount(lastModifiedAt);
}
