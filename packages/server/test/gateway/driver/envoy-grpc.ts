import { parse } from 'yaml';
import { type CheckResponse, openEnvoyStub } from '../../support/envoy.ts';
import { type Driver, type Outcome, readFaultCode, reasonOfFault } from '../driver.ts';
import { readExample } from '../program.ts';
import { type Header, type Row, type RowRequest, setups } from '../row.ts';
import { type Handed, readIdentity } from '../upstream.ts';

/**
 * What Envoy's `ext_authz` filter says and does, at the level of its protocol: a stub sends the request as Envoy reads
 * it, and carries out what it is answered.
 */
export const envoyDrivers: readonly Driver[] = [
  defineDriver('Envoy (ext_authz, gRPC)', joinHeaders),
  defineDriver('Envoy (ext_authz, gRPC, raw headers)', listHeaders),
];

const example = parse(readExample('envoy-grpc/envoy.yaml'));
const manager = example.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
const [route] = manager.route_config.virtual_hosts[0].routes;
const filterName: string = manager.http_filters[0].name;
const routeOptions = route.typed_per_filter_config[filterName].check_settings.context_extensions as object;
const [credential] = manager.http_filters[0].typed_config.grpc_service.initial_metadata;

function defineDriver(name: string, describe: (headers: readonly Header[]) => object): Driver {
  return {
    name,
    foreign: false,
    installed: () => undefined,
    settings: { envoyListen: '127.0.0.1:0' },
    async start({ server, token }) {
      const stub = openEnvoyStub(server.ports.envoy ?? 0, token);
      return {
        async ask(row) {
          const request = readAsEnvoy(row.request);
          const { method, target: path, headers } = request;
          const http = {
            method,
            path,
            ...describe(headers),
            host: 'api.example',
            scheme: 'http',
            protocol: 'HTTP/1.1',
          };
          const attributes = { request: { http }, context_extensions: describeRoute(row) };
          return carryOut(
            await stub.check({ attributes }, { [credential.key]: credential.value.replace('clv_runtime_...', token) }),
            { row, request },
          );
        },
        close: async () => stub.close(),
      };
    },
  };
}

/** What the example says of its route, with the key where the row has it. */
function describeRoute({ setup }: Row): Readonly<Record<string, string>> {
  const { keys, passKey } = setups[setup];
  const key = keys.map((each) => (each.kind === 'bearer' ? 'bearer' : `${each.kind}:${each.name}`)).join();
  return { ...routeOptions, key, ...(passKey ? { pass: 'key' } : undefined) };
}

/** Names in small letters, values without spaces around them; hop-by-hop headers go no further. */
function readAsEnvoy({ headers, ...rest }: RowRequest): RowRequest {
  const read = headers.map(([name, value]): Header => [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')]);
  return { ...rest, headers: read.filter(([name]) => name !== 'connection') };
}

/** Envoy sends headers as text, and a `!` for each byte that makes none. */
function joinHeaders(headers: readonly Header[]): object {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    const text = readUtf8(value);
    joined.set(name, before === undefined ? text : `${before},${text}`);
  }
  return { headers: Object.fromEntries(joined) };
}

function readUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\ufffd', '!');
}

function listHeaders(headers: readonly Header[]): object {
  return {
    header_map: { headers: headers.map(([key, value]) => ({ key, raw_value: Buffer.from(value, 'latin1') })) },
  };
}

function carryOut(
  response: CheckResponse,
  { row, request }: { readonly row: Row; readonly request: RowRequest },
): Outcome {
  const { status, denied_response: denied, ok_response: ok } = response;
  if ((status?.code ?? 0) !== 0) {
    const faultCode = readFaultCode(denied?.body ?? '');
    const reason = reasonOfFault(faultCode, row.verdict);
    return { status: denied?.status?.code ?? 403, reason, faultCode, handed: [] };
  }
  const handed = handOn(request, ok);
  return { status: 200, reason: 'allowed', identity: readIdentity(handed), handed: [handed] };
}

/** Sets, and then removes, as the filter does. */
function handOn({ method, target, headers, body }: RowRequest, ok: CheckResponse['ok_response']): Handed {
  let passed = [...headers];
  for (const { header, append } of ok?.headers ?? []) {
    const { key = '', value = '' } = header ?? {};
    if (append?.value !== true) passed = passed.filter(([name]) => name !== key.toLowerCase());
    passed.push([key.toLowerCase(), value]);
  }
  const removed = new Set(ok?.headers_to_remove?.map((name) => name.toLowerCase()));
  passed = passed.filter(([name]) => !removed.has(name));
  return { method, target: removeParameters(target, ok?.query_parameters_to_remove ?? []), headers: passed, body };
}

/** By the name as it is written. */
function removeParameters(target: string, names: readonly string[]): string {
  const start = target.indexOf('?');
  if (start < 0 || names.length === 0) return target;
  const kept = target
    .slice(start + 1)
    .split('&')
    .filter((pair) => !names.includes(pair.split('=', 1)[0] ?? ''));
  return kept.length === 0 ? target.slice(0, start) : `${target.slice(0, start)}?${kept.join('&')}`;
}
