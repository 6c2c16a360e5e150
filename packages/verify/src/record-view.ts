import { Unpacker } from './packer.ts';
import type { AppRecord, CompanyRecord, CredentialRecord, DeveloperRecord, OwnerRecord } from './record.ts';
import {
  appHead,
  credentialHead,
  idWord,
  ownerHead,
  type Pools,
  parentWord,
  readAppStatus,
  readOwnerKind,
  unpackAppRest,
  unpackApproval,
  unpackCompanyRest,
  unpackCredentialRest,
  unpackDeveloperRest,
  unpackExpiry,
  unpackOwnerStatus,
  unpackProducts,
} from './record-codec.ts';
import type { Ground } from './record-table.ts';
import { readId } from './words.ts';

/** Reads what a decision needs, which is done before anything else is unpacked. */
const reader = new Unpacker();

/** Where a record lies. Its place is never written twice, so a view stays what it was, whatever becomes of the record. */
class View {
  protected readonly ground: Ground;
  readonly #place: number;

  constructor(ground: Ground, place: number) {
    this.ground = ground;
    this.#place = place;
  }

  get id(): string {
    return this.idAt(idWord);
  }

  /** The id that stands at a word of the record. */
  protected idAt(word: number): string {
    const { slab } = this.ground;
    return readId(slab.wordsOf(this.#place), slab.wordOf(this.#place) + word);
  }

  /** Goes to so many bytes behind the record's start. */
  protected open(unpacker: Unpacker, head: number): Unpacker {
    const { slab } = this.ground;
    return unpacker.move(slab.bytesOf(this.#place), slab.wordOf(this.#place) * 4 + head);
  }
}

/** A credential that unpacks what a decision needs, and the rest when it is asked for. */
export class CredentialView extends View implements CredentialRecord {
  readonly status: CredentialRecord['status'];
  readonly expiresAt: number | undefined;
  readonly products: CredentialRecord['products'];
  #rest: ReturnType<typeof unpackCredentialRest> | undefined;

  constructor(ground: Ground, place: number) {
    super(ground, place);
    const from = this.open(reader, credentialHead);
    this.status = unpackApproval(from);
    this.expiresAt = unpackExpiry(from);
    this.products = unpackProducts(from, ground.pools);
  }

  get appId(): string {
    return this.idAt(parentWord);
  }

  get issuedAt(): number {
    return this.#get().issuedAt;
  }

  get attributes(): CredentialRecord['attributes'] {
    return this.#get().attributes;
  }

  get scopes(): readonly string[] {
    return this.#get().scopes;
  }

  #get(): ReturnType<typeof unpackCredentialRest> {
    this.#rest ??= this.#unpack();
    return this.#rest;
  }

  #unpack(): ReturnType<typeof unpackCredentialRest> {
    const from = this.open(new Unpacker(), credentialHead);
    unpackApproval(from);
    unpackExpiry(from);
    unpackProducts(from, this.ground.pools);
    return unpackCredentialRest(from, this.ground.pools);
  }
}

export class AppView extends View implements AppRecord {
  readonly #flags: number;
  #rest: ReturnType<typeof unpackAppRest> | undefined;

  constructor(ground: Ground, place: number) {
    super(ground, place);
    this.#flags = this.open(reader, appHead).byte();
  }

  get status(): AppRecord['status'] {
    return readAppStatus(this.#flags);
  }

  get owner(): AppRecord['owner'] {
    return { kind: readOwnerKind(this.#flags), id: this.idAt(parentWord) };
  }

  get name(): string {
    return this.#get().name;
  }

  get callbackUrl(): string | undefined {
    return this.#get().callbackUrl;
  }

  get appFamily(): string | undefined {
    return this.#get().appFamily;
  }

  get attributes(): AppRecord['attributes'] {
    return this.#get().attributes;
  }

  get scopes(): readonly string[] {
    return this.#get().scopes;
  }

  get createdAt(): number {
    return this.#get().createdAt;
  }

  get createdBy(): string {
    return this.#get().createdBy;
  }

  get lastModifiedAt(): number {
    return this.#get().lastModifiedAt;
  }

  get lastModifiedBy(): string {
    return this.#get().lastModifiedBy;
  }

  #get(): ReturnType<typeof unpackAppRest> {
    this.#rest ??= unpackAppRest(this.open(new Unpacker(), appHead + 1), this.ground.pools);
    return this.#rest;
  }
}

/** What developers and companies have in common; `unpack` reads what only one of them has. */
abstract class OwnerView<Rest extends Pick<OwnerRecord, 'attributes' | keyof Stamp>> extends View {
  readonly status: OwnerRecord['status'];
  #rest: Rest | undefined;

  constructor(ground: Ground, place: number) {
    super(ground, place);
    this.status = unpackOwnerStatus(this.open(reader, ownerHead));
  }

  get attributes(): OwnerRecord['attributes'] {
    return this.rest().attributes;
  }

  get createdAt(): number {
    return this.rest().createdAt;
  }

  get createdBy(): string {
    return this.rest().createdBy;
  }

  get lastModifiedAt(): number {
    return this.rest().lastModifiedAt;
  }

  get lastModifiedBy(): string {
    return this.rest().lastModifiedBy;
  }

  protected abstract unpack(from: Unpacker, pools: Pools): Rest;

  protected rest(): Rest {
    this.#rest ??= this.unpack(this.open(new Unpacker(), ownerHead + 1), this.ground.pools);
    return this.#rest;
  }
}

type Stamp = Pick<AppRecord, 'createdAt' | 'createdBy' | 'lastModifiedAt' | 'lastModifiedBy'>;

export class DeveloperView extends OwnerView<ReturnType<typeof unpackDeveloperRest>> implements DeveloperRecord {
  readonly kind = 'developer';

  get email(): string {
    return this.rest().email;
  }

  get userName(): string | undefined {
    return this.rest().userName;
  }

  get firstName(): string {
    return this.rest().firstName;
  }

  get lastName(): string {
    return this.rest().lastName;
  }

  protected override unpack(from: Unpacker, pools: Pools): ReturnType<typeof unpackDeveloperRest> {
    return unpackDeveloperRest(from, pools);
  }
}

export class CompanyView extends OwnerView<ReturnType<typeof unpackCompanyRest>> implements CompanyRecord {
  readonly kind = 'company';

  get name(): string {
    return this.rest().name;
  }

  get displayName(): string | undefined {
    return this.rest().displayName;
  }

  protected override unpack(from: Unpacker, pools: Pools): ReturnType<typeof unpackCompanyRest> {
    return unpackCompanyRest(from, pools);
  }
}
