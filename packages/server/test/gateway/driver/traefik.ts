import { parse } from 'yaml';
import type { Driver } from '../driver.ts';
import { readExample } from '../program.ts';
import type { Header, Setup } from '../row.ts';
import { openUpstream } from '../upstream.ts';
import { openProxyDoor } from './proxy.ts';
import { type Answered, forward, type Message, openSimulated, type Pass, without } from './simulated.ts';

/**
 * What Traefik does with the middlewares of examples/gateways/traefik, as its documents say: Debian has no Traefik.
 * Header names are Go's: in any letters, and `_` is no `-`.
 */
export const traefikDriver: Driver = {
  name: 'Traefik’s forwardAuth, simulated',
  foreign: false,
  installed: () => undefined,
  withoutSetups: {
    query: 'Traefik can not take a parameter out of a query',
    either: 'Traefik can not take a parameter out of a query',
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

interface Middleware {
  readonly headers?: { readonly customRequestHeaders: Readonly<Record<string, string>> };
  readonly forwardAuth?: {
    readonly address: string;
    readonly trustForwardHeader: boolean;
    readonly authResponseHeadersRegex: string;
  };
}

interface Config {
  readonly http: {
    readonly routers: { readonly weather: { readonly middlewares: readonly string[] } };
    readonly middlewares: Readonly<Record<string, Middleware>>;
  };
}

function writeConfig(setup: Setup, { runtimeUrl, token }: { runtimeUrl: string; token: string }): Config {
  const text = readExample('traefik/dynamic.yml', [
    ['http://127.0.0.1:8090', runtimeUrl],
    ['clv_runtime_...', token],
  ]);
  // As docs/gateways.md says.
  if (setup === 'bearer') {
    return parse(text.replace('key=header:x-api-key', 'key=bearer').replace('X-Api-Key: ""', 'Authorization: ""'));
  }
  return parse(
    setup === 'passed' ? text.replace('x-api-key"', 'x-api-key&pass=key"').replace('X-Api-Key: ""', '') : text,
  );
}

function build({ http }: Config, apiPort: number): Pass {
  const chain = http.routers.weather.middlewares.map((name) => http.middlewares[name] ?? {});
  return (received) => run(chain, enter(received), apiPort);
}

/** An entry point believes nobody’s X-Forwarded-*, unless it is told to. */
function enter(call: Message): Message {
  return { ...call, headers: call.headers.filter(([name]) => !/^x-(?:forwarded-|real-ip$)/i.test(name)) };
}

async function run(chain: readonly Middleware[], call: Message, apiPort: number): Promise<Answered> {
  const [first, ...rest] = chain;
  if (first === undefined) return forward(apiPort, { ...call, headers: dropHops(call.headers) });
  if (first.headers !== undefined) {
    return run(rest, { ...call, headers: setHeaders(call.headers, first.headers.customRequestHeaders) }, apiPort);
  }
  if (first.forwardAuth === undefined) return run(rest, call, apiPort);
  const { address, authResponseHeadersRegex } = first.forwardAuth;
  const url = new URL(address);
  const answer = await forward(Number(url.port), {
    method: 'GET',
    target: address.slice(url.origin.length),
    headers: tell(call, url.host),
    body: '',
  });
  if (answer.status < 200 || answer.status >= 300) return answer;
  const [, flags = '', source = ''] = /^(?:\(\?(i)\))?(.*)$/.exec(authResponseHeadersRegex) ?? [];
  const pattern = new RegExp(source, flags);
  const kept = call.headers.filter(([name]) => !pattern.test(name));
  return run(rest, { ...call, headers: [...kept, ...answer.headers.filter(([name]) => pattern.test(name))] }, apiPort);
}

function tell({ method, target, headers }: Message, host: string): Header[] {
  const told = { 'X-Forwarded-Method': method, 'X-Forwarded-Uri': target, 'X-Forwarded-Proto': 'http' };
  const original = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  const kept = without(dropHops(headers), 'host', 'content-length');
  return [['Host', host], ...setHeaders(kept, { ...told, 'X-Forwarded-Host': original })];
}

/** An empty value takes a header out. */
function setHeaders(headers: readonly Header[], values: Readonly<Record<string, string>> | null): Header[] {
  const entries = Object.entries(values ?? {});
  const set = entries.filter(([, value]) => value !== '');
  return [...without(headers, ...entries.map(([name]) => name)), ...set];
}

/** What a client names in `Connection` is taken out with it. */
function dropHops(headers: readonly Header[]): Header[] {
  const named = headers
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(','));
  const hops = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
  return without(headers, ...hops, ...named.map((name) => name.trim()));
}
