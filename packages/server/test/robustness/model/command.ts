import fc from 'fast-check';

export type View = 'edge' | 'x';

/** Whom a path or a parameter names: one of the few addresses of a run, in some spelling. */
export interface Who {
  readonly address: number;
  readonly as: 'email' | 'capitals' | 'id';
}

export interface AttributeDraft {
  readonly name?: string;
  readonly value?: string;
}

export interface Draft {
  readonly address: number | undefined;
  readonly capitals: boolean;
  readonly firstName?: string | undefined;
  readonly lastName: string | undefined;
  readonly userName?: string | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
  /** Clients send back what they read; only what may be set counts. */
  readonly status?: 'inactive' | undefined;
  readonly unknown?: boolean | undefined;
}

export interface ListQuery {
  readonly expand?: boolean | undefined;
  readonly count?: number | undefined;
  readonly startKey?: Who | undefined;
  readonly ids?: readonly Who[] | undefined;
  readonly app?: string | undefined;
  readonly includeCompany?: boolean | undefined;
}

/** One call, as data. */
export type Command = { readonly view: View } & (
  | { readonly verb: 'create'; readonly draft: Draft }
  | { readonly verb: 'get'; readonly who: Who }
  | { readonly verb: 'list'; readonly query: ListQuery }
  | { readonly verb: 'update'; readonly who: Who; readonly draft: Draft; readonly method: 'PUT' | 'POST' }
  | { readonly verb: 'set-status'; readonly who: Who; readonly action: string }
  | { readonly verb: 'delete'; readonly who: Who }
  | { readonly verb: 'list-attributes'; readonly who: Who }
  | { readonly verb: 'replace-attributes'; readonly who: Who; readonly attributes: readonly AttributeDraft[] }
  | { readonly verb: 'get-attribute'; readonly who: Who; readonly name: string }
  | { readonly verb: 'set-attribute'; readonly who: Who; readonly name: string; readonly value: string | undefined }
  | { readonly verb: 'delete-attribute'; readonly who: Who; readonly name: string }
);

/** Addresses whose order differs by bytes, by language and by length; few, so that commands meet. */
export const addresses = [
  'ann@example.com',
  'ann.b@example.com',
  'ann-b@example.com',
  'zoë@example.com',
  'b%41@example.com',
];

const view = fc.constantFrom<View>('edge', 'x');
const address = fc.nat({ max: addresses.length - 1 });
const who: fc.Arbitrary<Who> = fc.record({
  address,
  as: fc.oneof(
    { weight: 3, arbitrary: fc.constant('email' as const) },
    { weight: 2, arbitrary: fc.constant('capitals' as const) },
    { weight: 2, arbitrary: fc.constant('id' as const) },
  ),
});
const attributeName = fc.constantFrom('tier', 'Tier', 'a/b c', '__proto__', 'ключ');
const attributeValue = fc.constantFrom('', 'gold', 'ünï\tcode', '1', '<&">');
const attribute: fc.Arbitrary<AttributeDraft> = fc.record(
  { name: attributeName, value: attributeValue },
  { requiredKeys: ['name'] },
);
const few = fc.uniqueArray(attribute, { maxLength: 4, selector: ({ name }) => name });
/** Around the limit of 18. */
const many = fc
  .integer({ min: 17, max: 19 })
  .map((count) => Array.from({ length: count }, (_, at): AttributeDraft => ({ name: `n${at}`, value: String(at) })));
const wrong = fc.constantFrom<readonly AttributeDraft[]>(
  [{ value: 'without a name' }],
  [
    { name: 'twice', value: '1' },
    { name: 'twice', value: '2' },
  ],
);
const attributes = fc.oneof(
  { weight: 6, arbitrary: few },
  { weight: 3, arbitrary: many },
  { weight: 1, arbitrary: wrong },
);

const mostly = <T>(value: T, seldom: T) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(seldom) });
const draft: fc.Arbitrary<Draft> = fc.record({
  address: fc.oneof({ weight: 15, arbitrary: address }, { weight: 1, arbitrary: fc.constant(undefined) }),
  capitals: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  firstName: mostly('Ann', ''),
  lastName: mostly('Müller', undefined),
  userName: fc.oneof({ weight: 6, arbitrary: fc.constant('ann') }, { weight: 1, arbitrary: fc.constant(undefined) }),
  attributes: fc.oneof({ weight: 2, arbitrary: attributes }, { weight: 1, arbitrary: fc.constant(undefined) }),
  status: fc.constantFrom('inactive' as const, undefined),
  unknown: mostly(false, true),
});

const query: fc.Arbitrary<ListQuery> = fc.record({
  expand: fc.constantFrom(true, false, undefined),
  count: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 5, arbitrary: fc.constantFrom(1, 2, 3, 1000) },
    { weight: 1, arbitrary: fc.constantFrom(0, -1, 1001) },
  ),
  startKey: fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: who }),
  ids: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.array(who, { maxLength: 4 }) },
  ),
  app: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('no-such-app') }),
  includeCompany: fc.constantFrom(true, undefined),
});

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('active', 'inactive') },
  { weight: 1, arbitrary: fc.constantFrom('Active', '', 'revoke') },
);

const weighted = (weight: number, arbitrary: fc.Arbitrary<Command>) => ({ weight, arbitrary });

const command: fc.Arbitrary<Command> = fc.oneof(
  weighted(6, fc.record({ verb: fc.constant('create' as const), view, draft })),
  weighted(3, fc.record({ verb: fc.constant('get' as const), view, who })),
  weighted(4, fc.record({ verb: fc.constant('list' as const), view, query })),
  weighted(
    4,
    fc.record({
      verb: fc.constant('update' as const),
      view,
      who,
      draft,
      method: fc.constantFrom('PUT' as const, 'POST' as const),
    }),
  ),
  weighted(2, fc.record({ verb: fc.constant('set-status' as const), view, who, action })),
  weighted(1, fc.record({ verb: fc.constant('delete' as const), view, who })),
  weighted(1, fc.record({ verb: fc.constant('list-attributes' as const), view, who })),
  weighted(2, fc.record({ verb: fc.constant('replace-attributes' as const), view, who, attributes })),
  weighted(1, fc.record({ verb: fc.constant('get-attribute' as const), view, who, name: attributeName })),
  weighted(
    3,
    fc.record({
      verb: fc.constant('set-attribute' as const),
      view,
      who,
      name: attributeName,
      value: fc.option(attributeValue, { nil: undefined, freq: 8 }),
    }),
  ),
  weighted(1, fc.record({ verb: fc.constant('delete-attribute' as const), view, who, name: attributeName })),
);

export const stepsMin = 30;

/** A run: so many commands in a row, on an organization of its own. */
export const commands: fc.Arbitrary<Command[]> = fc.array(command, { minLength: stepsMin, maxLength: 45, size: 'max' });
