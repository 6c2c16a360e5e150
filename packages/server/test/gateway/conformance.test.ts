import { caddyDriver } from './driver/caddy.ts';
import { edgemicroDriver } from './driver/edgemicro.ts';
import { envoyDrivers } from './driver/envoy-grpc.ts';
import { envoyHttpDriver } from './driver/envoy-http.ts';
import { haproxyDriver } from './driver/haproxy.ts';
import { nginxDriver } from './driver/nginx.ts';
import { nodeHttpDriver } from './driver/node-http.ts';
import { traefikDriver } from './driver/traefik.ts';
import { verifiersDriver } from './driver/verifiers.ts';
import { verifyDriver } from './driver/verify.ts';
import { testConformance } from './driver.ts';

const ours = [verifyDriver, nodeHttpDriver, traefikDriver, envoyHttpDriver, ...envoyDrivers];

/** Every way to ask. A new one is a line here. */
testConformance([...ours, verifiersDriver, nginxDriver, caddyDriver, haproxyDriver, edgemicroDriver]);
