import { caddyDriver } from './driver/caddy.ts';
import { envoyHttpDriver } from './driver/envoy-http.ts';
import { nginxDriver } from './driver/nginx.ts';
import { nodeHttpDriver } from './driver/node-http.ts';
import { traefikDriver } from './driver/traefik.ts';
import { verifyDriver } from './driver/verify.ts';
import { testConformance } from './driver.ts';

/** Every way to ask. A new one is a line here. */
testConformance([verifyDriver, nodeHttpDriver, traefikDriver, envoyHttpDriver, nginxDriver, caddyDriver]);
