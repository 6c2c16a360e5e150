import { hash } from 'node:crypto';
import type {
  AppRecord,
  CredentialRecord,
  DeveloperRecord,
  HeldKey,
  OperationGroupsRecord,
  ProductRecord,
} from '../src/index.ts';

const stamp = {
  createdAt: 1_000,
  createdBy: 'ann@example.com',
  lastModifiedAt: 2_000,
  lastModifiedBy: 'bob@example.com',
};

export function makeDeveloper(given: Partial<DeveloperRecord> = {}): DeveloperRecord {
  return {
    kind: 'developer',
    id: 'd1',
    email: 'dev@example.com',
    userName: 'dev',
    firstName: 'De',
    lastName: 'Vel',
    status: 'active',
    attributes: [],
    ...stamp,
    ...given,
  };
}

export function makeApp(given: Partial<AppRecord> = {}): AppRecord {
  return {
    id: 'a1',
    owner: { kind: 'developer', id: 'd1' },
    name: 'weather',
    status: 'approved',
    callbackUrl: undefined,
    appFamily: 'default',
    attributes: [],
    scopes: [],
    ...stamp,
    ...given,
  };
}

export function makeCredential(given: Partial<CredentialRecord> = {}): CredentialRecord {
  return {
    id: 'c1',
    appId: 'a1',
    status: 'approved',
    issuedAt: 1_000,
    expiresAt: undefined,
    products: [{ name: 'gold', status: 'approved' }],
    attributes: [],
    scopes: [],
    ...given,
  };
}

export function makeHeld(given: Partial<HeldKey> = {}): HeldKey {
  return { credential: makeCredential(), app: makeApp(), owner: makeDeveloper(), ...given };
}

export function makeProduct(given: Partial<ProductRecord> = {}): ProductRecord {
  const operationGroups: OperationGroupsRecord = {};
  return {
    id: 'p1',
    name: 'gold',
    displayName: 'Gold',
    environments: [],
    proxies: [],
    apiResources: [],
    scopes: [],
    attributes: [],
    quota: undefined,
    operationGroups,
    ...given,
  };
}

/** An id of the plane's form that a number names. */
export function makeId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A lookup hash that a number names. */
export function makeHash(number: number): string {
  return hash('sha256', String(number), 'latin1' as 'hex');
}
