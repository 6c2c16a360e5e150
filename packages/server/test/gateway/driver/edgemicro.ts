import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../support/free-port.ts';
import type { ConformancePlane, Identity } from '../content.ts';
import { type Door, type Driver, type Outcome, readFaultCode, reasonOfFault } from '../driver.ts';
import type { Row } from '../row.ts';
import { table } from '../table.ts';
import { type Handed, openUpstream, type Upstream } from '../upstream.ts';
import { exchange, type WireAnswer, writeRequest } from '../wire.ts';
import { findKeyOf } from './verify.ts';

const home = fileURLToPath(new URL('../edgemicro/', import.meta.url));

const oneHeader = 'its plugin apikeys takes keys from one header, or from a parameter of the same name';

/** What it reads otherwise than a verdict does (LIMITATIONS.md, docs/apigee-adapters.md). */
function findDifference({ name, verdict, caller }: Row): string | undefined {
  if (verdict === 'allowed' && caller === 'bare') return 'it lets no key in that has no product';
  if (verdict === 'allowed' && caller === 'grouped')
    return 'it knows no operation groups, and is told of no product with them';
  if (verdict === 'allowed' && caller !== 'weather') return 'it takes a product that names no proxy for one of none';
  if (/ stripped$|does not reach the API/.test(name)) return 'it hands on whatever a client says of itself';
  return ofNames[name];
}

const ofNames: Readonly<Record<string, string>> = {
  'a literal path in other letters': 'it matches paths in any letters',
  'a literal path with a slash more': 'it takes a path with a slash at its end for the same',
  'an encoded letter reads as the letter': 'it decodes no paths',
  'letters beyond ASCII, encoded': 'it decodes no paths',
  'the same key twice': 'it takes all that stands in the header for one key',
  'two keys in one header': 'it takes all that stands in the header for one key',
  'a key in the query where only a header counts': 'it looks for a parameter of the same name, too',
  'headers that name another path keep nobody out': 'it hands on whatever a client says of itself',
};

/** Apigee's Edge Microgateway with its own plugin `apikeys`, set up as docs/apigee-adapters.md says. */
export const edgemicroDriver: Driver = {
  name: "Apigee's Edge Microgateway",
  foreign: true,
  installed: () =>
    existsSync(join(home, 'node_modules'))
      ? undefined
      : `Edge Microgateway. Nothing is tested with it. (npm ci --prefix ${home} --ignore-scripts)`,
  withoutSetups: { query: oneHeader, bearer: oneHeader, either: oneHeader, passed: oneHeader },
  withoutRows: Object.fromEntries(
    table.flatMap((row) => {
      const difference = findDifference(row);
      return difference === undefined ? [] : [[row.name, difference]];
    }),
  ),
  start: async (plane) => Microgateway.start(plane),
};

/** A running microgateway, the API behind it, and what it downloads that is not ours. */
class Microgateway implements Door {
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #upstream: Upstream;
  readonly #bootstrap: Server;
  readonly #directory: string;
  readonly #plane: ConformancePlane;

  private constructor(parts: {
    readonly child: ChildProcess;
    readonly port: number;
    readonly upstream: Upstream;
    readonly bootstrap: Server;
    readonly directory: string;
    readonly plane: ConformancePlane;
  }) {
    this.#child = parts.child;
    this.#port = parts.port;
    this.#upstream = parts.upstream;
    this.#bootstrap = parts.bootstrap;
    this.#directory = parts.directory;
    this.#plane = parts.plane;
  }

