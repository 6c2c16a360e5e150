import pg from 'pg';
import { emailOf, type Loaded, numberDigits } from '../support/traffic.ts';
import { readTask } from './host.ts';

/** Asks for one developer after another by e-mail, prepared, over as many connections. */
export interface SqlLoad {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly connections: number;
  readonly developers: number;
  readonly seconds: number;
}

const { port, user, password, connections, developers, seconds } = readTask<SqlLoad>();
const text = 'select * from developers where email = $1';
const clients = await Promise.all(
  Array.from({ length: connections }, async () => {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'claviger' });
    await client.connect();
    return client;
  }),
);
const latencies: number[] = [];
let failures = 0;
const begin = performance.now();
const end = begin + seconds * 1000;
await Promise.all(clients.map(ask));
const elapsed = (performance.now() - begin) / 1000;
await Promise.all(clients.map((client) => client.end()));
latencies.sort((left, right) => left - right);
const loaded: Loaded = {
  requests: latencies.length,
  requestsPerSecond: latencies.length / elapsed,
  latencyMs: latencies[latencies.length >> 1] ?? 0,
  latencyP99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  failures,
};
process.stdout.write(`${JSON.stringify(loaded)}\n`);

async function ask(client: pg.Client): Promise<void> {
  while (performance.now() < end) {
    const email = emailOf(String(Math.floor(Math.random() * developers)).padStart(numberDigits, '0'));
    const at = performance.now();
    const { rowCount } = await client.query({ name: 'by-email', text, values: [email] });
    if (rowCount !== 1) failures++;
    latencies.push(performance.now() - at);
  }
}
