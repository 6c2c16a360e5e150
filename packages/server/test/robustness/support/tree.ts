import type { Attribute } from '../../../src/domain/attribute.ts';
import type { ClientAnswer, ClientRequest } from './client.ts';

/** A key as a writer knows it. What the server chose is undefined where its answer was lost. */
export interface KeyState {
  readonly key: string | undefined;
  readonly secret: string | undefined;
  readonly status: string;
  readonly products: readonly { readonly apiproduct: string; readonly status: string }[];
}

export interface AppState {
  readonly id: string | undefined;
  readonly status: string;
  readonly callbackUrl: string;
  readonly attributes: readonly Attribute[];
  /** Newest first. */
  readonly keys: readonly KeyState[];
}

export interface Member {
  readonly email: string;
  readonly role: string | undefined;
}

export interface CompanyState {
  readonly status: string;
  readonly displayName: string;
  /** Without X's reserved one. */
  readonly attributes: readonly Attribute[];
  /** By e-mail. */
  readonly members: readonly Member[];
}

/** A developer or company of a writer's own, with one app or none; undefined: nobody. */
export type Tree = { readonly company?: CompanyState; readonly app: AppState | undefined } | undefined;

/** One call, and what it leaves. Without an answer, what the server chose is unknown. */
export interface AppStep {
  readonly request: ClientRequest;
  readonly after: (answer: ClientAnswer | undefined) => Tree;
}
