import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConformancePlane } from '../content.ts';
import { type Door, type Driver, type Outcome, readFaultCode, reasonOfFault } from '../driver.ts';
import { type Row, type Setup, setups } from '../row.ts';
import { openUpstream, readIdentity, type Upstream } from '../upstream.ts';
import { exchange, writeRequest } from '../wire.ts';

const example = join(import.meta.dirname, '../../../../../examples/gateways/haproxy');
const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;

/** HAProxy itself with the configuration of examples/gateways/haproxy, asking the agent over SPOP. */
export const haproxyDriver: Driver = {
  name: 'HAProxy (SPOE)',
  foreign: true,
  installed: () => (spawnSync('haproxy', ['-v'], { env: { PATH: path } }).status === 0 ? undefined : 'haproxy'),
  settings: { spoeListen: '127.0.0.1:0' },
  async start(plane) {
    const upstream = await openUpstream();
    const haproxy = await startHaproxy(plane, upstream.port);
    const door: Door = {
      ask: (row) => askThrough(haproxy, upstream, row),
      async close() {
        await haproxy.close();
        await upstream.close();
      },
    };
    return door;
  },
};

async function askThrough(haproxy: Haproxy, upstream: Upstream, row: Row): Promise<Outcome> {
  upstream.take();
  const { status, body } = await exchange(haproxy.ports[row.setup], writeRequest(row.request));
  const handed = upstream.take();
  const faultCode = readFaultCode(body);
  const reason = row.request.method === 'HEAD' && status === 401 ? row.verdict : reasonOfFault(faultCode, row.verdict);
  const [first] = handed;
  return { status, reason, faultCode, identity: first && readIdentity(first), handed };
}

export interface Haproxy {
  readonly ports: Readonly<Record<Setup, number>>;
  close(): Promise<void>;
}

/** One process with a frontend for each way to set it up. */
export async function startHaproxy({ server, token }: ConformancePlane, upstreamPort: number): Promise<Haproxy> {
  const names = Object.keys(setups) as Setup[];
  const free = await findFreePorts(names.length);
  const ports = Object.fromEntries(names.map((setup, at) => [setup, free[at] ?? 0])) as Record<Setup, number>;
  const directory = await mkdtemp(join(tmpdir(), 'claviger-haproxy-'));
  await writeConfiguration(directory, ports, { upstream: upstreamPort, agent: server.ports.spoe ?? 0 });
  const env = { PATH: path, CLAVIGER_TOKEN: token };
  const child = spawn('haproxy', ['-db', '-f', join(directory, 'haproxy.cfg')], { env, stdio: ['ignore', 2, 2] });
  for (const port of free) await waitForPort(port, child);
  return {
    ports,
    async close() {
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Ports = Readonly<Record<'upstream' | 'agent', number>>;

/** The example with our ports in it, and its frontend once for each way to set it up. */
async function writeConfiguration(directory: string, ports: Haproxy['ports'], { upstream, agent }: Ports) {
  const configuration = await readFile(join(example, 'haproxy.cfg'), 'utf8');
  const engine = await readFile(join(example, 'spoe.conf'), 'utf8');
  const [head = '', frontend = '', backends = ''] = configuration.split(/^(?=frontend api|backend weather)/m);
  const frontends: string[] = [];
  for (const setup of Object.keys(ports) as Setup[]) {
    const file = join(directory, `${setup}.conf`);
    const { keys: sources, passKey } = setups[setup];
    const from = sources.map((each) => (each.kind === 'bearer' ? 'bearer' : `${each.kind}:${each.name}`)).join();
    const args = passKey ? `\n    args pass=str(key)` : '';
    await writeFile(file, replace(engine, 'str(header:x-api-key)', `'str("${from}")'${args}`));
    const placed = replace(replace(frontend, '/etc/haproxy/spoe.conf', file), ':8000', `:${ports[setup]}`);
    const cleaned = sources.some(({ kind }) => kind === 'header') && !passKey;
    frontends.push(
      replace(
        cleaned ? placed : replace(placed, '    http-request del-header x-api-key\n', ''),
        ' api\n',
        ` ${setup}\n`,
      ),
    );
  }
  const placed = replace(replace(backends, ':3000', `:${upstream}`), ':8091', `:${agent}`);
  await writeFile(join(directory, 'haproxy.cfg'), [head, ...frontends, placed].join('\n'));
}

/** Exactly once: an example that changed must not be tested as something else. */
function replace(text: string, found: string, by: string): string {
  assert.equal(text.split(found).length, 2, `${found} is not once in the example`);
  return text.replace(found, () => by);
}

async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  const end = performance.now() + 10_000;
  for (;;) {
    assert.equal(child.exitCode, null, 'haproxy did not start');
    const socket = connect({ port, host: '127.0.0.1' });
    const found = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (found) return;
    assert.ok(performance.now() < end, 'haproxy does not listen');
    await sleep(20);
  }
}
