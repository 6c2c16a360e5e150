import packageFile from '../package.json' with { type: 'json' };
import { runCommandLine } from './cli/run.ts';
import { createLogger, openCommandPlane, startServer } from './serve.ts';

// Store, keys, sockets and backups are for whoever runs this, and for nobody else.
process.umask(0o077);

await runCommandLine(process.argv.slice(2), {
  version: packageFile.version,
  environment: process.env,
  createLog: createLogger,
  startServer,
  openPlane: openCommandPlane,
});
