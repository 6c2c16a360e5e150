import type { IncomingHttpHeaders } from 'node:http';
import type { Presented } from '../../operations/authentication.ts';

const none: Presented = { kind: 'none' };
// One space, no tabs, no other separators: two readers of a lenient form could see two tokens (Keycloak GHSA-gv94).
const basicShape = /^basic ([A-Za-z0-9+/]+={0,2})$/i;
const bearerShape = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/** Reads the Authorization header. Whatever is neither Basic (RFC 7617) nor Bearer (RFC 6750) counts as none. */
export function readAuthorization(headers: IncomingHttpHeaders): Presented {
  const header = headers.authorization;
  if (header === undefined) return none;
  const basic = basicShape.exec(header);
  if (basic?.[1] !== undefined) return readBasic(basic[1]);
  const bearer = bearerShape.exec(header);
  return bearer?.[1] === undefined ? none : { kind: 'bearer', token: bearer[1] };
}

/** The bearer token alone. Undefined where the header is absent, or anything else. */
export function readBearer({ authorization }: IncomingHttpHeaders): string | undefined {
  return authorization === undefined ? undefined : bearerShape.exec(authorization)?.[1];
}

function readBasic(encoded: string): Presented {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return none;
  return { kind: 'basic', login: text.slice(0, colon), password: text.slice(colon + 1) };
}
