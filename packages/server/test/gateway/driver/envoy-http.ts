import { parse } from 'yaml';
import type { Driver } from '../driver.ts';
import { readExample } from '../program.ts';
import type { Header, Setup } from '../row.ts';
import { openUpstream } from '../upstream.ts';
import { openProxyDoor } from './proxy.ts';
import { type Answered, forward, type Message, openSimulated, type Pass, without } from './simulated.ts';

/** What Envoy does with the filter of examples/gateways/envoy-http, as its documents say: Debian has no Envoy. */
export const envoyHttpDriver: Driver = {
  name: 'Envoy’s ext_authz over HTTP, simulated',
  foreign: false,
  installed: () => undefined,
  withoutSetups: {
    query: 'Envoy takes no parameter out of a query for an answer over HTTP',
    either: 'Envoy takes no parameter out of a query for an answer over HTTP',
  },
  async start({ runtimeUrl, token }) {
    const upstream = await openUpstream();
    const setups: readonly Setup[] = ['header', 'bearer', 'passed'];
    const passes = new Map(
      setups.map((setup) => [setup, build(writeConfig(setup, { runtimeUrl, token }), upstream.port)]),
    );
    const { ports, close } = await openSimulated(passes);
    return openProxyDoor({ ports, upstream, close });
  },
};

interface Pattern {
  readonly exact?: string;
  readonly prefix?: string;
}

interface Filter {
  readonly failure_mode_allow: boolean;
  readonly status_on_error: { readonly code: string };
  readonly allowed_headers: { readonly patterns: readonly Pattern[] };
  readonly http_service: {
    readonly server_uri: { readonly uri: string };
    readonly path_prefix: string;
    readonly authorization_request: {
      readonly headers_to_add: readonly { readonly key: string; readonly value: string }[];
    };
    readonly authorization_response: { readonly allowed_upstream_headers: { readonly patterns: readonly Pattern[] } };
  };
}

function writeConfig(setup: Setup, { runtimeUrl, token }: { runtimeUrl: string; token: string }): Filter {
  const text = readExample('envoy-http/envoy.yaml', [
    ['http://127.0.0.1:8090', runtimeUrl],
    ['clv_runtime_...', token],
  ]);
  // As docs/gateways.md says.
  const options = { bearer: 'key=bearer', passed: 'key=header:x-api-key&pass=key' }[setup as string];
  const config = parse(text.replace('key=header:x-api-key', options ?? 'key=header:x-api-key'));
  const manager = config.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  return manager.http_filters[0].typed_config as Filter;
}

function build(filter: Filter, apiPort: number): Pass {
  const { path_prefix, server_uri, authorization_request, authorization_response } = filter.http_service;
  const url = new URL(server_uri.uri);
  return async (received) => {
    const call = enter(received);
    const added = authorization_request.headers_to_add.map(({ key, value }): Header => [key, value]);
    const shown = call.headers.filter(
      ([name]) => name === 'authorization' || matches(filter.allowed_headers.patterns, name),
    );
    const asked = [...without(shown, ...added.map(([name]) => name)), ...added];
    const headers: Header[] = [['host', url.host], ['content-length', '0'], ...asked];
    const asking = { method: call.method, target: path_prefix + call.target, headers, body: '' };
    const answer = await forward(Number(url.port), asking).catch(() => undefined);
    // Anything from 500 on counts as a failure, too.
    if (answer === undefined || answer.status >= 500) return { status: 503, headers: [], body: '' };
    if (answer.status !== 200) return answer;
    return forward(apiPort, {
      ...call,
      headers: admit(call, answer, authorization_response.allowed_upstream_headers.patterns),
    });
  };
}

/** Names are in small letters, of which those with an underscore are dropped; one that comes twice is joined. */
function enter({ headers, ...call }: Message): Message {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower.includes('_') || lower === 'connection') continue;
    joined.set(lower, joined.has(lower) ? `${joined.get(lower)},${value}` : value);
  }
  return { ...call, headers: [...joined] };
}

function admit(call: Message, { headers }: Answered, patterns: readonly Pattern[]): Header[] {
  const set = headers.filter(([name]) => matches(patterns, name.toLowerCase()));
  const removed = headers.find(([name]) => name.toLowerCase() === 'x-envoy-auth-headers-to-remove')?.[1] ?? '';
  const names = removed.split(',').map((name) => name.trim());
  return [...without(call.headers, ...names, ...set.map(([name]) => name)), ...set];
}

function matches(patterns: readonly Pattern[], name: string): boolean {
  return patterns.some(({ exact, prefix }) => name === exact || (prefix !== undefined && name.startsWith(prefix)));
}
