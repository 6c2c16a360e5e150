import { Unpacker } from './packer.ts';
import type { AppRecord, CompanyRecord, CredentialRecord, DeveloperRecord, OwnerRecord } from './record.ts';
import {
  appHead,
  credentialHead,
  ownerHead,
  type Pools,
  unpackAppRest,
  unpackAppStatus,
  unpackCompanyRest,
  unpackCredentialRest,
  unpackCredentialStatus,
  unpackDeveloperRest,
  unpackOwnerStatus,
} from './record-codec.ts';
import { readUuid, type Words } from './words.ts';

/** Where a record and its id lie. These bytes are never written twice, so a view stays what it was. */
export interface Place {
  readonly bytes: Uint8Array;
  readonly words: Words;
  /** Of the record's first byte. */
  readonly offset: number;
  /** Holds the id, from the word `nameAt` on. */
  readonly names: Words;
  readonly nameAt: number;
  readonly pools: Pools;
}

/** A credential that unpacks what a decision needs, and the rest when it is asked for. */
export class CredentialView implements CredentialRecord {
  readonly status: CredentialRecord['status'];
  readonly expiresAt: number | undefined;
  readonly products: CredentialRecord['products'];
  readonly #place: Place;
  readonly #unpacker: Unpacker;
  #rest: ReturnType<typeof unpackCredentialRest> | undefined;

  constructor(place: Place) {
    this.#place = place;
    this.#unpacker = new Unpacker(place.bytes, place.offset + credentialHead);
    const seen = unpackCredentialStatus(this.#unpacker, place.pools);
    this.status = seen.status;
    this.expiresAt = seen.expiresAt;
    this.products = seen.products;
  }

  get id(): string {
    return readUuid(this.#place.names, this.#place.nameAt);
  }

  get appId(): string {
    return readUuid(this.#place.words, this.#place.offset / 4 + 1);
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
    this.#rest ??= unpackCredentialRest(this.#unpacker, this.#place.pools);
    return this.#rest;
  }
}

export class AppView implements AppRecord {
  readonly status: AppRecord['status'];
  readonly ownerKind: OwnerRecord['kind'];
  readonly #place: Place;
  readonly #unpacker: Unpacker;
  #rest: ReturnType<typeof unpackAppRest> | undefined;

  constructor(place: Place) {
    this.#place = place;
    this.#unpacker = new Unpacker(place.bytes, place.offset + appHead);
    const { status, ownerKind } = unpackAppStatus(this.#unpacker);
    this.status = status;
    this.ownerKind = ownerKind;
  }

  get id(): string {
    return readUuid(this.#place.names, this.#place.nameAt);
  }

  get owner(): AppRecord['owner'] {
    return { kind: this.ownerKind, id: readUuid(this.#place.words, this.#place.offset / 4 + 1) };
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
    this.#rest ??= unpackAppRest(this.#unpacker, this.#place.pools);
    return this.#rest;
  }
}

/** What developers and companies have in common; `unpack` reads what only one of them has. */
abstract class OwnerView<Rest extends Pick<OwnerRecord, 'attributes' | keyof Stamp>> {
  readonly status: OwnerRecord['status'];
  readonly #place: Place;
  readonly #unpacker: Unpacker;
  #rest: Rest | undefined;

  constructor(place: Place) {
    this.#place = place;
    this.#unpacker = new Unpacker(place.bytes, place.offset + ownerHead);
    this.status = unpackOwnerStatus(this.#unpacker);
  }

  get id(): string {
    return readUuid(this.#place.names, this.#place.nameAt);
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
    this.#rest ??= this.unpack(this.#unpacker, this.#place.pools);
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
