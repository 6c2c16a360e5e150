import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedTiming } from '@claviger/verify';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import type { Client } from '../support/client.ts';
import { makeDirectory } from '../support/directory.ts';
import { Link } from './link.ts';
import { FleetNode } from './node.ts';
import { makePopulation, organization, type Population } from './right.ts';
import { countEntries, readVerdictFile, type VerdictLog } from './verdict-log.ts';
import type { Standing } from './verifier-host.ts';
import { VerifierProcess } from './verifier-process.ts';

export interface FleetPlan {
  readonly nodes: number;
  /** How many verifiers each process holds. */
  readonly processes: readonly number[];
  /** Developers, each with an app and two keys. */
  readonly subjects: number;
  /** How long a verifier answers without word from the plane, by its number. */
  readonly stalenessMs: (verifier: number) => number;
  readonly sweepMs: number;
  readonly keysOfSweep: number;
  /** Of each server, by the names of their variables. */
  readonly settings?: (node: number) => Readonly<Record<string, string>>;
  /** Of the verifiers' processes. */
  readonly nodeFlags?: readonly string[];
}

/** Short ones, so that what takes minutes in production happens often in a run. */
const timing: FeedTiming = {
  holdMs: 400,
  silenceMsMax: 600,
  pauseMsMin: 10,
  pauseMsMax: 150,
  leaveMsMax: 1_000,
  findMsMax: 600,
};

/** A guard against hanging, nothing else. */
const patienceMs = 120_000;

/** Verifiers that share a process, each with a link of its own. */
interface Seat {
  readonly verifiers: readonly { readonly number: number; readonly link: Link }[];
  incarnation: number;
  process: VerifierProcess;
  /** The replacement under way. */
  turn: Promise<void>;
}

/** Nodes over one PostgreSQL, and remote verifiers that reach them over links. Use with `await using`. */
export class Fleet implements AsyncDisposable {
  readonly nodes: readonly FleetNode[];
  readonly population: Population;
  readonly links: readonly Link[];
  /** Every name that a verifier ever went by. */
  readonly names: string[] = [];
  readonly #plan: FleetPlan;
  readonly #parts: Parts;
  readonly #seats: Seat[] = [];

  private constructor(plan: FleetPlan, parts: Parts) {
    this.#plan = plan;
    this.#parts = parts;
    this.nodes = parts.nodes;
    this.links = parts.links;
    this.population = parts.population;
    let number = 0;
    for (const size of plan.processes) {
      const verifiers = parts.links.slice(number, number + size).map((link, at) => ({ number: number + at, link }));
      number += size;
      this.#seats.push({ verifiers, incarnation: 1, process: this.#spawn(verifiers, 1), turn: Promise.resolve() });
    }
  }

