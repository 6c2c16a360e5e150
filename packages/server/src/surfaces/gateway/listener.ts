import type { FastifyInstance } from 'fastify';
import { logFailures, tellsAnswers } from '../http/access-log.ts';
import { serveVerifierHealth } from '../http/health.ts';
import { readKeptBodies } from '../http/kept-body.ts';
import { createListener, type ListenerOptions } from '../http/listener.ts';
import { answerUnrouted } from '../http/surface.ts';
import { openForwardDoor } from './forward-auth/door.ts';
import type { GatewayParts } from './part.ts';
import { QuickVerify } from './quick-verify.ts';
import { gatewayAdapters } from './registry.ts';
import { gatewaySurface, verifyPath } from './surface.ts';

/** Some gateways hand on all that their clients send: nginx takes 32 KB. */
const headerBytesMax = 65_536;

/**
 * The listener where gateways ask: no account passes here, and nothing of the management API is served.
 * @param prepare adds what has to be there before any route
 */
export async function buildGatewayApp(
  options: Omit<ListenerOptions, 'refuse' | 'door'>,
  parts: GatewayParts,
  prepare: (app: FastifyInstance) => void = () => undefined,
): Promise<FastifyInstance> {
  const quick = new QuickVerify(verifyPath, parts);
  const app = createListener({
    ...options,
    headerBytesMax,
    // What is asked most stands before the router; a line for each request is the router's to write.
    door: (route) => {
      const forward = openForwardDoor(route);
      return tellsAnswers(options.logger) ? forward : quick.open(forward);
    },
    refuse: (error, request, reply) => answerUnrouted([gatewaySurface], { error, request, reply }),
  });
  app.addHook('preClose', async () => quick.close());
  readKeptBodies(app);
  logFailures(app);
  prepare(app);
  serveVerifierHealth(app, parts.verifier);
  for (const serve of gatewayAdapters) await serve(app, parts);
  return app;
}
