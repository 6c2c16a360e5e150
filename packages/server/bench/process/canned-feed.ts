import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packedSnapshotType } from '@claviger/verify';
import { readTask, report } from './host.ts';

// What `verify.coldstart` follows: a feed whose packed snapshot lies ready in a file, so that nobody waits for a plane to make it.
const { file, epoch } = readTask<{ file: string; epoch: string }>();

const server = createServer((request, response) => {
  request.resume();
  if (request.url?.includes('/snapshot') === true) {
    response.setHeader('content-type', packedSnapshotType);
    createReadStream(file, { highWaterMark: 262_144 }).pipe(response);
  } else if (request.url?.endsWith('/poll') === true) {
    const nothing = { kind: 'changes', epoch, changes: [], to: 1, more: false, planeTime: Date.now() };
    response.end(JSON.stringify(nothing));
  } else response.end('{}');
});

server.listen(0, '127.0.0.1', () => {
  report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
    server.closeAllConnections();
    server.close();
  });
});
