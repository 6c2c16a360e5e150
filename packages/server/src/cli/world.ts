import type { Config } from '../config/config.ts';
import type { VerifierConfig } from '../config/verifier-config.ts';
import type { Log } from '../ports/log.ts';

/** What the commands need of the server, handed to them by main.ts: they know neither a store nor a surface. */
export interface World<L extends Log = Log> {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  createLog(level: Config['logLevel']): Promise<L>;
  /** @throws StartRefusal, StoreInUse, errors of the system with a `code` */
  startServer(config: Config, log: L): Promise<StartedServer>;
  /** Follows a plane elsewhere. @throws StartRefusal, errors of the system with a `code` */
  startVerifier(config: VerifierConfig, log: L): Promise<StartedVerifier>;
  /** Opens the store in this process, for one command. @throws the same */
  openPlane(config: Config, log: L): Promise<OpenedPlane>;
}

export interface StartedServer {
  readonly url: string;
  /** Where gateways ask; undefined: nowhere. */
  readonly runtimeUrl: string | undefined;
  /** Where those ask that do not speak HTTP, by protocol. */
  readonly protocols: Readonly<Record<string, { readonly host: string; readonly port: number } | undefined>>;
  /** Set where this very start made the first administrator. */
  readonly firstAccount:
    | { readonly account: { readonly email: string }; readonly generatedPassword: string | undefined }
    | undefined;
  close(): Promise<void>;
}

export interface OpenedPlane {
  readonly socketPath: string;
  close(): Promise<void>;
}

export interface StartedVerifier {
  readonly url: string;
  readonly protocols: StartedServer['protocols'];
  /** Fulfilled when it can answer; rejected where it is closed before. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}
