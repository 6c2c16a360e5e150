import type { ApiProduct } from '../../src/domain/api-product.ts';
import { formatToken } from '../../src/domain/token-text.ts';
import { RuntimeAccess } from '../../src/operations/runtime-access.ts';
import { LocalVerifier } from '../../src/runtime/verifier.ts';
import type { GatewayParts } from '../../src/surfaces/gateway/part.ts';
import {
  insertApp,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  insertProduct,
  makeRuntimeCredential,
} from './entity.ts';
import { openTestPlane, type TestPlane } from './plane.ts';

/** What answers gateways, over a plane with keys in it: for listeners that a test starts itself. */
export interface GatewayWorld extends AsyncDisposable {
  readonly test: TestPlane;
  readonly parts: GatewayParts;
  readonly verifier: LocalVerifier;
  readonly organizationId: string;
  /** A runtime credential's. */
  readonly token: string;
  /** May call `/a/**` by GET and gRPC's `shop.Orders/Get`, of proxy `shop`; it has a quota. */
  readonly key: string;
  readonly revokedKey: string;
  readonly app: string;
  readonly developer: string;
}

const shop = { apiSource: 'shop', quota: undefined, attributes: [] };
const groups: Partial<ApiProduct> = {
  operationGroup: {
    operationConfigType: 'proxy',
    operationConfigs: [{ ...shop, operations: [{ resource: '/a/**', methods: ['GET'] }] }],
  },
  grpcOperationGroup: { operationConfigs: [{ ...shop, service: 'shop.Orders', methods: ['Get'] }] },
};

/** Use with `await using`. */
export async function openGatewayWorld(): Promise<GatewayWorld> {
  const test = await openTestPlane();
  const { store, clock, log, digests, random } = test.plane;
  const { id: organizationId } = await insertOrganization(store);
  const product = await insertProduct(store, organizationId, { ...groups, quota: '10' });
  const developer = await insertDeveloper(store, organizationId);
  const app = await insertApp(store, developer);
  const products = [{ name: product.name, status: 'approved' }] as const;
  const { consumerKey: key } = await insertCredential(store, app, { products });
  const { consumerKey: revokedKey } = await insertCredential(store, app, { products, status: 'revoked' });
  const token = formatToken('runtime', random.bytes(32));
  const credential = makeRuntimeCredential(organizationId);
  await store.write((t) => t.runtimeCredentials.insert(credential, digests.sha256Hex(token)));
  const verifier = new LocalVerifier({ store, clock, log, staleMillisecondsMax: 180_000, pollMilliseconds: 20 });
  const access = new RuntimeAccess({ credentials: verifier.credentials, digests, clock });
  return {
    test,
    parts: { verifier, access, clock, log, random },
    verifier,
    organizationId,
    token,
    key,
    revokedKey,
    app: app.name,
    developer: developer.email,
    async [Symbol.asyncDispose]() {
      await verifier.stop();
      await test[Symbol.asyncDispose]();
    },
  };
}
