import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { WireFault, wireStates } from './fault.ts';

/** What the store keeps of a password: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, in base64. */
interface Verifier {
  readonly iterations: number;
  readonly salt: string;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

const verifierShape = /^SCRAM-SHA-256\$(\d{4,9}):([A-Za-z0-9+/=]{4,})\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})$/;
/** As many as verifiers of this server have (adapters/password.ts). */
const mockIterations = 100_000;
const saltBytes = 16;
const nonceBytes = 18;

function parseVerifier(text: string | undefined): Verifier | undefined {
  const match = text === undefined ? null : verifierShape.exec(text);
  if (match === null) return undefined;
  const [, iterations, salt = '', storedKey = '', serverKey = ''] = match;
  return {
    iterations: Number(iterations),
    salt,
    storedKey: Buffer.from(storedKey, 'base64'),
    serverKey: Buffer.from(serverKey, 'base64'),
  };
}

/** Of a user that nobody is: the same each time, and told from a real one by nothing. */
function mockVerifier(secret: string, user: string): Verifier {
  const salt = createHmac('sha256', secret).update(user).digest().subarray(0, saltBytes).toString('base64');
  return { iterations: mockIterations, salt, storedKey: randomBytes(32), serverKey: randomBytes(32) };
}

export interface ScramOptions {
  /** Undefined: there is no such user, or he has none. */
  readonly verifier: string | undefined;
  readonly user: string;
  readonly mockSecret: string;
  /** What ties the exchange to this TLS connection; undefined: nothing can. */
  readonly binding: Buffer | undefined;
}

const scramPlain = 'SCRAM-SHA-256';
const scramPlus = 'SCRAM-SHA-256-PLUS';

export interface ScramEnd {
  readonly isRight: boolean;
  /** What the client proved itself with, to tell one guess from another. */
  readonly proof: string;
  /** Shows the client that this server knows the password too. */
  readonly message: string;
}

/** The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), with channel binding by tls-server-end-point (RFC 5929). */
export class ScramExchange {
  readonly #options: ScramOptions;
  readonly #verifier: Verifier;
  #state: { readonly header: string; readonly clientBare: string; readonly serverFirst: string } | undefined;
  #isBound = false;

  constructor(options: ScramOptions) {
    this.#options = options;
    const { mockSecret, user } = options;
    // Made in any case, so that it takes the same time.
    const mock = mockVerifier(mockSecret, user);
    this.#verifier = parseVerifier(options.verifier) ?? mock;
  }

  get mechanisms(): string[] {
    return this.#options.binding === undefined ? [scramPlain] : [scramPlus, scramPlain];
  }

  /** Takes the client's first message; gives the server's. @throws WireFault */
  begin(mechanism: string, message: string): string {
    if (!this.mechanisms.includes(mechanism)) {
      throw new WireFault(wireStates.protocol, 'client selected an invalid SASL authentication mechanism');
    }
    this.#isBound = mechanism === scramPlus;
    const match = /^((?:n|y|p=([A-Za-z0-9.-]{1,64})),[^,]*,)(n=[^,]*,r=([\x21-\x2b\x2d-\x7e]{1,256}))$/.exec(message);
    if (match === null) throw malformed();
    const [, header = '', bindingName, clientBare = '', clientNonce = ''] = match;
    this.#checkBinding(header, bindingName);
    const { iterations, salt } = this.#verifier;
    const serverFirst = `r=${clientNonce}${randomBytes(nonceBytes).toString('base64')},s=${salt},i=${iterations}`;
    this.#state = { header, clientBare, serverFirst };
    return serverFirst;
  }

  #checkBinding(header: string, bindingName: string | undefined): void {
    if (bindingName !== undefined && bindingName !== 'tls-server-end-point') {
      throw new WireFault(wireStates.protocol, 'unsupported SCRAM channel-binding type');
    }
    if ((bindingName !== undefined) !== this.#isBound) throw malformed();
    // It would have bound, had it been told that it could: somebody between left that out.
    if (header.startsWith('y') && this.#options.binding !== undefined) {
      throw new WireFault(wireStates.authorization, 'SCRAM channel binding negotiation error');
    }
    // On behalf of somebody else: not here.
    if (!header.endsWith(',,')) throw malformed();
  }

  /** Takes the client's last message. @throws WireFault */
  finish(message: string): ScramEnd {
    const state = this.#state;
    const match = /^(c=([A-Za-z0-9+/=]*),r=([\x21-\x2b\x2d-\x7e]+)),p=([A-Za-z0-9+/]{43}=)$/.exec(message);
    if (match === null || state === undefined) throw malformed();
    const [, withoutProof = '', channel = '', nonce = '', proof = ''] = match;
    if (!state.serverFirst.startsWith(`r=${nonce},`)) throw malformed();
    const bound = this.#isBound ? (this.#options.binding ?? Buffer.alloc(0)) : Buffer.alloc(0);
    const expected = Buffer.concat([Buffer.from(state.header), bound]).toString('base64');
    if (channel !== expected) {
      throw new WireFault(wireStates.authorization, 'SCRAM channel binding check failed');
    }
    const signed = `${state.clientBare},${state.serverFirst},${withoutProof}`;
    const { storedKey, serverKey } = this.#verifier;
    const signature = createHmac('sha256', storedKey).update(signed).digest();
    const clientKey = Buffer.from(proof, 'base64').map((byte, index) => byte ^ (signature[index] ?? 0));
    const isRight = timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey);
    const serverSignature = createHmac('sha256', serverKey).update(signed).digest('base64');
    return { isRight, proof, message: `v=${serverSignature}` };
  }
}

function malformed(): WireFault {
  return new WireFault(wireStates.protocol, 'malformed SCRAM message');
}
