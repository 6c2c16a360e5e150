import { findFreePorts } from '../../support/free-port.ts';
import type { Driver } from '../driver.ts';
import { copyExample, findProgram, readExample, startProgram } from '../program.ts';
import type { Setup } from '../row.ts';
import { openUpstream } from '../upstream.ts';
import { openProxyDoor } from './proxy.ts';

/** Caddy with `forward_auth`, set up as examples/gateways/caddy says. */
export const caddyDriver: Driver = {
  name: 'Caddy, forward_auth',
  foreign: true,
  installed: () => (findProgram('caddy') === undefined ? 'caddy (apt-get install caddy)' : undefined),
  withoutSetups: {
    query: 'Caddy 2.6 can not take a parameter out of a query',
    either: 'Caddy 2.6 can not take a parameter out of a query',
  },
  withoutRows: {
    'raw bytes beyond ASCII in the path': 'Caddy encodes them, for the verifier and the API alike',
  },
  async start({ runtimeUrl, token }) {
    const upstream = await openUpstream();
    const setups: readonly Setup[] = ['header', 'bearer', 'passed'];
    const free = await findFreePorts(setups.length);
    const ports = new Map(setups.map((setup, at) => [setup, free[at] ?? 0]));
    const directory = await copyExample('caddy', { Caddyfile: writeConfig(runtimeUrl, upstream.port, ports) });
    const command = findProgram('caddy') ?? 'caddy';
    const env = { CLAVIGER_CREDENTIAL: token, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
    const args = ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'];
    const program = await startProgram({ command, args, directory, env, ports: free });
    return openProxyDoor({ ports, upstream, close: () => program.stop() });
  },
};

/** The site of the example once for each setup, on a port of its own. */
function writeConfig(runtimeUrl: string, apiPort: number, ports: ReadonlyMap<Setup, number>): string {
  const text = readExample('caddy/Caddyfile');
  const start = text.indexOf('http://:8000 {');
  const site = text.slice(start);
  const route = site.slice(site.indexOf('\troute {'), site.lastIndexOf('}'));
  const sites = [...ports].map(([setup, port]) =>
    site.replace(route, writeRoute(route, setup)).replace('http://:8000', `http://:${port}`),
  );
  const whole = text.slice(0, start) + sites.join('\n');
  return whole
    .replaceAll('127.0.0.1:8090', runtimeUrl.replace('http://', ''))
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${apiPort}`);
}

const strip = 'request_header -X-Api-Key';

function writeRoute(example: string, setup: Setup): string {
  switch (setup) {
    case 'header':
      return example;
    case 'passed':
      return example.replace('key=header:x-api-key', 'key=header:x-api-key&pass=key').replace(strip, '');
    default:
      return readExample(`caddy/${setup}.caddy`);
  }
}
