import { hash } from 'node:crypto';
import type { OrganizationFacts, RecordChange } from '@claviger/verify';

/**
 * Keys as a plane would have them: each with an app and a developer of its own, two attributes each, one of twenty
 * products. All of it follows from the key's number, so that processes agree without telling each other.
 */
export const productCount = 20;
export const heldFacts: OrganizationFacts = {
  organization: 'bench',
  productlessKeys: 'refused',
  lookupKey: 'l'.repeat(43),
};

const stamp = {
  createdAt: 1_700_000_000_000,
  createdBy: 'ops@example.com',
  lastModifiedAt: 1_750_000_000_000,
  lastModifiedBy: 'ops@example.com',
};

/** What the keys of the bench are asked for, and allowed. */
export const heldCall = { environment: 'prod', proxy: 'weather-v1', path: '/forecast/today', method: 'GET' };

export function nameProduct(number: number): string {
  return `product-${number % productCount}`;
}

/** 32 characters that say nothing of their number. */
export function drawHeldKey(number: number): string {
  return hash('sha256', `key ${number}`, 'hex').slice(0, 32);
}

function drawHeldId(kind: 'developer' | 'app' | 'credential' | 'product', number: number): string {
  const hex = hash('sha256', `${kind} ${number}`, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function listProducts(): RecordChange[] {
  return Array.from({ length: productCount }, (_, number) => {
    const id = drawHeldId('product', number);
    const record = {
      id,
      name: nameProduct(number),
      displayName: `Product ${number}`,
      environments: ['test', 'prod'],
      proxies: ['weather-v1', 'maps-v2'],
      apiResources: ['/forecast/**', '/'],
      scopes: [],
      attributes: [{ name: 'access', value: 'public' }],
      quota: { limit: '1000', interval: '1', timeUnit: 'minute' },
      operationGroups: {},
    };
    return { noun: 'api-product', id, record };
  });
}

/** A developer, his app and its key. */
export function listHeld(number: number, lookupHash: string): RecordChange[] {
  const [ownerId, appId, id] = [
    drawHeldId('developer', number),
    drawHeldId('app', number),
    drawHeldId('credential', number),
  ];
  const attributes = [
    { name: 'tier', value: 'gold' },
    { name: 'department', value: `Payments and Settlement ${number % 97}` },
  ];
  const email = `developer-${number}@example.com`;
  const names = { firstName: `Ada ${number % 1009}`, lastName: `Lovelace ${number % 4001}`, userName: undefined };
  const developer = {
    kind: 'developer',
    id: ownerId,
    email,
    ...names,
    status: 'active',
    attributes,
    ...stamp,
  } as const;
  const app = {
    id: appId,
    owner: { kind: 'developer', id: ownerId },
    name: `app-${number % 10_007}`,
    status: 'approved',
    callbackUrl: undefined,
    appFamily: undefined,
    attributes: [],
    scopes: [],
    ...stamp,
  } as const;
  const credential = {
    id,
    appId,
    status: 'approved',
    issuedAt: stamp.createdAt,
    expiresAt: undefined,
    products: [{ name: nameProduct(number), status: 'approved' }],
    attributes: [],
    scopes: [],
  } as const;
  return [
    { noun: 'developer', id: ownerId, record: developer },
    { noun: 'app', id: appId, record: app },
    { noun: 'credential', id, record: credential, hash: lookupHash },
  ];
}
