import { findFreePorts } from '../../support/free-port.ts';
import type { Driver } from '../driver.ts';
import { copyExample, findProgram, readExample, startProgram } from '../program.ts';
import { type Setup, setups } from '../row.ts';
import { openUpstream, type Upstream } from '../upstream.ts';
import { openProxyDoor, type ProxyParts } from './proxy.ts';

/** HAProxy with its SPOE filter, set up as examples/gateways/haproxy says. */
export const haproxyDriver: Driver = {
  name: 'HAProxy, SPOE',
  foreign: true,
  installed: () => (findProgram('haproxy') === undefined ? 'haproxy (apt-get install haproxy)' : undefined),
  settings: { spoeListen: '127.0.0.1:0' },
  async start({ server, token }) {
    return openProxyDoor(await startHaproxy({ token, agentPort: server.ports.spoe ?? 0 }));
  },
};

/** A frontend for each setup, with one API behind all of them. */
export async function startHaproxy(
  { token, agentPort }: { readonly token: string; readonly agentPort: number },
  wanted: readonly Setup[] = Object.keys(setups) as Setup[],
): Promise<ProxyParts> {
  const upstream = await openUpstream();
  const free = await findFreePorts(wanted.length);
  const ports = new Map(wanted.map((setup, at) => [setup, free[at] ?? 0]));
  const directory = await copyExample('haproxy', {
    'haproxy.cfg': writeConfig({ agentPort, upstream }, ports),
    ...Object.fromEntries(wanted.map((setup) => [`${setup}.conf`, writeEngine(setup)])),
  });
  const command = findProgram('haproxy') ?? 'haproxy';
  const args = ['-db', '-f', 'haproxy.cfg'];
  const program = await startProgram({ command, args, directory, env: { CLAVIGER_TOKEN: token }, ports: free });
  return { ports, upstream, close: () => program.stop() };
}

/** The frontend of the example once for each setup, on a port of its own. */
function writeConfig(
  { agentPort, upstream }: { readonly agentPort: number; readonly upstream: Upstream },
  ports: ReadonlyMap<Setup, number>,
): string {
  const text = readExample('haproxy/haproxy.cfg', [
    ['127.0.0.1:8091', `127.0.0.1:${agentPort}`],
    ['127.0.0.1:3000', `127.0.0.1:${upstream.port}`],
  ]);
  const [head = '', frontend = '', backends = ''] = text.split(/^(?=frontend api|backend weather)/m);
  const frontends = [...ports].map(([setup, port]) =>
    (setup === 'passed' ? frontend.replace('    http-request del-header x-api-key\n', '') : frontend)
      .replace('frontend api', `frontend ${setup}`)
      .replace('/etc/haproxy/spoe.conf', `${setup}.conf`)
      .replace('127.0.0.1:8000', `127.0.0.1:${port}`),
  );
  return [head, ...frontends, backends].join('');
}

function writeEngine(setup: Setup): string {
  const { keys, passKey } = setups[setup];
  const from = keys.map((each) => (each.kind === 'bearer' ? 'bearer' : `${each.kind}:${each.name}`)).join();
  const pass = passKey ? '\n    args pass=str(key)' : '';
  return readExample('haproxy/spoe.conf', [['key=str(header:x-api-key)', `key='str("${from}")'${pass}`]]);
}
