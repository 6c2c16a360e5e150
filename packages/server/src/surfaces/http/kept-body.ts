import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** What became of a request's body that was read before the router got the request. */
export type Kept = { readonly bytes: Buffer } | { readonly error: Error };

const kept = Symbol('body that was read before');
type Keeper = IncomingMessage & { [kept]?: Kept };

/** Hands a body on to the router: it can't be read a second time. */
export function keepBody(request: IncomingMessage, body: Kept): void {
  (request as Keeper)[kept] = body;
}

/** Lets the routes of an app read bodies that were kept. */
export function readKeptBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const body = (request.raw as Keeper)[kept];
    done(null, body === undefined ? payload : reopen(body));
  });
}

function reopen(body: Kept): Readable {
  if ('bytes' in body) return Readable.from([body.bytes], { objectMode: false });
  return new Readable({
    read() {
      this.destroy(body.error);
    },
  });
}
