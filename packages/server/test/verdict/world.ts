import fc from 'fast-check';

/** An organization as a draft: what is in it decides what its keys may do. */
export interface World {
  readonly products: readonly ProductDraft[];
  readonly keys: readonly KeyDraft[];
  readonly productlessKeys: 'work' | 'refused';
  /** Where all calls arrive. */
  readonly place: Place;
  readonly calls: readonly WorldCall[];
}

export interface ProductDraft {
  readonly name: string;
  readonly environments: readonly string[];
  readonly proxies: readonly string[];
  readonly apiResources: readonly string[];
  /** Of an operation group; empty: the product has none, and goes by proxies and resources. */
  readonly operations: readonly {
    readonly apiSource: string;
    readonly resource: string;
    readonly methods: readonly string[];
  }[];
}

type Approval = 'approved' | 'revoked' | 'pending';

/** A key with an app and an owner of its own. */
export interface KeyDraft {
  readonly owner: { readonly kind: 'developer' | 'company'; readonly status: 'active' | 'inactive' };
  readonly app: 'approved' | 'revoked';
  readonly status: Approval;
  readonly expires: 'never' | 'past' | 'future';
  readonly products: readonly { readonly name: string; readonly status: Approval }[];
}

/** What a gateway is set up with. */
export interface Place {
  readonly environment: string;
  readonly proxy: string;
  readonly basePath: string;
}

export interface WorldCall {
  /** Number of a key; one that there is not, or undefined: none is presented. */
  readonly key: number | undefined;
  /** As it stands on the request line, without a query. */
  readonly path: string;
  readonly method: string;
}

/** As a key of a world goes over the wire. */
export function nameKey(number: number): string {
  return `key-number-${number}`;
}

const productNames = ['gold', 'narrow', 'grouped'] as const;
/** Beneath the base path. */
const paths = ['', '/', '/orders', '/orders/1', '/orders/%31', '/orders/1/2', '/a', '/a/b/c'];
const oddPaths = ['/a//b', '/orders%2f1', '/orders/../a', '/%2e%2e/orders', '/x;y/..;z', '/orders/%252e', '/a#b'];
const patterns = ['/', '/*', '/**', '/orders', '/orders/*', '/a/**'];
const methods = ['GET', 'PUT', 'DELETE'];

const approval = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Approval>('approved') },
  fc.constantFrom<Approval[]>('revoked', 'pending'),
);
/** Mostly what lets a call through, so that later checks are reached. */
const mostly = <T>(usual: T, other: T) => fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, fc.constant(other));

function makeProduct(name: string): fc.Arbitrary<ProductDraft> {
  const operation = fc.record({
    apiSource: fc.constantFrom('shop', 'other'),
    resource: fc.constantFrom(...patterns),
    methods: fc.subarray(methods),
  });
  const some = (values: readonly string[]) => fc.oneof(fc.constant<string[]>([]), fc.subarray([...values]));
  return fc.record({
    name: fc.constant(name),
    environments: some(['prod', 'test']),
    proxies: name === 'grouped' ? fc.constant([]) : some(['shop', 'other']),
    apiResources: name === 'grouped' ? fc.constant([]) : some(patterns),
    operations: name === 'grouped' ? fc.array(operation, { minLength: 1, maxLength: 3 }) : fc.constant([]),
  });
}

const key: fc.Arbitrary<KeyDraft> = fc.record({
  owner: fc.record({ kind: fc.constantFrom('developer', 'company'), status: mostly('active', 'inactive') }),
  app: mostly('approved', 'revoked'),
  status: approval,
  expires: fc.constantFrom('never', 'never', 'never', 'future', 'future', 'past'),
  products: fc.uniqueArray(fc.record({ name: fc.constantFrom(...productNames), status: approval }), {
    selector: ({ name }) => name,
    maxLength: 3,
  }),
});

const call: fc.Arbitrary<WorldCall> = fc.record({
  key: fc.oneof({ weight: 12, arbitrary: fc.nat(5) }, fc.constantFrom(undefined, 99)),
  path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, fc.constantFrom(...oddPaths)),
  method: fc.constantFrom(...methods),
});

const drafts: fc.Arbitrary<World> = fc.record({
  products: fc.tuple(...productNames.map(makeProduct)),
  keys: fc.array(key, { minLength: 6, maxLength: 6 }),
  productlessKeys: fc.constantFrom('work', 'refused'),
  place: fc.record({
    environment: fc.constantFrom('prod', 'test'),
    proxy: fc.constantFrom('shop', 'other'),
    basePath: fc.constantFrom('/', '/base'),
  }),
  calls: fc.array(call, { minLength: 24, maxLength: 24 }),
});

/** Any organization, and calls of its keys at one gateway; one of the calls goes elsewhere. */
export const worlds: fc.Arbitrary<World> = drafts.map((world) => {
  const { basePath } = world.place;
  const calls = world.calls.map((each, at) => ({ ...each, path: at === 0 ? '/else' : join(basePath, each.path) }));
  return { ...world, calls };
});

function join(basePath: string, path: string): string {
  return basePath === '/' ? path || '/' : `${basePath}${path}`;
}
