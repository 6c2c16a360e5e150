import { edgemicroDriver } from './driver/edgemicro.ts';
import { nodeHttpDriver } from './driver/node-http.ts';
import { verifiersDriver } from './driver/verifiers.ts';
import { verifyDriver } from './driver/verify.ts';
import { testConformance } from './driver.ts';

/** Every way to ask. A new one is a line here. */
testConformance([verifyDriver, nodeHttpDriver, verifiersDriver, edgemicroDriver]);
