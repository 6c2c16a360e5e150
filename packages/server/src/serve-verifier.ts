import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { systemClock } from './adapters/clock.ts';
import { createDigests } from './adapters/digest.ts';
import { readTls } from './adapters/pem.ts';
import { systemRandom } from './adapters/random.ts';
import { loadRuntimeToken, loadRuntimeTokens } from './adapters/runtime-token.ts';
import type { VerifierConfig } from './config/verifier-config.ts';
import { RuntimeAccess } from './operations/runtime-access.ts';
import { FixedCredentials } from './runtime/fixed-credential.ts';
import { RemoteVerifier } from './runtime/remote-verifier.ts';
import { buildGatewayApp } from './surfaces/gateway/listener.ts';
import type { GatewayParts } from './surfaces/gateway/part.ts';
import { type ProtocolAddresses, startProtocols } from './surfaces/gateway/protocol.ts';
import { AnswerTally } from './surfaces/http/answer-tally.ts';
import { drain } from './surfaces/http/drain.ts';
import { listen } from './surfaces/http/listen.ts';
import { serveMetrics } from './surfaces/http/metrics.ts';
import { registerFeed, registerVerifier } from './surfaces/http/verifier-metrics.ts';

/** A sidecar that is up. */
export interface RunningVerifier {
  /** Where gateways ask. */
  readonly url: string;
  /** Where HAProxy and Envoy ask by protocols of their own. */
  readonly protocols: ProtocolAddresses;
  /** Fulfilled when it can answer; rejected where it is closed before. */
  readonly ready: Promise<void>;
  /** Answers what is under way, and then tells the plane that nobody has to wait for it any more. */
  close(): Promise<void>;
}

/** It holds one organization, whichever the plane's credential names. */
const organizationId = 'sidecar';

/**
 * Starts a verifier without a store. Refuses to start where something is missing or wrong (G6); a plane that is away or
 * does not take the credential is waited for, and keys are refused meanwhile.
 * @throws StartRefusal, errors of the system with a `code`
 */
export async function startVerifier(config: VerifierConfig, log: Logger): Promise<RunningVerifier> {
  const token = loadRuntimeToken(config.token);
  const tokens = [token, ...loadRuntimeTokens(config.gatewayTokensFile)];
  const verifier = openVerifier(config, token, log);
  const parts = takeParts(tokens, verifier, log);
  const tally = new AnswerTally();
  const tls = readTls(config.tls);
  const app = await buildApp(config, parts, { verifier, log, tally, tls });
  const url = await listen(app, config.listen, tls !== undefined);
  const addresses = { spoe: config.spoeListen, envoy: config.envoyListen };
  const protocols = await startProtocols(parts, addresses, { tally, tls }).catch(async (error: unknown) => {
    await drain(app);
    throw error;
  });
  if (config.serveStale) log.warn({ url: config.url }, 'serve-stale: a revocation may never be known here');
  if (isOpen(config.url)) log.warn({ url: config.url }, 'the plane is asked in clear: secrets pass the network');
  const ready = verifier.start();
  return {
    url,
    protocols: protocols.addresses,
    ready,
    close: async () => {
      await Promise.all([drain(app), protocols.close()]);
      await verifier.stop();
    },
  };
}

function openVerifier(config: VerifierConfig, token: string, log: Logger): RemoteVerifier {
  const { url, name = hostname(), serveStale, keysMax, staleSecondsMax } = config;
  return new RemoteVerifier({
    url,
    token,
    name,
    serveStale,
    keysMax,
    staleMillisecondsMax: staleSecondsMax * 1000,
    organizationId,
    clock: systemClock,
    log,
  });
}

/** What answers gateways here: a verifier elsewhere than its plane, and no store. */
function takeParts(tokens: readonly string[], verifier: RemoteVerifier, log: Logger): GatewayParts {
  const digests = createDigests();
  const hashes = tokens.map((each) => digests.sha256Hex(each));
  const credentials = new FixedCredentials(hashes, organizationId);
  const access = new RuntimeAccess({ credentials, digests, clock: systemClock });
  return { verifier, access, clock: systemClock, log, random: systemRandom };
}

interface AppOptions {
  readonly verifier: RemoteVerifier;
  readonly log: Logger;
  readonly tally: AnswerTally;
  /** Certificate and key in PEM; undefined: plain. */
  readonly tls: ReturnType<typeof readTls>;
}

function buildApp(
  config: VerifierConfig,
  parts: GatewayParts,
  { verifier, log, tally, tls }: AppOptions,
): Promise<FastifyInstance> {
  const { trustedProxies, bodyBytesMax, staleSecondsMax, serveStale } = config;
  return buildGatewayApp({ tls, trustedProxies, bodyBytesMax, logger: log }, parts, (app) => {
    const registry = serveMetrics(app);
    registerVerifier(registry, verifier);
    tally.register(registry);
    registerFeed(registry, {
      applied: () => verifier.applied,
      isDenied: () => verifier.isDenied,
      boundSeconds: serveStale ? Number.POSITIVE_INFINITY : staleSecondsMax,
    });
  });
}

/** Whether what passes there can be read on the way. */
function isOpen(url: string): boolean {
  const { protocol, hostname: host } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}
