import type { FastifyInstance } from 'fastify';
import { logFailures } from '../http/access-log.ts';
import { serveVerifierHealth } from '../http/health.ts';
import { createListener, type ListenerOptions } from '../http/listener.ts';
import { answerUnrouted } from '../http/surface.ts';
import { openForwardDoor } from './forward-auth/door.ts';
import type { GatewayParts } from './part.ts';
import { gatewayAdapters } from './registry.ts';
import { gatewaySurface } from './surface.ts';

/** Some gateways hand on all that their clients send: nginx takes 32 KB. */
const headerBytesMax = 65_536;

/** The listener where gateways ask: no account passes here, and nothing of the management API is served. */
export async function buildGatewayApp(
  options: Omit<ListenerOptions, 'refuse' | 'door'>,
  parts: GatewayParts,
): Promise<FastifyInstance> {
  const app = createListener({
    ...options,
    headerBytesMax,
    door: openForwardDoor,
    refuse: (error, request, reply) => answerUnrouted([gatewaySurface], { error, request, reply }),
  });
  logFailures(app);
  serveVerifierHealth(app, parts.verifier);
  for (const serve of gatewayAdapters) await serve(app, parts);
  return app;
}
