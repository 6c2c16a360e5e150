import type { HeldKey } from './decide.ts';
import { Doorkeeper, KeyMemory } from './key-memory.ts';
import { Packer } from './packer.ts';
import { compileProduct, type Product } from './product.ts';
import type { AppRecord, CredentialRecord, OwnerRecord, ProductRecord } from './record.ts';
import {
  appHead,
  idWord,
  kinds,
  type Pools,
  packApp,
  packCredential,
  packOwner,
  readOwnerKind,
} from './record-codec.ts';
import { type Ground, RecordTable } from './record-table.ts';
import { AppView, CompanyView, CredentialView, DeveloperView } from './record-view.ts';
import type { RecordKind } from './slab.ts';
import { writeHash, writeId } from './words.ts';

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

interface PackedKey extends HeldKey {
  /** Changes that had been taken in when it was known to be fresh. */
  changes: number;
  readonly found: Found;
}

/** Of all holdings: no two sets of products have one number. */
let versions = 0;

const none: readonly never[] = [];

/** Where the records lie that a key consists of. */
interface Found {
  readonly ground: Ground;
  readonly credential: number;
  readonly app: number;
  readonly owner: number;
  readonly ownerKind: OwnerRecord['kind'];
}

/**
 * What a verifier holds of one organization, packed: records lie in large buffers, found by hashes in typed arrays, and
 * are unpacked when they are asked for. A change of one developer costs the same however many keys he has, since each
 * key is followed to its app and to its owner when it is asked for, and not before.
 */
export class Holding {
  readonly #records = new RecordTable();
  readonly #products = new Map<string, Product>();
  readonly #productNames = new Map<string, string>();
  readonly #packer = new Packer();
  readonly #words = new Uint32Array(4);
  readonly #remembered: KeyMemory<PackedKey>;
  readonly #rememberedMax: number;
  readonly #doorkeeper = new Doorkeeper();
  #changes = 0;
  #productsVersion = ++versions;

  constructor(options: { readonly rememberedMax?: number } = {}) {
    this.#rememberedMax = options.rememberedMax ?? rememberedDefault;
    this.#remembered = new KeyMemory(this.#rememberedMax);
  }

  /** Keys that are held. */
  get size(): number {
    return this.#records.count(kinds.credential);
  }

  /** Bytes of buffers and typed arrays; what the engine takes for products and shared texts comes on top. */
  get bytes(): number {
    return this.#records.bytes;
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
    return known.changes === this.#changes ? known : this.#findAgain(key, hashOf, known);
  }

  #findNew(key: string, hashOf: (key: string) => string): HeldKey | undefined {
    const found = this.#follow(hashOf(key));
    if (found === undefined) return undefined;
    const held = this.#view(found);
    const isKept = this.size <= this.#rememberedMax || this.#doorkeeper.meets(found.credential);
    if (isKept) this.#remembered.set(key, held);
    return held;
  }

  #findAgain(key: string, hashOf: (key: string) => string, known: PackedKey): HeldKey | undefined {
    if (this.#isFresh(known.found)) {
      known.changes = this.#changes;
      return known;
    }
    const found = this.#follow(hashOf(key));
    if (found === undefined) {
      this.#remembered.delete(key);
      return undefined;
    }
    const held = this.#view(found);
    this.#remembered.set(key, held);
    return held;
  }

  /** A function of its own, so that a decision can be handed it without a new one each time. */
  readonly findProduct = (name: string): Product | undefined => this.#products.get(name);

  /** Another number after each change of a product, and none that another holding ever has. */
  get productsVersion(): number {
    return this.#productsVersion;
  }

  /** Whether there is a record of it, whatever it is worth. */
  holds(noun: HeldNoun, id: string): boolean {
    if (noun === 'api-product') return this.#productNames.has(id);
    writeId(id, this.#words);
    return this.#records.find(kinds[noun], this.#words) >= 0;
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
    else if (change.noun === 'credential') {
      this.#put('credential', packCredential(this.#packer, change.record, change.hash, this.#records.pools));
    } else if (change.noun === 'app') this.#put('app', packApp(this.#packer, change.record, this.#records.pools));
    else this.#put(change.record.kind, packOwner(this.#packer, change.record, this.#records.pools));
  }

  /** What packed records refer to. */
  get pools(): Pools {
    return this.#records.pools;
  }

  /** Starts a record for {@link putPacked}, where it does not have to be moved. */
  start(packer: Packer): Packer {
    return this.#records.start(packer);
  }

  /**
   * Takes in a record of many that are packed already; {@link settle}, or the first question, puts them into the indexes.
   * @returns false where it can't be held: then nothing of this id is
   */
  putPacked(kind: RecordKind, record: Packer, length: number): boolean {
    this.#changes += 1;
    try {
      this.#records.append(kind, record, length);
      return true;
    } catch {
      const id = record.firstWord + idWord;
      this.#records.remove(kind, record.words.slice(id, id + 4));
      return false;
    }
  }

  /**
   * Makes ready for questions after many records came, a few milliseconds' worth a call: else the first question waits for all.
   * @returns whether more is left
   */
  settle(): boolean {
    return this.#records.settle(1);
  }

  #applyProduct(id: string, record: ProductRecord | undefined): void {
    this.#productsVersion = ++versions;
    const name = this.#productNames.get(id);
    // Another product may have the name by now.
    if (name !== undefined && this.#products.get(name)?.record.id === id) this.#products.delete(name);
    this.#productNames.delete(id);
    if (record === undefined) return;
    this.#productNames.set(id, record.name);
    this.#products.set(record.name, compileProduct(record));
  }

  #put(noun: Exclude<HeldNoun, 'api-product'>, length: number): void {
    this.#records.put(kinds[noun], this.#packer.words, length);
    this.#tidy();
  }

  #remove(noun: Exclude<HeldNoun, 'api-product'>, id: string): void {
    writeId(id, this.#words);
    this.#records.remove(kinds[noun], this.#words);
    this.#tidy();
  }

  #tidy(): void {
    if (!this.#records.isWasteful) return;
    this.#records.compact();
    // All lies elsewhere now.
    this.#remembered.clear();
  }

  #follow(hash: string): Found | undefined {
    const records = this.#records;
    writeHash(hash, this.#words);
    const credential = records.findByHash(this.#words);
    if (credential < 0) return undefined;
    const app = records.findParent(credential, kinds.app);
    if (app < 0) return undefined;
    const { ground } = records;
    const flags = ground.slab.bytesOf(app)[ground.slab.wordOf(app) * 4 + appHead] ?? 0;
    const ownerKind = readOwnerKind(flags);
    const owner = records.findParent(app, kinds[ownerKind]);
    return owner < 0 ? undefined : { ground, credential, app, owner, ownerKind };
  }

  #isFresh({ ground: { slab }, credential, app, owner }: Found): boolean {
    return slab.isLive(credential) && slab.isLive(app) && slab.isLive(owner);
  }

  #view(found: Found): PackedKey {
    const { ground, credential, app, owner, ownerKind } = found;
    return {
      changes: this.#changes,
      plannedVersion: undefined,
      early: undefined,
      expiresAt: undefined,
      late: undefined,
      first: undefined,
      lastAllowed: undefined,
      others: none,
      credential: new CredentialView(ground, credential),
      app: new AppView(ground, app),
      owner: ownerKind === 'company' ? new CompanyView(ground, owner) : new DeveloperView(ground, owner),
      found,
    };
  }
}
