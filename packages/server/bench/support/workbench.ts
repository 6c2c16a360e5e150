import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawSettings } from '../../src/config/setting.ts';
import type { Grouping, PlaneTask } from '../process/plane.ts';
import { type Served, serve } from './child.ts';
import type { Pace } from './pace.ts';
import { seedDevelopers } from './seed.ts';
import { organization } from './traffic.ts';

const adminEmail = 'admin@example.com';
const adminPassword = 'bench-password-0';

/** Where rows do their work: a directory, the stores in it, and the servers that were started. */
export class Workbench {
  readonly pace: Pace;
  readonly directory: string;
  readonly adminEmail = adminEmail;
  readonly adminPassword = adminPassword;
  readonly authorization = `Basic ${Buffer.from(`${adminEmail}:${adminPassword}`).toString('base64')}`;
  readonly #stores = new Map<number, Promise<string>>();
  readonly #served = new Set<{ stop(): Promise<void> }>();
  #directories = 0;

  constructor(pace: Pace) {
    this.pace = pace;
    this.directory = mkdtempSync(join(tmpdir(), 'claviger-bench-'));
  }

  /** A data directory whose store holds an administrator, an organization and that many developers. */
  seededStore(developers: number): Promise<string> {
    const known = this.#stores.get(developers);
    if (known !== undefined) return known;
    const made = this.newStore(developers);
    this.#stores.set(developers, made);
    return made;
  }

  /** The same, for one row alone: it may write as it likes. */
  async newStore(developers = 0): Promise<string> {
    const data = this.newDirectory();
    await (await this.startPlane({ data })).stop();
    if (developers > 0) seedDevelopers(storeFile(data), developers);
    return data;
  }

  newDirectory(): string {
    const directory = join(this.directory, String(++this.#directories));
    mkdirSync(directory);
    return directory;
  }

  /** Starts the server with all settings as they are by default, but for those given. */
  startPlane(given: RawSettings & { readonly data: string }, grouping?: Grouping): Promise<Served> {
    const settings = { ...given, adminEmail, adminPassword, org: organization };
    return this.start('plane', { settings, grouping } satisfies PlaneTask);
  }

  /** Starts a script of `bench/process/`. */
  async start(script: string, task: object): Promise<Served> {
    const served = await serve({ script, task, logFile: join(this.directory, `${script}.log`) });
    return this.adopt(served);
  }

  /** Stops it with all else, should the row not come to it. */
  adopt<Kind extends { stop(): Promise<void> }>(served: Kind): Kind {
    this.#served.add(served);
    return served;
  }

  /** Stops what a row left running: none may slow down the next one. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#served].map((served) => served.stop()));
    this.#served.clear();
  }

  /** Stops what is left and removes all that was written. */
  async clear(): Promise<void> {
    await this.stopAll();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The SQLite store in a data directory. */
export function storeFile(data: string): string {
  return join(data, 'claviger.db');
}
