import type { CredentialRecord, OwnerRecord, ProductRecord } from '../src/index.ts';
import {
  Holding,
  hashKey,
  type OrganizationFacts,
  type RecordChange,
  Verifier,
  type VerifierOptions,
} from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeId, makeProduct } from './support.ts';

export const facts: OrganizationFacts = { organization: 'acme', productlessKeys: 'work', lookupKey: 'l'.repeat(43) };

/** One key with an app and an owner of its own. */
export interface Keyed {
  readonly key: string;
  readonly number: number;
  readonly credential?: Partial<CredentialRecord>;
  readonly owner?: Partial<OwnerRecord>;
}

/** What brings a key in; its ids are made of its number. */
export function listChanges({ key, number, credential, owner }: Keyed): RecordChange[] {
  const [ownerId, appId, id] = [makeId(number * 10 + 1), makeId(number * 10 + 2), makeId(number * 10 + 3)];
  const developer = makeDeveloper({ id: ownerId, ...(owner as object) });
  const app = makeApp({ id: appId, owner: { kind: 'developer', id: ownerId } });
  const record = makeCredential({ id, appId, ...credential });
  return [
    { noun: 'developer', id: ownerId, record: developer },
    { noun: 'app', id: appId, record: app },
    { noun: 'credential', id, record, hash: hashKey(facts.lookupKey, key) },
  ];
}

export function putProduct(record: ProductRecord): RecordChange {
  return { noun: 'api-product', id: record.id, record };
}

/** Products `gold` (everything), `limited` (`/orders/*` by GET of proxy `orders`) and `prod` (that environment). */
export const products: readonly ProductRecord[] = [
  makeProduct({ id: makeId(1) }),
  makeProduct({
    id: makeId(2),
    name: 'limited',
    operationGroups: {
      rest: [
        {
          apiSource: 'orders',
          quota: undefined,
          attributes: [],
          operations: [{ resource: '/orders/*', methods: ['GET'] }],
        },
      ],
    },
  }),
  makeProduct({ id: makeId(3), name: 'prod', environments: ['prod'], apiResources: ['/', '/a/**'] }),
];

function on(...names: readonly string[]): Partial<CredentialRecord> {
  return { products: names.map((name) => ({ name, status: 'approved' })) };
}

export const keys: readonly Keyed[] = [
  { key: 'goldkey', number: 1 },
  { key: 'limitedkey', number: 2, credential: on('limited') },
  { key: 'prodkey', number: 3, credential: on('prod') },
  { key: 'revokedkey', number: 4, credential: { status: 'revoked' } },
  { key: 'inactivekey', number: 5, owner: { status: 'inactive' } },
  { key: 'barekey', number: 6, credential: on() },
  { key: 'endedkey', number: 7, credential: { expiresAt: 1_000_000 } },
];

/** A verifier that has heard all of this just now. */
export function makeVerifier(
  options: VerifierOptions = {},
  population: readonly Keyed[] = keys,
  given: Partial<OrganizationFacts> = {},
): Verifier {
  const verifier = new Verifier(options);
  const holding = new Holding();
  for (const change of [...products.map(putProduct), ...population.flatMap(listChanges)]) holding.apply(change);
  verifier.adopt(holding, { ...facts, ...given });
  const now = (options.monotonic ?? (() => performance.now()))();
  verifier.tellTime(2_000_000, now);
  verifier.heard(now);
  return verifier;
}
