import { type Config, parseConfig } from '../config/config.ts';
import { describeFlags } from '../config/describe.ts';
import { findUnknownVariables, gatherSettings } from '../config/gather.ts';
import { configFileSetting, settings } from '../config/setting.ts';
import type { Command, Input, OptionRule } from './command.ts';
import { endOnFaults, stopOnSignals, tellProtocols } from './process.ts';
import { tell } from './terminal.ts';
import type { StartedServer, World } from './world.ts';

const options: Readonly<Record<string, OptionRule>> = Object.fromEntries(
  [...Object.values(settings), configFileSetting].map(({ flag, doc }) => [flag, { value: 'VALUE', doc }]),
);

/** `claviger serve`: prints where to go, and runs until it is told to stop. */
export const serveCommand: Command = {
  words: ['serve'],
  operands: [],
  summary: 'Run the server',
  example: 'claviger serve --listen 127.0.0.1:8080 --data ./data',
  options,
  note: describeFlags,
  run: serve,
};

async function serve(input: Input, world: World): Promise<void> {
  for (const { flag, env } of Object.values(settings).filter((each) => 'secret' in each)) {
    if (input.options[flag] !== undefined) {
      tell(`warning: others on this machine can see --${flag} in the command line; set ${env}`);
    }
  }
  const config = parseConfig(gatherSettings(input.options, world.environment));
  const log = await world.createLog(config.logLevel);
  endOnFaults(log);
  for (const name of findUnknownVariables(world.environment)) {
    log.warn({ variable: name }, 'a variable looks like a setting and is none');
  }
  const server = await world.startServer(config, log);
  stopOnSignals(server, log);
  if (server.firstAccount !== undefined) process.stdout.write(describeFirstStart(server, config));
  if (server.runtimeUrl !== undefined) process.stdout.write(`claviger answers gateways on ${server.runtimeUrl}\n`);
  tellProtocols(server.protocols);
  process.stdout.write(`claviger listening on ${server.url}\n`);
}

/** Where to go, how to sign in, and a first call that works as it stands. */
function describeFirstStart({ url, firstAccount }: StartedServer, config: Config): string {
  const { publicUrl = url, firstOrganization, dataDirectory } = config;
  const email = firstAccount?.account.email ?? config.adminEmail;
  const password = firstAccount?.generatedPassword;
  const shown = password ?? 'as CLAVIGER_ADMIN_PASSWORD says';
  const credentials = password === undefined ? `"${email}:$CLAVIGER_ADMIN_PASSWORD"` : `'${email}:${password}'`;
  const trust = config.tls === undefined ? '' : ` --cacert '${config.tls.certFile}'`;
  return `This is the first start of this plane, which made its administrator and an organization.

  management API   ${publicUrl}/v1/organizations/${firstOrganization}
  API reference    ${publicUrl}/docs
  data             ${dataDirectory}
  administrator    ${email}
  password         ${shown}${password === undefined ? '' : '   (shown this once)'}

Create a developer:

  curl${trust} -u ${credentials} -H 'Content-Type: application/json' \\
    -d '{"email":"ann@example.com","firstName":"Ann","lastName":"Example","userName":"ann"}' \\
    ${url}/v1/organizations/${firstOrganization}/developers

`;
}
