import type { HeldKey } from './decide.ts';
import { HashIndex } from './hash-index.ts';
import { Doorkeeper, KeyMemory } from './key-memory.ts';
import { Packer } from './packer.ts';
import { compileProduct, type Product } from './product.ts';
import type { AppRecord, CredentialRecord, OwnerRecord, ProductRecord } from './record.ts';
import {
  childHead,
  linkWord,
  Pools,
  packApp,
  packCredential,
  packOwner,
  parentWord,
  readOwnerKind,
} from './record-codec.ts';
import { AppView, CompanyView, CredentialView, DeveloperView } from './record-view.ts';
import { RowTable } from './row-table.ts';
import { Slab } from './slab.ts';
import { type Words, writeHash, writeId } from './words.ts';

/** One change of what a verifier holds. A put replaces the record of that id; of a deleted entity only the id is told. */
export type RecordChange =
  | { readonly noun: 'credential'; readonly id: string; readonly record: CredentialRecord; readonly hash: string }
  | { readonly noun: 'app'; readonly id: string; readonly record: AppRecord }
  | { readonly noun: 'developer' | 'company'; readonly id: string; readonly record: OwnerRecord }
  | { readonly noun: 'api-product'; readonly id: string; readonly record: ProductRecord }
  | { readonly noun: HeldNoun; readonly id: string; readonly record: undefined };

export type HeldNoun = 'credential' | 'app' | 'developer' | 'company' | 'api-product';

/** Keys that were asked for lately are found without their hash, up to this many. */
const rememberedDefault = 100_000;

interface Remembered {
  readonly held: HeldKey;
  readonly found: Found;
  /** Changes that had been taken in when it was known to be fresh. */
  changes: number;
}

/** The row of a key, and where the records lie that it consists of. */
interface Found {
  readonly row: number;
  readonly credential: number;
  readonly app: number;
  readonly owner: number;
  readonly owners: RowTable;
}

/**
 * What a verifier holds of one organization, packed: records lie in large buffers, found by hashes in typed arrays, and
 * are unpacked when they are asked for. A change of one developer costs the same however many keys he has, since each
 * key is followed to its app and to its owner when it is asked for, and not before.
 */
export class Holding {
  readonly #pools = new Pools();
  #slab = new Slab();
  #credentials = new RowTable(this.#slab, this.#pools);
  #apps = new RowTable(this.#slab, this.#pools);
  #developers = new RowTable(this.#slab, this.#pools);
  #companies = new RowTable(this.#slab, this.#pools);
  /** Lookup hash of each credential's row. */
  #hashes: Words = new Uint32Array(256);
  #byHash = new HashIndex(this.#hashes);
  readonly #products = new Map<string, Product>();
  readonly #productNames = new Map<string, string>();
  readonly #packer = new Packer();
  readonly #words = new Uint32Array(4);
  readonly #remembered: KeyMemory<Remembered>;
  readonly #rememberedMax: number;
  readonly #doorkeeper = new Doorkeeper();
  #changes = 0;

  constructor(options: { readonly rememberedMax?: number } = {}) {
    this.#rememberedMax = options.rememberedMax ?? rememberedDefault;
    this.#remembered = new KeyMemory(this.#rememberedMax);
  }

  /** Keys that are held. */
  get size(): number {
    return this.#credentials.size;
  }

  /** Bytes of buffers and typed arrays; what the engine takes for products and shared texts comes on top. */
  get bytes(): number {
    const tables = [this.#credentials, this.#apps, this.#developers, this.#companies];
    const rows = tables.reduce((sum, table) => sum + table.bytes, 0);
    return this.#slab.bytes + this.#hashes.byteLength + this.#byHash.bytes + rows;
  }

  /**
   * The key with this lookup hash, its app and its owner as they are now; undefined where one of them is not held.
   * @param hash one character a byte, as `latin1` gives a digest
   */
  find(hash: string): HeldKey | undefined {
    const found = this.#follow(hash);
    return found && this.#view(found);
  }

  /**
   * The same for a key that was asked for before: without hashing it again, and as fresh as {@link find}.
   * @param hashOf gives the key's lookup hash; called only where the key is not remembered, or was changed
   */
  findKey(key: string, hashOf: (key: string) => string): HeldKey | undefined {
    const known = this.#remembered.get(key);
    if (known === undefined) return this.#findNew(key, hashOf);
    if (known.changes === this.#changes) return known.held;
    return this.#findAgain(key, hashOf, known);
  }

  #findNew(key: string, hashOf: (key: string) => string): HeldKey | undefined {
    const found = this.#follow(hashOf(key));
    if (found === undefined) return undefined;
    const held = this.#view(found);
    if (this.size <= this.#rememberedMax || this.#doorkeeper.meets(found.row)) this.#remember(key, found, held);
    return held;
  }

  #findAgain(key: string, hashOf: (key: string) => string, known: Remembered): HeldKey | undefined {
    if (this.#isFresh(known.found)) {
      known.changes = this.#changes;
      return known.held;
    }
    const found = this.#follow(hashOf(key));
    if (found === undefined) {
      this.#remembered.delete(key);
      return undefined;
    }
    const held = this.#view(found);
    this.#remember(key, found, held);
    return held;
  }

  #remember(key: string, found: Found, held: HeldKey): void {
    this.#remembered.set(key, { held, found, changes: this.#changes });
  }

