/** What no HTTP client would send: bytes as they go into the socket. */
export interface RawAttack {
  readonly name: string;
  readonly bytes: string;
  /** Ends the connection after the bytes, in the middle of the request. */
  readonly hangUp?: boolean;
}

const path = '/edge/v1/organizations/myorg/developers';
const host = 'Host: 127.0.0.1\r\n';
const close = 'Connection: close\r\n';

/** Where two readers could see two requests in the same bytes, or where a bound is passed: nothing but this will do. */
export const rawStatuses: Readonly<Record<string, number>> = {
  'two lengths': 400,
  'the same length twice': 400,
  'length and chunks': 400,
  'chunks, obscured': 400,
  'chunks twice': 400,
  'negative length': 400,
  'no length at all': 400,
  'a chunk of no size': 400,
  'header with a space before the colon': 400,
  'folded header': 400,
  'no host': 400,
  'more chunks than the limit': 413,
  'length beyond the limit': 413,
  'large headers': 431,
  'many headers': 431,
};

export function listRawAttacks(authorization: string): RawAttack[] {
  const auth = `Authorization: ${authorization}\r\n`;
  const head = `${host}${auth}${close}`;
  const post = `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\n`;
  return [
    { name: 'absolute form', bytes: `GET http://127.0.0.1${path} HTTP/1.1\r\n${head}\r\n` },
    { name: 'absolute form of another host', bytes: `GET http://evil.example${path} HTTP/1.1\r\n${head}\r\n` },
    { name: 'absolute form of another scheme', bytes: `GET file:///etc/passwd HTTP/1.1\r\n${head}\r\n` },
    { name: 'authority form', bytes: `CONNECT evil.example:443 HTTP/1.1\r\n${head}\r\n` },
    { name: 'authority form without CONNECT', bytes: `GET evil.example:443 HTTP/1.1\r\n${head}\r\n` },
    { name: 'asterisk form', bytes: `OPTIONS * HTTP/1.1\r\n${head}\r\n` },
    { name: 'no path', bytes: `GET  HTTP/1.1\r\n${head}\r\n` },
    { name: 'two slashes', bytes: `GET /${path} HTTP/1.1\r\n${head}\r\n` },
    { name: 'two slashes within', bytes: `GET /edge/v1//organizations//myorg HTTP/1.1\r\n${head}\r\n` },
    { name: 'dots', bytes: `GET /edge/v1/organizations/myorg/../other/developers HTTP/1.1\r\n${head}\r\n` },
    { name: 'backslashes', bytes: `GET \\edge\\v1\\organizations\\other HTTP/1.1\r\n${head}\r\n` },
    { name: 'fragment', bytes: `GET ${path}#/../other HTTP/1.1\r\n${head}\r\n` },
    { name: 'bytes above 127', bytes: `GET ${path}/\xff\xfe HTTP/1.1\r\n${head}\r\n` },
    { name: 'zero in the path', bytes: `GET ${path}/a\0b HTTP/1.1\r\n${head}\r\n` },
    { name: 'tab in the path', bytes: `GET ${path}/a\tb HTTP/1.1\r\n${head}\r\n` },
    { name: 'HTTP/1.0', bytes: `GET ${path} HTTP/1.0\r\n${auth}\r\n` },
    { name: 'HTTP/0.9', bytes: `GET ${path}\r\n\r\n` },
    { name: 'HTTP/2 preface', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    { name: 'HTTP/9.9', bytes: `GET ${path} HTTP/9.9\r\n${head}\r\n` },
    { name: 'no host', bytes: `GET ${path} HTTP/1.1\r\n${auth}${close}\r\n` },
    { name: 'two hosts', bytes: `GET ${path} HTTP/1.1\r\n${head}${host}\r\n` },
    { name: 'TLS', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
    { name: 'two lengths', bytes: `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}` },
    { name: 'the same length twice', bytes: `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}` },
    {
      name: 'length and chunks',
      bytes: `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    },
    { name: 'chunks, obscured', bytes: `${post}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n` },
    {
      name: 'chunks twice',
      bytes: `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    },
    { name: 'negative length', bytes: `${post}Content-Length: -1\r\n\r\n{}` },
    { name: 'no length at all', bytes: `${post}Content-Length: many\r\n\r\n{}` },
    { name: 'a chunk of no size', bytes: `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n` },
    {
      name: 'a chunk of huge size',
      bytes: `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}`,
      hangUp: true,
    },
    {
      name: 'more chunks than the limit',
      bytes: `${post}Transfer-Encoding: chunked\r\n\r\n${`ffff\r\n${' '.repeat(0xffff)}\r\n`.repeat(18)}0\r\n\r\n`,
    },
    { name: 'length beyond the limit', bytes: `${post}Content-Length: 999999999999\r\n\r\n` },
    { name: 'large headers', bytes: `GET ${path} HTTP/1.1\r\n${head}X-Large: ${'a'.repeat(64_000)}\r\n\r\n` },
    {
      name: 'many headers',
      bytes: `GET ${path} HTTP/1.1\r\n${head}${Array.from({ length: 3000 }, (_, at) => `X-${at}: 1\r\n`).join('')}\r\n`,
    },
    { name: 'header without a name', bytes: `GET ${path} HTTP/1.1\r\n${head}: value\r\n\r\n` },
    { name: 'folded header', bytes: `GET ${path} HTTP/1.1\r\n${head}X-Fold: a\r\n b\r\n\r\n` },
    {
      name: 'header with a space before the colon',
      bytes: `GET ${path} HTTP/1.1\r\n${host}Authorization : ${authorization}\r\n${close}\r\n`,
    },
    { name: 'two authorizations', bytes: `GET ${path} HTTP/1.1\r\n${head}Authorization: Bearer x\r\n\r\n` },
    { name: 'bearer by a tab', bytes: `GET ${path} HTTP/1.1\r\n${host}${close}Authorization: Bearer\tx\r\n\r\n` },
    {
      name: 'basic without a colon',
      bytes: `GET ${path} HTTP/1.1\r\n${host}${close}Authorization: Basic ${Buffer.from('nocolon').toString('base64')}\r\n\r\n`,
    },
    { name: 'basic of no text', bytes: `GET ${path} HTTP/1.1\r\n${host}${close}Authorization: Basic ////\r\n\r\n` },
    { name: 'expectation', bytes: `${post}Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}` },
    {
      name: 'upgrade',
      bytes: `GET ${path} HTTP/1.1\r\n${host}${auth}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      hangUp: true,
    },
    {
      name: 'upgrade to HTTP/2',
      bytes: `GET ${path} HTTP/1.1\r\n${host}${auth}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
      hangUp: true,
    },
    { name: 'request line alone', bytes: `POST ${path} HTT`, hangUp: true },
    { name: 'half of the headers', bytes: `POST ${path} HTTP/1.1\r\n${host}Auth`, hangUp: true },
    { name: 'half of the body', bytes: `${post}Content-Length: 100\r\n\r\n{"email":`, hangUp: true },
    { name: 'half of a chunk', bytes: `${post}Transfer-Encoding: chunked\r\n\r\n10\r\n{"email`, hangUp: true },
    { name: 'nothing', bytes: '', hangUp: true },
    { name: 'noise', bytes: '\0\x01\x02\xff\xfe\r\n\r\n' },
    {
      name: 'smuggled second request',
      bytes: `${post}Content-Length: 4\r\n\r\n{}\r\nGET /edge/v1/organizations/other/developers HTTP/1.1\r\n${head}\r\n`,
    },
  ];
}
