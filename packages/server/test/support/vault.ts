import { createVault } from '../../src/adapters/vault.ts';

export const testMasterKey = new Uint8Array(32).fill(7);

/** What the stores of tests seal their secrets with. */
export const testVault = createVault({ masterKey: testMasterKey });
