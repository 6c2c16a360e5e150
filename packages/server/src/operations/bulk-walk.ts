import type { App } from '../domain/app.ts';
import {
  formatApp,
  formatCompany,
  formatCredential,
  formatDeveloper,
  formatPlan,
  formatProduct,
} from '../domain/bulk-format.ts';
import {
  type BulkCredential,
  type BulkEnd,
  type BulkHead,
  type BulkKind,
  type BulkOwner,
  type BulkRecord,
  bulkKinds,
} from '../domain/bulk-record.ts';
import { keyOfCompany } from '../domain/company.ts';
import type { Credential } from '../domain/credential.ts';
import { keyOfEmail } from '../domain/developer.ts';
import type { RatePlan } from '../domain/rate-plan.ts';
import type { ExportOrder } from '../ports/exporter.ts';
import type { StoreView } from '../ports/store.ts';

/** A credential without key and secret tells which products an app has, and can't be imported. */
type KeylessCredential = Omit<BulkCredential, 'consumerKey' | 'consumerSecret'>;

export type ExportLine = BulkHead | BulkRecord | KeylessCredential | BulkEnd;

function withoutSecrets({ consumerKey: _key, consumerSecret: _secret, ...rest }: BulkCredential): KeylessCredential {
  return rest;
}

/** Few: an owner may have many apps, and a page is held in memory. */
const ownersPerPage = 25;
/** Apps of one owner that are read with those of others; whoever has more is walked on alone. */
const appsEach = 20;
const appsPerPage = 500;
const productsPerPage = 100;

/** Takes lines; resolves when there may be more. A rejection ends the walk. */
export type EmitLines = (lines: readonly ExportLine[]) => Promise<void>;

/**
 * Tells the content of an organization in an order that content alone decides: products, then plans, then each
 * developer and company by key, with their apps by name, with their credentials, oldest first. Bounded memory: the next
 * lines are read when the last ones were taken.
 * @param view one unchanging snapshot
 */
export async function walkOrganization(view: StoreView, order: ExportOrder, emit: EmitLines): Promise<void> {
  const walk = new Walk(view, order, emit);
  await emit([order.head]);
  await walk.products();
  await walk.developers();
  await walk.companies();
  await emit([walk.end()]);
}

/** One walk over an organization, which counts what it tells. */
class Walk {
  readonly #view: StoreView;
  readonly #organizationId: string;
  readonly #secrets: boolean;
  readonly #kinds: ReadonlySet<BulkKind>;
  readonly #emit: EmitLines;
  readonly #counts = new Map<BulkKind, number>();
  #page: ExportLine[] = [];

  constructor(view: StoreView, { organizationId, kinds, secrets }: ExportOrder, emit: EmitLines) {
    this.#view = view;
    this.#organizationId = organizationId;
    this.#secrets = secrets;
    this.#kinds = new Set(kinds);
    this.#emit = emit;
  }

  async products(): Promise<void> {
    if (this.#wants('apiProduct')) {
      const list = (after?: string) =>
        this.#view.products.list(this.#organizationId, {}, { after, limit: productsPerPage });
      await this.#pages(
        list,
        ({ name }) => name,
        productsPerPage,
        async (products) => {
          for (const product of products) this.#tell(formatProduct(product));
        },
      );
    }
    if (this.#wants('ratePlan')) await this.#plans();
  }

