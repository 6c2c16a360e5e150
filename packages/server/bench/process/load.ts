import { createRequire } from 'node:module';
import { type Load, type Loaded, numberDigits, pageSize, type Template } from '../support/traffic.ts';
import { readTask } from './host.ts';

/** The part of autocannon that is used here; it brings no types. */
type Autocannon = (options: object) => Promise<AutocannonResult>;
interface AutocannonResult {
  readonly duration: number;
  readonly errors: number;
  readonly non2xx: number;
  readonly requests: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
}
interface AutocannonRequest {
  readonly path?: string;
}

const autocannon = createRequire(import.meta.url)('autocannon') as Autocannon;
const { url, authorization, connections, traffic, seconds } = readTask<Load>();
let serial = 0;

function fill(template: Template): object {
  const values: Record<string, string> = {
    '{known}': number(traffic.developers),
    '{page}': number(Math.max(1, traffic.developers - pageSize + 1)),
  };
  if (template.body?.includes('{new}')) values['{new}'] = `${traffic.tag}-${++serial}`;
  const put = (text: string) => text.replace(/\{[a-z]+\}/g, (name) => values[name] ?? name);
  return { path: put(template.path), body: template.body === undefined ? undefined : put(template.body) };
}

function number(count: number): string {
  return String(Math.floor(Math.random() * count)).padStart(numberDigits, '0');
}

const requests = traffic.templates.flatMap((template) =>
  Array.from({ length: template.weight }, () => ({
    method: template.method,
    setupRequest: (request: AutocannonRequest) => ({ ...request, ...fill(template) }),
  })),
);
const result = await autocannon({
  url,
  connections,
  requests,
  headers: { authorization, 'content-type': 'application/json' },
  duration: seconds,
});
const loaded: Loaded = {
  requests: result.requests.total,
  requestsPerSecond: result.requests.total / result.duration,
  latencyMs: result.latency.p50,
  latencyP99Ms: result.latency.p99,
  failures: result.errors + result.non2xx,
};
process.stdout.write(`${JSON.stringify(loaded)}\n`);
