import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findSocket } from '../config/command-socket.ts';
import { type Config, describeStore, parseConfig } from '../config/config.ts';
import { gatherSettings } from '../config/gather.ts';
import { configFileSetting, settings } from '../config/setting.ts';
import { askStore, NativeClient } from './client.ts';
import type { Command, Input, OptionRule } from './command.ts';
import { UsageError } from './failure.ts';
import { readPassword, tell } from './terminal.ts';
import type { World } from './world.ts';

const { data, store, masterKeyFile } = settings;

/** Options of every command that works on a plane. */
const planeOptions: Readonly<Record<string, OptionRule>> = {
  [data.flag]: { value: 'DIR', doc: 'Data directory of the plane on this machine (CLAVIGER_DATA, ./data).' },
  [store.flag]: { value: 'STORE', doc: 'Its store (CLAVIGER_STORE), where it is not in the data directory.' },
  [masterKeyFile.flag]: { value: 'FILE', doc: 'Its master key (CLAVIGER_MASTER_KEY_FILE).' },
  [configFileSetting.flag]: { value: 'FILE', doc: configFileSetting.doc },
  url: { value: 'URL', doc: 'A plane elsewhere (CLAVIGER_URL); with CLAVIGER_TOKEN, --token or --user.' },
  token: { value: 'TOKEN', doc: 'Token for --url. Better in CLAVIGER_TOKEN: others can see a command line.' },
  user: { value: 'EMAIL', doc: 'Account for --url; its password is asked for, or read with --password-stdin.' },
  'password-stdin': { doc: 'Read the password from standard input.' },
  json: { doc: 'Print JSON.' },
};

type Work = (client: NativeClient, input: Input, world: World) => Promise<void>;

/** A command that works on a plane, wherever it is. */
export function definePlaneCommand(
  { options = {}, ...command }: Omit<Command, 'run' | 'options'> & { options?: Command['options'] },
  work: Work,
): Command {
  return {
    ...command,
    options: { ...options, ...planeOptions },
    run: async (input, world) => {
      const client = await connect(input, world);
      try {
        await work(client, input, world);
      } finally {
        await client.close();
      }
    },
  };
}

async function connect(input: Input, world: World): Promise<NativeClient> {
  const url = input.options['url'] ?? world.environment['CLAVIGER_URL'];
  if (url !== undefined && url !== '') return connectRemote(input, world, url);
  for (const name of ['token', 'user']) {
    if (input.options[name] !== undefined) throw new UsageError(`--${name} goes with --url`);
  }
  const raw = gatherSettings(input.options, world.environment);
  return connectLocal(parseConfig({ ...raw, logLevel: raw.logLevel ?? 'warn' }), world);
}

async function connectRemote(input: Input, world: World, url: string): Promise<NativeClient> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new UsageError(`"${url}" is no http or https URL`);
  for (const name of [data.flag, store.flag]) {
    if (input.options[name] !== undefined) throw new UsageError(`--${name} and --url contradict each other`);
  }
  const { token, user } = input.options;
  if (token !== undefined && user !== undefined) throw new UsageError('--token and --user contradict each other');
  if (token !== undefined)
    tell('warning: others on this machine can see a token in a command line; set CLAVIGER_TOKEN');
  if (user !== undefined) {
    const password = await readPassword(input);
    const authorization = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
    return new NativeClient({ url: parsed, authorization });
  }
  const bearer = token ?? world.environment['CLAVIGER_TOKEN'] ?? '';
  if (bearer === '') throw new UsageError('--url needs CLAVIGER_TOKEN, --token or --user');
  return new NativeClient({ url: parsed, authorization: `Bearer ${bearer}` });
}

/** Another command may have the store for a moment. */
const triesMax = 75;
const pauseMilliseconds = 200;

/** Through the server that runs on this data directory, else in this process. */
async function connectLocal(config: Config, world: World): Promise<NativeClient> {
  const { store } = config;
  // As it is for who makes accounts before the first start, and a slip of the pen for who wanted another directory.
  if (store.engine === 'sqlite' && !existsSync(store.file)) {
    tell(`note: there was no store at ${store.file}: a new one is made, and it is empty`);
  }
  for (let tries = 1; ; tries++) {
    const socketPath = store.engine === 'sqlite' ? await findServer(config) : undefined;
    if (socketPath !== undefined) return new NativeClient({ socketPath });
    try {
      const plane = await world.openPlane(config, await world.createLog(config.logLevel));
      return new NativeClient({ socketPath: plane.socketPath }, () => plane.close());
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'StoreInUse' || tries === triesMax) throw error;
    }
    await sleep(pauseMilliseconds);
  }
}

/** The socket of a server on this very store. A server on another store is none of the command's business. */
async function findServer(config: Config): Promise<string | undefined> {
  const path = findSocket(config.dataDirectory);
  if (path === undefined) return undefined;
  return (await askStore(path)) === describeStore(config.store) ? path : undefined;
}
