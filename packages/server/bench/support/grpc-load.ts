import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { authorizationService } from '../../src/surfaces/gateway/envoy/service.ts';
import { checkMethod } from '../../test/support/envoy.ts';

const channels = 4;
const callsEach = 16;
const { path } = authorizationService.Check;

/** Keys of the bench, from 0. */
export function nameGrpcKey(number: number): string {
  return `grpc-key-${String(number).padStart(23, '0')}`;
}

/** What Envoy asks about a call of a browser, with the headers that such a call has. */
export function writeCheck(number: number): Buffer {
  const headers = {
    ':authority': 'api.example.com',
    ':method': 'GET',
    ':path': '/weather/v1/forecast/today?city=Bern',
    ':scheme': 'https',
    accept: 'application/json, text/plain, */*',
    'accept-encoding': 'gzip, deflate, br',
    'accept-language': 'de-CH,de;q=0.9,en;q=0.8',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'x-api-key': nameGrpcKey(number),
    'x-forwarded-proto': 'https',
    'x-request-id': '6f1a2f4e-8f0e-4a9e-9a59-6d0d4b1c6a10',
  };
  const http = {
    id: '1234567890',
    method: 'GET',
    headers,
    path: headers[':path'],
    host: 'api.example.com',
    scheme: 'https',
    size: -1,
    protocol: 'HTTP/2',
  };
  const address = (port_value: number) => ({ address: { socket_address: { address: '192.0.2.7', port_value } } });
  const context_extensions = { environment: 'prod', proxy: 'weather-v1', base: '/weather/v1', key: 'header:x-api-key' };
  const time = { seconds: 1_800_000_000, nanos: 123_456_000 };
  const attributes = {
    source: address(51_234),
    destination: address(443),
    request: { time, http },
    context_extensions,
  };
  return checkMethod.requestSerialize({ attributes });
}

export interface GrpcLoad {
  readonly url: string;
  readonly token: string;
  readonly requests: readonly Buffer[];
  readonly seconds: number;
}

/** Keeps so many calls under way for so long. Resolves to how many were answered. @throws ServiceError */
export async function loadGrpc({ url, token, requests, seconds }: GrpcLoad): Promise<number> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const end = performance.now() + seconds * 1000;
  let answered = 0;
  const clients = Array.from(
    { length: channels },
    () => new Client(url, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
  );
  const caller = async (client: Client, first: number) => {
    for (let at = first; performance.now() < end; at += channels * callsEach) {
      await callOnce(client, requests[at % requests.length] ?? Buffer.alloc(0), metadata);
      answered++;
    }
  };
  await Promise.all(
    clients.flatMap((client, channel) =>
      Array.from({ length: callsEach }, (_, each) => caller(client, channel * callsEach + each)),
    ),
  );
  for (const client of clients) client.close();
  return answered;
}

/** One answer, as bytes. */
export async function askGrpc(url: string, token: string, request: Buffer): Promise<Buffer> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const client = new Client(url, credentials.createInsecure());
  try {
    return await callOnce(client, request, metadata);
  } finally {
    client.close();
  }
}

const pass = (bytes: Buffer) => bytes;

function callOnce(client: Client, request: Buffer, metadata: Metadata): Promise<Buffer> {
  return new Promise((done, fail) => {
    client.makeUnaryRequest(path, pass, pass, request, metadata, (error, answer) => {
      if (error) fail(error);
      else done(answer ?? Buffer.alloc(0));
    });
  });
}
