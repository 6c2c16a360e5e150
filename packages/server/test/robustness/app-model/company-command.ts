import fc from 'fast-check';
import { developers, type View, view } from './ground.ts';

export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** A member as a body names him. */
export interface Member {
  readonly developer: string;
  /** Absent: none. */
  readonly role: string | undefined;
}

/**
 * One call on a company, which X calls an app group, as data. Members are a list of their own on Edge, and an attribute
 * on X, where they come with the company too.
 */
export type CompanyCommand = { readonly view: View; readonly company: string } & (
  | {
      readonly verb: 'create-company' | 'update-company';
      readonly displayName: string | undefined;
      readonly attributes: readonly Attribute[];
      /** X only. */
      readonly members: readonly Member[] | undefined;
    }
  | { readonly verb: 'get-company' | 'delete-company' }
  | { readonly verb: 'list-members' }
  | { readonly verb: 'set-company'; readonly method: 'PUT' | 'POST'; readonly action: 'active' | 'inactive' }
  | { readonly verb: 'set-members'; readonly members: readonly Member[] }
  /** X can take away all of them alone. */
  | { readonly verb: 'remove-member'; readonly developer: string }
);

/** Two of them are one: names differ in case alone. */
export const companies = ['Acme', 'aCME', 'globex'] as const;

/** Mostly one, by either spelling. */
const company = fc.constantFrom('Acme', 'Acme', 'aCME', 'globex');
export const attribute = fc.record({ name: fc.constantFrom('a', 'b'), value: fc.constantFrom('1', '2') });
const somebody = fc.constantFrom(...developers, 'nobody@example.com');
const member = fc.record({
  developer: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...developers) }, { weight: 1, arbitrary: somebody }),
  role: fc.constantFrom('admin', 'guest', undefined),
});
/** One may be named twice. */
const members = fc.array(member, { maxLength: 3 });
const profile = {
  displayName: fc.constantFrom('One', 'Two', undefined),
  attributes: fc.array(attribute, { maxLength: 2 }),
  members: fc.option(members, { nil: undefined, freq: 2 }),
};
const at = <V extends string>(verb: V) => ({ verb: fc.constant(verb), view, company });

export const companyCommands: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<CompanyCommand> }[] =
  [
    { weight: 6, arbitrary: fc.record({ ...at('create-company'), ...profile }) },
    { weight: 5, arbitrary: fc.record({ ...at('update-company'), ...profile }) },
    { weight: 4, arbitrary: fc.record(at('get-company')) },
    { weight: 2, arbitrary: fc.record(at('delete-company')) },
    { weight: 4, arbitrary: fc.record(at('list-members')) },
    {
      weight: 5,
      arbitrary: fc.record({
        ...at('set-company'),
        method: fc.constantFrom('PUT', 'POST'),
        // An inactive one is closed to most calls.
        action: fc.oneof(
          { weight: 2, arbitrary: fc.constant('active' as const) },
          { weight: 1, arbitrary: fc.constant('inactive' as const) },
        ),
      }),
    },
    { weight: 14, arbitrary: fc.record({ ...at('set-members'), members }) },
    { weight: 4, arbitrary: fc.record({ ...at('remove-member'), developer: somebody }) },
  ];

export const companyGround: readonly CompanyCommand[] = [
  {
    verb: 'create-company',
    view: 'edge',
    company: companies[0],
    displayName: undefined,
    attributes: [],
    members: undefined,
  },
];
