import { flushCompileCache } from 'node:module';
import packageFile from '../package.json' with { type: 'json' };
import type { createLogger } from './adapters/logger.ts';
import { runCommandLine } from './cli/run.ts';
import type { World } from './cli/world.ts';

// Store, keys, sockets and backups are for whoever runs this, and for nobody else.
process.umask(0o077);

// The server is loaded where it is needed: a command beside a running one starts without it.
const world: World<ReturnType<typeof createLogger>> = {
  version: packageFile.version,
  environment: process.env,
  createLog: async (level) => (await import('./adapters/logger.ts')).createLogger(level),
  startServer: async (config, log) => keepCompiled(await (await import('./serve.ts')).startServer(config, log)),
  startVerifier: async (config, log) =>
    keepCompiled(await (await import('./serve-verifier.ts')).startVerifier(config, log)),
  openPlane: async (config, log) => (await import('./serve-command.ts')).openCommandPlane(config, log),
};

/** What runs for long may be killed: what was compiled for it is kept now (bin/claviger.js), and not at an orderly end. */
function keepCompiled<T>(running: T): T {
  flushCompileCache();
  return running;
}

await runCommandLine(process.argv.slice(2), world);
