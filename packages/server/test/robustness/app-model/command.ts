import fc from 'fast-check';
import {
  type Attribute,
  attribute,
  type CompanyCommand,
  companies,
  companyCommands,
  companyGround,
} from './company-command.ts';
import { developers, type View, view } from './ground.ts';

/** Which key: of the app that the path names, or of all that ever were, so that it may be gone or another's. */
export interface WhichKey {
  readonly among: 'own' | 'all';
  readonly at: number;
}

/** An app beneath a developer, by his e-mail, or beneath a company; few of either, so that commands meet. */
export interface Where {
  readonly owner: string;
  readonly app: string;
}

/** One call, as data. */
export type AppCommand = CompanyCommand | OtherCommand;

/** All but what is done to a company itself. */
export type OtherCommand = { readonly view: View } & (
  | { readonly verb: 'make-developer' | 'delete-developer'; readonly developer: string }
  | { readonly verb: 'set-developer'; readonly developer: string; readonly action: 'active' | 'inactive' }
  | { readonly verb: 'make-product' | 'delete-product'; readonly product: string }
  | {
      readonly verb: 'create-app' | 'update-app';
      readonly where: Where;
      readonly products: readonly string[] | undefined;
      readonly attributes: readonly Attribute[] | undefined;
      readonly callbackUrl: string | undefined;
    }
  | { readonly verb: 'get-app' | 'delete-app'; readonly where: Where }
  | { readonly verb: 'list-apps'; readonly owner: string }
  | {
      readonly verb: 'set-app';
      readonly where: Where;
      readonly method: 'PUT' | 'POST';
      readonly action: 'approve' | 'revoke';
    }
  | { readonly verb: 'import-key'; readonly where: Where; readonly key: string }
  | { readonly verb: 'get-key' | 'delete-key'; readonly where: Where; readonly which: WhichKey }
  | {
      readonly verb: 'update-key';
      readonly where: Where;
      readonly which: WhichKey;
      readonly method: 'PUT' | 'POST';
      readonly products: readonly string[] | undefined;
      readonly attributes: readonly Attribute[] | undefined;
    }
  | { readonly verb: 'set-key'; readonly where: Where; readonly which: WhichKey; readonly action: 'approve' | 'revoke' }
  | {
      readonly verb: 'set-key-product' | 'remove-key-product';
      readonly where: Where;
      readonly which: WhichKey;
      readonly product: string;
      readonly action: 'approve' | 'revoke';
    }
  | { readonly verb: 'lookup'; readonly key: WhichKey }
);

/** What a product does with a key that gets it. */
export const products = { auto: 'approved', manual: 'pending', other: 'approved', none: undefined } as const;
export type ProductName = keyof typeof products;

const developer = fc.constantFrom(...developers);
const which: fc.Arbitrary<WhichKey> = fc.record({
  among: fc.oneof(
    { weight: 4, arbitrary: fc.constant('own' as const) },
    { weight: 1, arbitrary: fc.constant('all' as const) },
  ),
  at: fc.nat({ max: 30 }),
});
const real = fc.constantFrom('auto', 'manual', 'other');
const product = fc.oneof({ weight: 12, arbitrary: real }, { weight: 1, arbitrary: fc.constant('none') });
const some = fc.uniqueArray(product, { maxLength: 3 });
const maybeSome = fc.option(some, { nil: undefined, freq: 2 });
/** Names may come twice. */
const attributes = fc.option(fc.array(attribute, { maxLength: 3 }), { nil: undefined, freq: 2 });
const action = fc.constantFrom('approve' as const, 'revoke' as const);
const callbackUrl = fc.constantFrom('https://a', undefined);
const method = fc.constantFrom('PUT' as const, 'POST' as const);
const at = <V extends string>(verb: V) => ({ verb: fc.constant(verb), view });

type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<AppCommand> };

const onGround: readonly Weighted[] = [
  { weight: 2, arbitrary: fc.record({ ...at('make-developer'), developer }) },
  { weight: 1, arbitrary: fc.record({ ...at('delete-developer'), developer }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...at('set-developer'),
      developer,
      action: fc.constantFrom('active' as const, 'inactive' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ...at('make-product'), product: real }) },
  { weight: 1, arbitrary: fc.record({ ...at('delete-product'), product }) },
  { weight: 5, arbitrary: fc.record({ ...at('lookup'), key: which }) },
];

const listApps = fc.record({ ...at('list-apps'), owner: fc.constantFrom(...developers, ...companies) });

/** What is done to apps and their keys. */
function onApps(where: fc.Arbitrary<Where>): readonly Weighted[] {
  const app = { where, products: maybeSome, attributes, callbackUrl };
  return [
    { weight: 6, arbitrary: fc.record({ ...at('create-app'), ...app }) },
    { weight: 4, arbitrary: fc.record({ ...at('update-app'), ...app }) },
    { weight: 3, arbitrary: fc.record({ ...at('get-app'), where }) },
    { weight: 2, arbitrary: fc.record({ ...at('delete-app'), where }) },
    { weight: 1, arbitrary: listApps },
    { weight: 1, arbitrary: fc.record({ ...at('set-app'), where, method, action }) },
    { weight: 7, arbitrary: fc.record({ ...at('import-key'), where, key: fc.constantFrom('own-1', 'own-2') }) },
    { weight: 2, arbitrary: fc.record({ ...at('get-key'), where, which }) },
    { weight: 2, arbitrary: fc.record({ ...at('delete-key'), where, which }) },
    {
      weight: 7,
      arbitrary: fc.record({ ...at('update-key'), where, which, method, products: maybeSome, attributes }),
    },
    { weight: 2, arbitrary: fc.record({ ...at('set-key'), where, which, action }) },
    { weight: 4, arbitrary: fc.record({ ...at('set-key-product'), where, which, product, action }) },
    { weight: 2, arbitrary: fc.record({ ...at('remove-key-product'), where, which, product, action }) },
  ];
}

/** Mostly one app, on which much happens. */
const ofDevelopers: fc.Arbitrary<Where> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ owner: developers[0], app: 'one' }) },
  { weight: 2, arbitrary: fc.record({ owner: developer, app: fc.constantFrom('one', 'two') }) },
);
const ofCompanies: fc.Arbitrary<Where> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ owner: fc.constantFrom('Acme', 'aCME'), app: fc.constant('one') }) },
  { weight: 2, arbitrary: fc.record({ owner: fc.constantFrom('Acme', 'globex'), app: fc.constantFrom('one', 'two') }) },
  { weight: 1, arbitrary: ofDevelopers },
);

/** A run begins with something to work on. */
const ground: readonly AppCommand[] = [
  ...developers.map((each) => ({ verb: 'make-developer', view: 'edge', developer: each }) as const),
  ...(['auto', 'manual', 'other'] as const).map(
    (each) => ({ verb: 'make-product', view: 'edge', product: each }) as const,
  ),
];

/** Apps and keys of developers. */
export const appCommands: fc.Arbitrary<AppCommand[]> = fc
  .array(fc.oneof(...onGround, ...onApps(ofDevelopers)), { minLength: 30, maxLength: 45, size: 'max' })
  .map((commands) => [...ground, ...commands]);

/** Companies with their members, and mostly their apps and keys. */
export const companyAndAppCommands: fc.Arbitrary<AppCommand[]> = fc
  .array(fc.oneof(...onGround, ...onApps(ofCompanies), ...companyCommands), {
    ...{ minLength: 50, maxLength: 70, size: 'max' },
  })
  .map((commands) => [...ground, ...companyGround, ...commands]);
