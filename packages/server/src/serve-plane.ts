import { mkdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from './adapters/clock.ts';
import { createDigests } from './adapters/digest.ts';
import { createForeignTokens } from './adapters/foreign-token.ts';
import { createGatewaySigner } from './adapters/gateway-signer.ts';
import { decodePreviousKeys, loadMasterKey } from './adapters/master-key.ts';
import { createPasswords } from './adapters/password.ts';
import { systemRandom } from './adapters/random.ts';
import { loadSigningKey } from './adapters/signing-key.ts';
import { StartRefusal } from './adapters/start-refusal.ts';
import { createTokens } from './adapters/token.ts';
import { createVault, type VaultOptions } from './adapters/vault.ts';
import { type Config, describeStore } from './config/config.ts';
import { Problem } from './domain/problem.ts';
import type { Plane } from './operations/plane.ts';
import { SignInMemory } from './operations/sign-in.ts';
import type { Clock } from './ports/clock.ts';
import type { Exporter } from './ports/exporter.ts';
import type { Store } from './ports/store.ts';
import { MasterKeyMismatch, type Vault } from './ports/vault.ts';
import { Acknowledger } from './runtime/acknowledgement.ts';
import type { ExportThreadData } from './serve-export.ts';
import { ExportThread } from './store/export/thread.ts';
import { openPostgresStore } from './store/postgres/open.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { StoreInUse } from './store/sqlite/ownership.ts';

/**
 * Opens the store and what else operations need. Refuses to start where something is missing or wrong (G6).
 * @throws StartRefusal, StoreInUse
 */
export async function openPlane(config: Config, log: Logger, publicUrl: () => string): Promise<Plane> {
  makeDataDirectory(config.dataDirectory);
  const clock = systemClock;
  const { acknowledgeMillisecondsMax: millisecondsMax } = config;
  const vaultOptions = await loadMasterKeys(config);
  const vault = createVault(vaultOptions);
  const store = await openStore(config, { log, clock, vault });
  try {
    const digests = createDigests();
    return {
      store,
      clock,
      log,
      digests,
      random: systemRandom,
      passwords: await createPasswords(),
      tokens: createTokens({ key: await loadSigningKey(store, vault), publicUrl, clock }),
      signIns: new SignInMemory(clock, digests),
      gatewayKeys: createGatewaySigner({
        store,
        vault,
        clock,
        lifetimeSeconds: config.gatewayTokenSeconds,
        issuer: publicUrl,
      }),
      acknowledgements: new Acknowledger({ leases: store.leases, clock, log, millisecondsMax }),
      exporter: openExporter(config, vaultOptions, log),
      foreignTokens: config.oidc && createForeignTokens({ ...config.oidc, clock, log }),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Whoever serves it is done with it. */
export async function closePlane({ exporter, store }: Pick<Plane, 'exporter' | 'store'>): Promise<void> {
  await exporter.close();
  await store.close();
}

async function loadMasterKeys(config: Config): Promise<VaultOptions> {
  const { masterKey: value, masterKeyCommand: command, masterKeyFile: file, previousMasterKeys } = config;
  return {
    masterKey: await loadMasterKey({ value, command, file }),
    previousMasterKeys: decodePreviousKeys(previousMasterKeys),
  };
}

/** Costs nothing until somebody exports. */
function openExporter({ store, logLevel }: Config, vault: VaultOptions, log: Logger): Exporter {
  const place =
    store.engine === 'sqlite' ? { engine: store.engine, file: store.file } : { engine: store.engine, url: store.url };
  const workerData: ExportThreadData = { place, vault, logLevel };
  const entry = new URL(`./serve-export${extname(import.meta.filename)}`, import.meta.url);
  return new ExportThread({ entry, workerData, log });
}

function makeDataDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StartRefusal(`The data directory ${directory} can't be made (${reasonOf(cause)}).`, { cause });
  }
}

interface StoreParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly vault: Vault;
}

async function openStore({ store }: Config, parts: StoreParts): Promise<Store> {
  try {
    return store.engine === 'sqlite'
      ? await openSqliteStore({ ...store, ...parts })
      : await openPostgresStore({ ...store, ...parts });
  } catch (cause) {
    if (cause instanceof StoreInUse) throw cause;
    if (cause instanceof MasterKeyMismatch) throw new StartRefusal(cause.message, { cause });
    throw new StartRefusal(`The store ${describeStore(store)} can't be opened (${reasonOf(cause)}).`, { cause });
  }
}

/** Why, in words for an operator: a system's code where there is one. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof Problem && cause.code === 'store.unavailable')
    return 'it does not answer, or can not be written';
  if (!(cause instanceof Error)) return 'unknown reason';
  return cause.message.replace(/\.$/, '');
}