  /** A function of its own, so that a decision can be handed it without a new one each time. */
  readonly findProduct = (name: string): Product | undefined => this.#products.get(name);

  /** Whether there is a record of it, whatever it is worth. */
  holds(noun: HeldNoun, id: string): boolean {
    if (noun === 'api-product') return this.#productNames.has(id);
    writeId(id, this.#words);
    return this.#tableOf(noun).find(this.#words) >= 0;
  }

  /** All that there are, by name. */
  listProducts(): ProductRecord[] {
    const records = [...this.#products.values()].map(({ record }) => record);
    return records.sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Takes a change in. A record that can't be read is taken out instead: it must not let anybody in (G6). */
  apply(change: RecordChange): void {
    try {
      this.#apply(change);
    } catch (error) {
      this.#apply({ noun: change.noun, id: change.id, record: undefined });
      throw error;
    }
  }

  #apply(change: RecordChange): void {
    this.#changes += 1;
    if (change.noun === 'api-product') this.#applyProduct(change.id, change.record);
    else if (change.record === undefined) this.#remove(change.noun, change.id);
    else if (change.noun === 'credential') this.#putCredential(change.id, change.record, change.hash);
    else if (change.noun === 'app') this.#put(this.#apps, change.id, packApp(this.#packer, change.record, this.#pools));
    else {
      const record = packOwner(this.#packer, change.record, this.#pools);
      this.#put(this.#ownersOf(change.record.kind), change.id, record);
    }
    if (this.#isWasteful()) this.#compact();
  }

  #applyProduct(id: string, record: ProductRecord | undefined): void {
    const name = this.#productNames.get(id);
    // Another product may have the name by now.
    if (name !== undefined && this.#products.get(name)?.record.id === id) this.#products.delete(name);
    this.#productNames.delete(id);
    if (record === undefined) return;
    this.#productNames.set(id, record.name);
    this.#products.set(record.name, compileProduct(record));
  }

  #putCredential(id: string, record: CredentialRecord, hash: string): void {
    const packed = packCredential(this.#packer, record, this.#pools);
    writeId(id, this.#words);
    const known = this.#credentials.find(this.#words);
    // A key never changes; one that did would be found by neither hash.
    if (known >= 0) this.#byHash.remove(known);
    const row = this.#put(this.#credentials, id, packed);
    writeHash(hash, this.#words);
    this.#dropRival();
    this.#setHash(row, this.#words);
  }

  /** A key whose app went is not told of as deleted, and may be made again: what is left of the first one hides nothing. */
  #dropRival(): void {
    const rival = this.#byHash.find(this.#words);
    if (rival < 0) return;
    this.#byHash.remove(rival);
    const before = this.#credentials.remove(this.#credentials.names.slice(rival * 4, rival * 4 + 4));
    if (before >= 0) this.#slab.free(before);
  }

  #setHash(row: number, hash: Words): void {
    if (row * 4 >= this.#hashes.length) {
      const grown = new Uint32Array(Math.ceil((row + 1) * 1.125) * 4);
      grown.set(this.#hashes);
      this.#hashes = grown;
      this.#byHash.names = grown;
    }
    this.#hashes.set(hash, row * 4);
    this.#byHash.insert(row);
  }

  #put(table: RowTable, id: string, record: Uint8Array): number {
    writeId(id, this.#words);
    const { row, before } = table.put(this.#words, record);
    if (before >= 0) this.#slab.free(before);
    return row;
  }

  #remove(noun: Exclude<HeldNoun, 'api-product'>, id: string): void {
    writeId(id, this.#words);
    const table = this.#tableOf(noun);
    if (noun === 'credential') {
      const row = table.find(this.#words);
      if (row >= 0) this.#byHash.remove(row);
    }
    const before = table.remove(this.#words);
    if (before >= 0) this.#slab.free(before);
  }

  #tableOf(noun: Exclude<HeldNoun, 'api-product'>): RowTable {
    if (noun === 'credential') return this.#credentials;
    return noun === 'app' ? this.#apps : this.#ownersOf(noun);
  }

  #ownersOf(kind: OwnerRecord['kind']): RowTable {
    return kind === 'developer' ? this.#developers : this.#companies;
  }

  #follow(hash: string): Found | undefined {
    writeHash(hash, this.#words);
    const row = this.#byHash.find(this.#words);
    if (row < 0) return undefined;
    const credential = this.#credentials.placeOf(row);
    const app = this.#findParent(credential, this.#apps);
    if (app < 0) return undefined;
    const flags = this.#slab.chunkOf(app).bytes[this.#slab.offsetOf(app) + childHead] ?? 0;
    const owners = this.#ownersOf(readOwnerKind(flags));
    const owner = this.#findParent(app, owners);
    return owner < 0 ? undefined : { row, credential, app, owner, owners };
  }

  /**
   * Where the record lies that another hangs on; -1: it is not held. It is noted in the one that hangs on it: a place is
   * nobody else's for as long as the slab is used, so that the note holds until what lies there is freed.
   */
  #findParent(child: number, table: RowTable): number {
    const { words } = this.#slab.chunkOf(child);
    const from = this.#slab.offsetOf(child) / 4;
    const link = words[from + linkWord] ?? 0;
    if (link !== 0 && this.#slab.isLive(link - 1)) return link - 1;
    const row = table.find(words, from + parentWord);
    const place = row < 0 ? -1 : table.placeOf(row);
    words[from + linkWord] = place + 1;
    return place;
  }

  #isFresh({ credential, app, owner }: Found): boolean {
    return this.#slab.isLive(credential) && this.#slab.isLive(app) && this.#slab.isLive(owner);
  }

  #view({ row, credential, app, owner, owners }: Found): HeldKey {
    return {
      credential: new CredentialView(this.#credentials, credential, row),
      app: new AppView(this.#apps, app, credential),
      owner: owners === this.#companies ? new CompanyView(owners, owner, app) : new DeveloperView(owners, owner, app),
      lastAllowed: undefined,
    };
  }

  /** More than a third of what lies here is of no use any more. */
  #isWasteful(): boolean {
    const garbage = this.#slab.writtenBytes - this.#slab.liveBytes;
    const holes = this.#credentials.holes + this.#apps.holes + this.#developers.holes + this.#companies.holes;
    const live = this.#credentials.size + this.#apps.size + this.#developers.size + this.#companies.size;
    return (garbage > 1 << 22 && garbage > this.#slab.liveBytes / 2) || (holes > 1 << 16 && holes > live / 2);
  }

  /** Writes all that lives anew, in new buffers: views of before keep the old ones. */
  #compact(): void {
    const hashes = this.#hashes;
    this.#slab = new Slab();
    this.#hashes = new Uint32Array(hashes.length);
    this.#byHash = new HashIndex(this.#hashes);
    this.#remembered.clear();
    this.#credentials = copyRows(this.#credentials, this.#slab, (from, to) => {
      this.#setHash(to, hashes.subarray(from * 4, from * 4 + 4));
    });
    this.#apps = copyRows(this.#apps, this.#slab);
    this.#developers = copyRows(this.#developers, this.#slab);
    this.#companies = copyRows(this.#companies, this.#slab);
    // All lies elsewhere now.
    for (const table of [this.#credentials, this.#apps]) unlink(table);
  }
}

function copyRows(from: RowTable, slab: Slab, told?: (from: number, to: number) => void): RowTable {
  const copy = new RowTable(slab, from.pools);
  for (const row of from.rows()) {
    const place = from.placeOf(row);
    const offset = from.slab.offsetOf(place);
    const record = from.slab.chunkOf(place).bytes.subarray(offset, offset + from.slab.lengthOf(place));
    const to = copy.put(from.names.subarray(row * 4, row * 4 + 4), record).row;
    told?.(row, to);
  }
  return copy;
}

/** Forgets where each record's parent was found. */
function unlink(table: RowTable): void {
  const { slab } = table;
  for (const row of table.rows()) {
    const place = table.placeOf(row);
    slab.chunkOf(place).words[slab.offsetOf(place) / 4 + linkWord] = 0;
  }
}
