import { findFreePorts } from '../../support/free-port.ts';
import type { Driver } from '../driver.ts';
import { copyExample, findProgram, readExample, startProgram } from '../program.ts';
import type { Setup } from '../row.ts';
import { openUpstream } from '../upstream.ts';
import { openProxyDoor } from './proxy.ts';

/** nginx with `auth_request`, set up as examples/gateways/nginx says. */
export const nginxDriver: Driver = {
  name: 'nginx, auth_request',
  foreign: true,
  installed: () => (findProgram('nginx') === undefined ? 'nginx (apt-get install nginx-light)' : undefined),
  withoutRows: {
    'an identity header that nobody thought of is stripped':
      'nginx takes headers out by name alone, without the module headers-more',
  },
  async start({ runtimeUrl, token }) {
    const upstream = await openUpstream();
    const setups: readonly Setup[] = ['header', 'query', 'bearer', 'either', 'passed'];
    const free = await findFreePorts(setups.length);
    const ports = new Map(setups.map((setup, at) => [setup, free[at] ?? 0]));
    const directory = await copyExample('nginx', {
      'nginx.conf': writeConfig(runtimeUrl, upstream.port, ports),
      'claviger-credential.conf': readExample('nginx/claviger-credential.conf', [['clv_runtime_...', token]]),
    });
    const args = ['-p', directory, '-c', 'nginx.conf', '-g', 'daemon off;'];
    const command = findProgram('nginx') ?? 'nginx';
    const program = await startProgram({ command, args, directory, ports: free });
    return openProxyDoor({ ports, upstream, close: () => program.stop() });
  },
};

/** The server of the example once for each setup, on a port of its own. */
function writeConfig(runtimeUrl: string, apiPort: number, ports: ReadonlyMap<Setup, number>): string {
  const text = readExample('nginx/nginx.conf', [
    ['127.0.0.1:8090', runtimeUrl.replace('http://', '')],
    ['127.0.0.1:3000', `127.0.0.1:${apiPort}`],
    ['worker_processes auto', 'worker_processes 1'],
  ]);
  const start = text.indexOf('    server {\n        listen');
  const server = text.slice(start, text.lastIndexOf('}'));
  const servers = [...ports].map(([setup, port]) =>
    replaceLocation(server, setup).replace('127.0.0.1:8000', `127.0.0.1:${port}`),
  );
  return `${text.slice(0, start)}${servers.join('\n')}}\n`;
}

const strip = 'proxy_set_header X-Api-Key "";';

function replaceLocation(server: string, setup: Setup): string {
  const start = server.indexOf('location / {');
  const end = server.indexOf('\n        }\n', start) + '\n        }\n'.length;
  return server.slice(0, start) + writeLocation(server.slice(start, end), setup) + server.slice(end);
}

function writeLocation(example: string, setup: Setup): string {
  switch (setup) {
    case 'header':
      return example;
    case 'passed':
      return example.replace('key=header:x-api-key', 'key=header:x-api-key&pass=key').replace(strip, '');
    case 'either':
      return readExample('nginx/query.conf', [['key=query:apikey', 'key=header:x-api-key&key=query:apikey']]).replace(
        'include',
        `${strip} include`,
      );
    default:
      return readExample(`nginx/${setup}.conf`);
  }
}
