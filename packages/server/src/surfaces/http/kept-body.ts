import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

const kept = Symbol('body that was read before');
type Keeper = IncomingMessage & { [kept]?: Buffer };

/** Hands a body on to the router that was read before: it can't be read a second time. */
export function keepBody(request: IncomingMessage, bytes: Buffer): void {
  (request as Keeper)[kept] = bytes;
}

/** Lets the routes of an app read bodies that were kept. */
export function readKeptBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const bytes = (request.raw as Keeper)[kept];
    done(null, bytes === undefined ? payload : Readable.from([bytes], { objectMode: false }));
  });
}