  /** Their pages begin with a plan, not after one. */
  async #plans(): Promise<void> {
    let from: RatePlan | undefined;
    do {
      const page = { order: 'name', from, limit: productsPerPage + 1 } as const;
      const plans = await this.#view.ratePlans.list(this.#organizationId, {}, page);
      for (const plan of plans.slice(0, productsPerPage)) this.#tell(formatPlan(plan));
      from = plans[productsPerPage]?.plan;
      await this.#flush();
    } while (from !== undefined);
  }

  async developers(): Promise<void> {
    if (!this.#wants('developer', 'app', 'credential')) return;
    const list = (after?: string) => this.#view.developers.list(this.#organizationId, { after, limit: ownersPerPage });
    await this.#pages(
      list,
      ({ email }) => keyOfEmail(email),
      ownersPerPage,
      async (developers) => {
        const apps = await this.#appsOf(developers);
        for (const developer of developers) {
          this.#tell(formatDeveloper(developer));
          const owner = { developer: developer.email };
          await this.#apps({ kind: 'developer', id: developer.id }, owner, apps);
        }
      },
    );
  }

  async companies(): Promise<void> {
    if (!this.#wants('company', 'app', 'credential')) return;
    const list = (after?: string) =>
      this.#view.companies.list(this.#organizationId, {}, { after, limit: ownersPerPage });
    await this.#pages(
      list,
      ({ name }) => keyOfCompany(name),
      ownersPerPage,
      async (companies) => {
        const members = await this.#view.companies.listMembersOfMany(companies.map(({ id }) => id));
        const apps = await this.#appsOf(companies);
        for (const company of companies) {
          this.#tell(formatCompany(company, members.get(company.id) ?? []));
          await this.#apps({ kind: 'company', id: company.id }, { company: company.name }, apps);
        }
      },
    );
  }

  end(): BulkEnd {
    return { kind: 'end', counts: Object.fromEntries(bulkKinds.map((kind) => [kind, this.#counts.get(kind) ?? 0])) };
  }

  #wants(...kinds: BulkKind[]): boolean {
    return kinds.some((kind) => this.#kinds.has(kind));
  }

  #tell(record: BulkRecord | KeylessCredential): void {
    if (!this.#kinds.has(record.kind)) return;
    this.#counts.set(record.kind, (this.#counts.get(record.kind) ?? 0) + 1);
    this.#page.push(record);
  }

  async #flush(): Promise<void> {
    const page = this.#page;
    this.#page = [];
    if (page.length > 0) await this.#emit(page);
  }

  async #pages<T>(
    list: (after?: string) => Promise<T[]>,
    keyOf: (entity: T) => string,
    limit: number,
    tell: (page: readonly T[]) => Promise<void>,
  ): Promise<void> {
    let after: string | undefined;
    do {
      const page = await list(after);
      await tell(page);
      await this.#flush();
      const last = page.at(-1);
      after = page.length < limit || last === undefined ? undefined : keyOf(last);
    } while (after !== undefined);
  }

  /** The first apps of each of these, with their credentials where they are wanted. */
  async #appsOf(owners: readonly { readonly id: string }[]): Promise<FirstApps> {
    if (owners.length === 0 || !this.#wants('app', 'credential')) return none;
    const apps = await this.#view.apps.listOfOwners(
      owners.map(({ id }) => id),
      appsEach,
    );
    return { apps, credentials: await this.#credentialsOf([...apps.values()].flat()) };
  }

  async #credentialsOf(apps: readonly App[]): Promise<ReadonlyMap<string, readonly Credential[]>> {
    if (!this.#kinds.has('credential')) return none.credentials;
    return this.#view.credentials.listOfApps(apps.map(({ id }) => id));
  }

  async #apps(owner: App['owner'], name: BulkOwner, first: FirstApps): Promise<void> {
    let apps: readonly App[] = first.apps.get(owner.id) ?? [];
    let limit = appsEach;
    let credentials = first.credentials;
    while (apps.length > 0) {
      for (const app of apps) this.#tellApp(app, name, credentials.get(app.id) ?? []);
      const last = apps.length < limit ? undefined : apps.at(-1);
      limit = appsPerPage;
      apps = last === undefined ? [] : await this.#view.apps.listOfOwner(owner, { after: last.name, limit });
      if (apps.length > 0) await this.#flush();
      credentials = await this.#credentialsOf(apps);
    }
  }

  #tellApp(app: App, owner: BulkOwner, credentials: readonly Credential[]): void {
    this.#tell(formatApp(app, owner));
    for (const credential of credentials.toReversed()) {
      const record = formatCredential(credential, { owner, app: app.name });
      this.#tell(this.#secrets ? record : withoutSecrets(record));
    }
  }
}

interface FirstApps {
  /** By owner. */
  readonly apps: ReadonlyMap<string, readonly App[]>;
  /** By app. */
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
}

const none: FirstApps = { apps: new Map(), credentials: new Map() };
