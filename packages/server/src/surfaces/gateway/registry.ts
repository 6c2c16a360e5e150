import type { FastifyInstance } from 'fastify';
import type { GatewayParts } from './part.ts';
import { serveVerification } from './surface.ts';

/** Mounts one way of asking on the runtime listener. */
type GatewayAdapter = (app: FastifyInstance, parts: GatewayParts) => Promise<void>;

/** Every way in which gateways ask, of a plane and of a sidecar alike. */
export const gatewayAdapters: readonly GatewayAdapter[] = [serveVerification];
