/** What a gateway asks about: one call of an API. */
export interface CallRequest {
  /** Where the call arrived. A product that is limited to environments does not match a call that names none. */
  readonly environment?: string | undefined;
  /** The API: proxy or remote service. A product that is limited to proxies does not match a call that names none. */
  readonly proxy?: string | undefined;
  /**
   * The path beneath the API's base path, as {@link normalizePath} gives it; `""` is the base path itself. Absent: the
   * gateway knows of no paths, and a product that is limited to some does not match.
   */
  readonly path?: string | undefined;
  /** In capitals. */
  readonly method?: string | undefined;
  /** What the call does, where a path does not tell. */
  readonly operation?: CallOperation | undefined;
}

export type CallOperation =
  | { readonly kind: 'graphql'; readonly type: string; readonly name?: string | undefined }
  | { readonly kind: 'grpc'; readonly service: string; readonly method: string }
  | { readonly kind: 'llm'; readonly model?: string | undefined }
  | { readonly kind: 'payload'; readonly operation: string };
