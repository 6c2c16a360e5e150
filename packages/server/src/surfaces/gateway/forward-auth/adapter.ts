/** How one gateway asks by HTTP for each call that it holds, and what it can do with the answer. */
export interface ForwardAdapter {
  /** As the path names it that the gateway's operator sets. */
  readonly name: string;
  readonly title: string;
  /**
   * Headers in which the gateway itself tells what was called. Each has to come once; a header of any other name is a
   * client's, whatever it says. Absent: the gateway asks with the call's own method, and its target behind the options.
   */
  readonly told?: { readonly method: string; readonly target: string } | undefined;
  /**
   * What takes the key out of a query: `target`: the gateway passes on the target that the answer names; `nothing`: it
   * can't, and a key in the query wants `pass=key`.
   */
  readonly cleansQuery: 'target' | 'nothing';
  /** How a refusal reaches the client. `body`: as it is answered here. `header`: the gateway makes it of headers. */
  readonly refusal: 'body' | 'header';
  /** Whether a header that says nothing is told empty: the gateway copies each one that it was told to, there or not. */
  readonly tellsEmpty?: boolean | undefined;
  /** Whether headers that are not to reach the API are named in the answer. */
  readonly namesStripped?: boolean | undefined;
}

/** Every gateway that asks in this way. A new one is an entry here, with an example and a driver of the table. */
export const forwardAdapters = {
  nginx: {
    name: 'nginx',
    title: 'nginx, auth_request',
    told: { method: 'x-original-method', target: 'x-original-uri' },
    cleansQuery: 'target',
    // It drops the body, and takes no status but 2xx, 401 and 403: any other becomes a 500 of its own.
    refusal: 'header',
  },
  caddy: {
    name: 'caddy',
    title: 'Caddy, forward_auth',
    told: { method: 'x-forwarded-method', target: 'x-forwarded-uri' },
    // Before 2.8 it rewrites to a target out of a header in one way alone, and then fills in placeholders that stand in
    // the client's query, as `{env.CLAVIGER_CREDENTIAL}`.
    cleansQuery: 'nothing',
    refusal: 'body',
    // Caddy 2.6 copies the placeholder itself, as `{http.reverse_proxy.header.X-Claviger-Company}`.
    tellsEmpty: true,
  },
  traefik: {
    name: 'traefik',
    title: 'Traefik, forwardAuth',
    told: { method: 'x-forwarded-method', target: 'x-forwarded-uri' },
    cleansQuery: 'nothing',
    refusal: 'body',
  },
  envoy: {
    name: 'envoy',
    title: 'Envoy, ext_authz over HTTP',
    cleansQuery: 'nothing',
    refusal: 'body',
    namesStripped: true,
  },
} as const satisfies Readonly<Record<string, ForwardAdapter>>;
