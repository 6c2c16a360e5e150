import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Load, type Loaded, numberDigits, pageSize, type Template, type Traffic } from './traffic.ts';

const run = promisify(execFile);

/** Whether this machine has wrk. */
export async function hasWrk(): Promise<boolean> {
  try {
    await run('wrk', ['--version']);
    return true;
  } catch (error) {
    // It knows no such flag, prints how it is used and exits with 1.
    return (error as { code?: unknown }).code === 1;
  }
}

/** Loads a server with wrk: one thread, since the server has but one. */
export async function runWrk(load: Load): Promise<Loaded> {
  const directory = mkdtempSync(join(tmpdir(), 'claviger-wrk-'));
  try {
    const script = join(directory, 'load.lua');
    writeFileSync(script, luaOf(load));
    const flags = ['--threads', '1', '--connections', String(load.connections), '--duration', `${load.seconds}s`];
    const { stdout } = await run('wrk', [...flags, '--timeout', '10s', '--script', script, load.url]);
    return parseSummary(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What our script prints; times in microseconds. */
interface Summary {
  readonly requests: number;
  readonly microseconds: number;
  readonly median: number;
  readonly high: number;
  readonly failures: number;
}

function parseSummary(stdout: string): Loaded {
  const line = stdout.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`wrk printed no summary: ${stdout}`);
  const { requests, microseconds, median, high, failures } = JSON.parse(line) as Summary;
  const requestsPerSecond = requests / (microseconds / 1e6);
  return { requests, requestsPerSecond, latencyMs: median / 1000, latencyP99Ms: high / 1000, failures };
}

function luaOf({ authorization, traffic }: Load): string {
  return `
    local headers = { ["Authorization"] = ${quote(authorization)}, ["Content-Type"] = "application/json" }
    local templates = { ${traffic.templates.map(luaOfTemplate).join(', ')} }
    local order = { ${orderOf(traffic).join(', ')} }
    local asked, serial = 0, 0
    local number = function(count) return string.format("%0${numberDigits}d", math.random(0, count - 1)) end
    init = function() math.randomseed(${seedOf(traffic.tag)}) end
    request = function()
      local template = templates[order[asked % #order + 1]]
      asked = asked + 1
      local values = { known = number(${traffic.developers}), page = number(${pagesOf(traffic)}) }
      if template.creates then
        serial = serial + 1
        values.new = ${quote(`${traffic.tag}-`)} .. serial
      end
      local path = template.path:gsub("{(%a+)}", values)
      local body = template.body and template.body:gsub("{(%a+)}", values)
      return wrk.format(template.method, path, headers, body)
    end
    done = function(summary, latency)
      local errors = summary.errors
      print(string.format('{"requests":%d,"microseconds":%d,"median":%d,"high":%d,"failures":%d}', summary.requests,
        summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
    end
  `;
}

function luaOfTemplate({ method, path, body }: Template): string {
  const text = `method = ${quote(method)}, path = ${quote(path)}`;
  return body === undefined
    ? `{ ${text} }`
    : `{ ${text}, body = ${quote(body)}, creates = ${String(body.includes('{new}'))} }`;
}

/** Lua reads JSON's escapes as its own, as far as these texts go. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** Indexes of the templates, each as often as its weight says, spread evenly. From 1, as Lua counts. */
function orderOf({ templates }: Traffic): number[] {
  const places = templates.flatMap(({ weight }, at) =>
    Array.from({ length: weight }, (_, nth) => ({ at: at + 1, place: (nth + 0.5) / weight })),
  );
  return places.toSorted((left, right) => left.place - right.place).map(({ at }) => at);
}

function pagesOf({ developers }: Traffic): number {
  return Math.max(1, developers - pageSize + 1);
}

function seedOf(tag: string): number {
  return [...tag].reduce((seed, letter) => (seed * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
}
