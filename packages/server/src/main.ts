import packageFile from '../package.json' with { type: 'json' };
import { runCommandLine } from './cli/run.ts';
import type { World } from './cli/world.ts';
import type { createLogger } from './serve.ts';

// Store, keys, sockets and backups are for whoever runs this, and for nobody else.
process.umask(0o077);

// The server is loaded where it is needed: a command beside a running one starts without it.
const world: World<ReturnType<typeof createLogger>> = {
  version: packageFile.version,
  environment: process.env,
  createLog: async (level) => (await import('./serve.ts')).createLogger(level),
  startServer: async (config, log) => (await import('./serve.ts')).startServer(config, log),
  openPlane: async (config, log) => (await import('./serve.ts')).openCommandPlane(config, log),
};

await runCommandLine(process.argv.slice(2), world);
