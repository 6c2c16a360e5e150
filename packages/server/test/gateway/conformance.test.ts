import { envoyDrivers } from './driver/envoy-grpc.ts';
import { haproxyDriver } from './driver/haproxy.ts';
import { nodeHttpDriver } from './driver/node-http.ts';
import { verifyDriver } from './driver/verify.ts';
import { testConformance } from './driver.ts';

/** Every way to ask. A new one is a line here. */
testConformance([verifyDriver, nodeHttpDriver, haproxyDriver, ...envoyDrivers]);