  static async start(plane: ConformancePlane): Promise<Microgateway> {
    const upstream = await openUpstream();
    const bootstrap = await serveProxies(plane, upstream.port);
    const directory = await mkdtemp(join(tmpdir(), 'claviger-edgemicro-'));
    const port = await findFreePort();
    const source = join(directory, 'config.yaml');
    await writeFile(source, await writeConfig(plane, { port, bootstrap: portOf(bootstrap), logs: directory }));
    const child = fork(join(home, 'start.cjs'), [source, plane.organization, plane.api.environment], {
      cwd: directory,
      env: { PATH: process.env['PATH'], GATEWAY_KEY: plane.organization, GATEWAY_SECRET: plane.token },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    await untilListening(child);
    return new Microgateway({ child, port, upstream, bootstrap, directory, plane });
  }

  async ask(row: Row): Promise<Outcome> {
    this.#upstream.take();
    const answer = await exchange(this.#port, writeRequest(row.request));
    const handed = this.#upstream.take();
    return {
      ...(await readOutcome(this.#plane, answer, row)),
      identity: readTold(handed[0]),
      handed: handed.map(withoutTold),
    };
  }

  async close(): Promise<void> {
    this.#child.disconnect();
    await new Promise((done) => this.#child.once('exit', done));
    await this.#upstream.close();
    await new Promise((done) => this.#bootstrap.close(done));
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const missingKey = 'steps.oauth.v2.FailedToResolveAPIKey';
const wrongResource = 'oauth.v2.InvalidApiKeyForGivenResource';

/** It tells a client that access is denied, and no more: why is what it was told itself, or that no product matches. */
async function readOutcome(plane: ConformancePlane, { status, body }: WireAnswer, row: Row): Promise<Outcome> {
  const key = findKeyOf(row);
  if (status === 401 && (key === undefined || body.includes('"missing_authorization"'))) {
    return { status, reason: reasonOfFault(missingKey, row.verdict), faultCode: missingKey };
  }
  if (status !== 403 || key === undefined) return { status };
  const { runtimeUrl, token } = plane;
  const answer = await fetch(`${runtimeUrl}${pathOf(plane)}/verifyApiKey`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey: key }),
  });
  const faultCode = readFaultCode(await answer.text()) ?? wrongResource;
  return { status: 401, reason: reasonOfFault(faultCode, row.verdict), faultCode };
}

function readTold(call: Handed | undefined): Identity | undefined {
  const told = call?.headers.find(([name]) => name === 'x-told')?.[1];
  return told === undefined ? undefined : (JSON.parse(decodeURIComponent(told)) as Identity);
}

function withoutTold(call: Handed): Handed {
  return { ...call, headers: call.headers.filter(([name]) => name !== 'x-told') };
}

/** The proxies that it serves, which no Claviger knows: any server may hold this file. */
async function serveProxies({ api }: ConformancePlane, port: number): Promise<Server> {
  const proxy = {
    apiProxyName: api.proxy,
    revision: '1',
    proxyEndpoint: { name: 'default', basePath: api.basePath },
    targetEndpoint: { name: 'default', url: `http://127.0.0.1:${port}${api.basePath}` },
  };
  const server = createServer((_request, response) => response.end(JSON.stringify({ apiProxies: [proxy] })));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

interface Ports {
  readonly port: number;
  readonly bootstrap: number;
  readonly logs: string;
}

function pathOf({ organization, api }: ConformancePlane): string {
  return `/organizations/${organization}/environments/${api.environment}/edgemicro-auth`;
}

/** What docs/apigee-adapters.md shows, with the addresses of this test. */
async function writeConfig(plane: ConformancePlane, { port, bootstrap, logs }: Ports): Promise<string> {
  const page = await readFile(new URL('../../../../../docs/apigee-adapters.md', import.meta.url), 'utf8');
  const shown = /```yaml\n(edge_config:.*?)```/s.exec(page)?.[1];
  assert.ok(shown, 'the page shows a configuration');
  return shown
    .replaceAll(/https:\/\/plane\.example:8090\/.*?\/edgemicro-auth/g, `${plane.runtimeUrl}${pathOf(plane)}`)
    .replaceAll('https://files.example/', `http://127.0.0.1:${bootstrap}/`)
    .replace('port: 8000', `port: ${port}`)
    .replace('/var/tmp', logs);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function untilListening(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('LISTENING')) done();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => fail(new Error(`Edge Microgateway did not start: ${said}`)));
  });
}
