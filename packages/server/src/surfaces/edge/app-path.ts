import { type Static, type TProperties, Type } from '@sinclair/typebox';
import type { AppRef } from '../../operations/app-owner.ts';
import type * as appSchema from './app-schema.ts';
import type { Params } from './route.ts';

/** What the routes of apps and those of their keys have in common. */

/** Routes of what lies at a path that names an app. */
export interface AppPath {
  readonly id: string;
  readonly path: string;
  readonly params: TProperties;
  readonly refOf: (at: { readonly params: Params }) => AppRef;
}

export const actionQuery = Type.Object({
  action: Type.Optional(
    Type.String({ description: '`approve` or `revoke`: sets the status, and the body is ignored.' }),
  ),
});

type ProductNames = NonNullable<Static<typeof appSchema.appDraft>['apiProducts']>;

/** Names of products, from either spelling of the member and either form of its items (compat/edge.md §5, §7). */
export function readProducts(draft: {
  readonly apiProducts?: ProductNames;
  readonly apiproducts?: ProductNames;
}): string[] | undefined {
  const names = draft.apiProducts ?? draft.apiproducts;
  return names?.map((name) => (typeof name === 'string' ? name : name.apiproduct));
}
