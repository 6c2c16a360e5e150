import type { Attribute } from './company-command.ts';

export interface Key {
  /** Told by the answer that made it, where the server chose it. */
  text: string;
  status: string;
  products: { readonly apiproduct: string; readonly status: string }[];
  attributes: readonly Attribute[];
  version: number;
}

export interface App {
  readonly name: string;
  status: string;
  callbackUrl: string | undefined;
  attributes: readonly Attribute[];
  /** Newest first. */
  keys: Key[];
  version: number;
}

/** A developer or a company. */
export interface Owner {
  status: string;
  readonly apps: Map<string, App>;
}
