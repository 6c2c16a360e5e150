import type { Log } from '../ports/log.ts';
import { describeFailure } from './failure.ts';
import { tell } from './terminal.ts';
import type { StartedServer } from './world.ts';

export function endOnFaults(log: Log): void {
  process.on('uncaughtException', (error) => end(log, error));
}

/** A fault that nobody caught may have left anything behind: told whole, and the end. */
function end(log: Log, error: unknown): never {
  const known = describeFailure(error);
  if (known !== undefined) tell(`claviger: ${known.sentence}`);
  log.error({ err: error }, 'bug: a fault that nobody caught; the process ends');
  process.exit(1);
}

/** A line for each listener that does not speak HTTP. */
export function tellProtocols(protocols: StartedServer['protocols']): void {
  for (const [protocol, address] of Object.entries(protocols)) {
    if (address) process.stdout.write(`claviger answers ${protocol} on ${address.host}:${address.port}\n`);
  }
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** The first signal lets requests under way end, the second one does not. */
export function stopOnSignals(server: { close(): Promise<void> }, log: Log): void {
  let stopping = false;
  for (const [signal, exitCode] of Object.entries(signals)) {
    process.on(signal, () => {
      if (stopping) process.exit(exitCode);
      stopping = true;
      log.info({ signal }, 'stopping');
      server.close().then(
        () => process.exit(0),
        (error: unknown) => end(log, error),
      );
    });
  }
}