  /** All verifiers have heard all that the plane knows. */
  static async open(plan: FleetPlan): Promise<Fleet> {
    const parts = await openParts(plan);
    const fleet = new Fleet(plan, parts);
    try {
      await Promise.all(fleet.#seats.map(({ process }) => process.ready()));
      return fleet;
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
  }

  get processes(): readonly VerifierProcess[] {
    return this.#seats.map(({ process }) => process);
  }

  /** A client of a node that is up, at random; undefined where none is. */
  client(pick: <T>(list: readonly T[]) => T): Client | undefined {
    const up = this.nodes.flatMap(({ client }) => client ?? []);
    return up.length === 0 ? undefined : pick(up);
  }

  /** Lays a verifier's link to a node, from its next connection on. */
  lay(link: Link, node: number): void {
    link.target = () => this.nodes[node % this.nodes.length]?.runtimePort;
  }

  /** kill -9 of the verifiers of one process, and others in their place, which go by new names. */
  async replace(seat: number): Promise<void> {
    const found = this.#seats[seat];
    assert.ok(found);
    // One after another: of two at once, the process of the first would be forgotten, and never end.
    found.turn = found.turn.then(async () => {
      await found.process.kill();
      found.incarnation += 1;
      found.process = this.#spawn(found.verifiers, found.incarnation);
    });
    await found.turn;
  }

  heat(keys: readonly number[]): void {
    for (const { process } of this.#seats) process.heat(keys);
  }

  async tell(): Promise<readonly Standing[]> {
    return (await Promise.all(this.processes.map((process) => process.tell()))).flat();
  }

  /** Every verifier has applied all up to a sequence. */
  async untilApplied(sequence: number): Promise<void> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const standings: readonly Standing[] = await this.tell();
      const behind = standings.filter((each) => (each.sequence ?? 0) < sequence).map(({ name }) => name);
      if (behind.length === 0) return;
      assert.ok(performance.now() < end, `not caught up with ${sequence}: ${behind.join()}`);
      await sleep(20);
    }
  }

  /** What a node's own verifier answers for these keys: allowed or a reason. Undefined where it does not answer. */
  async askNode(node: FleetNode, keys: readonly string[]): Promise<readonly string[] | undefined> {
    const requests = keys.map((key) => ({ key, environment: 'prod', path: '/' }));
    const answer = await fetch(`${node.runtimeUrl}/claviger/v1/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#parts.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ requests }),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const { answers } = JSON.parse(answer.text) as { answers: readonly { allowed: boolean; reason?: string }[] };
    return answers.map(({ allowed, reason }) => (allowed ? 'allowed' : (reason ?? '')));
  }

  /** Given so far, by all verifiers. */
  countVerdicts(): number {
    const files = this.names.map((name) => this.#fileOf(name)).filter(existsSync);
    return files.reduce((sum, file) => sum + countEntries(statSync(file).size), 0);
  }

  /** Ends the verifiers; resolves to what each of them answered, by name. */
  async collect(): Promise<ReadonlyMap<string, VerdictLog>> {
    await Promise.all(this.processes.map((process) => process.stop()));
    return new Map(this.names.map((name) => [name, readVerdictFile(this.#fileOf(name))]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    await closeParts(this.#parts);
  }

  #fileOf(name: string): string {
    return join(this.#parts.directory.path, name);
  }

  #spawn(verifiers: Seat['verifiers'], incarnation: number): VerifierProcess {
    const { sweepMs, keysOfSweep, stalenessMs, nodeFlags } = this.#plan;
    const { token, directory, population } = this.#parts;
    const hosted = verifiers.map(({ number, link }) => {
      const name = `v${number}.${incarnation}`;
      this.names.push(name);
      return { name, url: link.url, stalenessMsMax: stalenessMs(number) };
    });
    const { keys } = population;
    const task = { verifiers: hosted, token, keys, directory: directory.path, sweepMs, keysOfSweep, timing };
    return new VerifierProcess(task, nodeFlags);
  }
}

interface Parts {
  readonly directory: ReturnType<typeof makeDirectory>;
  readonly postgres: PostgresServer;
  readonly nodes: readonly FleetNode[];
  readonly links: readonly Link[];
  readonly population: Population;
  readonly token: string;
}

async function openParts(plan: FleetPlan): Promise<Parts> {
  const directory = makeDirectory();
  const postgres = await startPostgres();
  const nodes: FleetNode[] = [];
  const links: Link[] = [];
  try {
    const store = await postgres.createDatabase();
    for (let at = 0; at < plan.nodes; at++) {
      const dataDirectory = join(directory.path, `node-${at}`);
      nodes.push(new FleetNode({ store, dataDirectory, settings: settingsOf(plan, at) }));
    }
    // The first one makes the tables and the organization.
    await nodes[0]?.start();
    await Promise.all(nodes.slice(1).map((node) => node.start()));
    const client = nodes[0]?.client;
    assert.ok(client);
    const population = await makePopulation(client, plan.subjects);
    const count = plan.processes.reduce((sum, size) => sum + size, 0);
    for (let at = 0; at < count; at++) links.push(await Link.open(() => nodes[at % nodes.length]?.runtimePort));
    return { directory, postgres, nodes, links, population, token: await makeToken(client) };
  } catch (error) {
    await closeParts({ directory, postgres, nodes, links });
    throw error;
  }
}

async function closeParts({ directory, postgres, nodes, links }: Omit<Parts, 'population' | 'token'>): Promise<void> {
  await Promise.all([...nodes.map((node) => node.kill()), ...links.map((link) => link.close())]);
  await postgres.remove();
  directory[Symbol.dispose]();
}

function settingsOf({ settings }: FleetPlan, node: number): Record<string, string> {
  const cache = process.env['NODE_COMPILE_CACHE'];
  return {
    CLAVIGER_MASTER_KEY: '5'.repeat(64),
    CLAVIGER_LOG_LEVEL: 'error',
    ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
    ...settings?.(node),
  };
}

async function makeToken(client: Client): Promise<string> {
  const path = `/claviger/v1/organizations/${organization}/runtime-credentials`;
  const answer = await client.send({ method: 'POST', path, body: { name: 'fire' } });
  assert.equal(answer.status, 201, answer.text);
  return (JSON.parse(answer.text) as { token: string }).token;
}
