import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Plane } from './operations/plane.ts';
import { RuntimeAccess } from './operations/runtime-access.ts';
import type { Tenants } from './ports/gateway-signer.ts';
import { LocalVerifier } from './runtime/verifier.ts';
import { OrganizationFeeds } from './runtime/verifier-feeds.ts';
import { encodeRecord } from './surfaces/feed/record.ts';
import { listFeedRoutes } from './surfaces/feed/route.ts';
import { buildGatewayApp } from './surfaces/gateway/listener.ts';
import type { GatewayParts } from './surfaces/gateway/part.ts';
import { type ProtocolListeners, startProtocols } from './surfaces/gateway/protocol.ts';
import type { AnswerTally } from './surfaces/http/answer-tally.ts';
import { listen } from './surfaces/http/listen.ts';

export interface ListenerParts {
  readonly log: Logger;
  /** Certificate and key in PEM; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** Undefined where nobody chose the address and another server has it: two on one machine need no setting for that. */
export async function listenForGateways(
  app: FastifyInstance,
  config: Config,
  log: Logger,
): Promise<string | undefined> {
  const { runtimeListen: address, runtimeListenChosen: chosen, tls } = config;
  if (address === undefined) return undefined;
  try {
    return await listen(app, address, tls !== undefined);
  } catch (error) {
    if (chosen || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    log.warn({ err: error }, 'gateways are not answered here: another server has the address; set runtime-listen');
    return undefined;
  }
}

/** Undefined where nobody could ask it. */
export function openVerifier(plane: Plane, config: Config): LocalVerifier | undefined {
  const { store, clock, log, random, acknowledgements } = plane;
  if ((config.runtimeListen ?? config.spoeListen ?? config.envoyListen) === undefined) return undefined;
  return new LocalVerifier({
    store,
    clock,
    log,
    acknowledgements,
    lease: { leases: store.leases, id: random.uuid(), name: `node:${hostname()}:${process.pid}` },
    staleMillisecondsMax: config.staleSecondsMax * 1000,
    keysMax: config.keysMax,
  });
}

export function openFeeds({ store, clock, log, acknowledgements }: Plane): OrganizationFeeds {
  return new OrganizationFeeds({ store, clock, log, acknowledgements, encode: encodeRecord });
}

interface GatewayListenerParts extends ListenerParts {
  readonly verifier: LocalVerifier;
}

/** What answers gateways here: this plane's own verifier. */
function takeGatewayParts(plane: Plane, { log, verifier }: GatewayListenerParts): GatewayParts {
  const { clock, digests, random, store, gatewayKeys: signer } = plane;
  const access = new RuntimeAccess({ credentials: verifier.credentials, digests, clock });
  const tenants: Tenants = {
    find: async (name) => (await store.organizations.findByName(name))?.id,
    matchesSecret: (organizationId, key, secret) => store.credentials.matchesSecret(organizationId, key, secret),
  };
  return { verifier, access, clock, log, random, signer, tenants };
}

/** The listener where gateways ask, and where verifiers elsewhere are fed. */
export function buildRuntimeApp(
  plane: Plane,
  { trustedProxies, bodyBytesMax }: Config,
  { feeds, ...parts }: GatewayListenerParts & { readonly feeds: OrganizationFeeds },
): Promise<FastifyInstance> {
  const gateway = takeGatewayParts(plane, parts);
  const { access, clock } = gateway;
  const routes = listFeedRoutes({ feeds, access, verification: plane.store.verification, clock });
  const options = { tls: parts.tls, trustedProxies, bodyBytesMax, logger: parts.log };
  return buildGatewayApp(options, { ...gateway, routes });
}

/** Those where gateways ask by protocols of their own. */
export function listenForProtocols(
  plane: Plane,
  { spoeListen: spoe, envoyListen: envoy }: Config,
  { tally, ...parts }: GatewayListenerParts & { readonly tally: AnswerTally },
): Promise<ProtocolListeners> {
  return startProtocols(takeGatewayParts(plane, parts), { spoe, envoy }, { tls: parts.tls, tally });
}
