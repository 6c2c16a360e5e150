import { CommandRefusal } from '../failure.ts';
import { type SourceClient, SourceRefusal } from './client.ts';
import { answerOf, Reader } from './member.ts';
import { walkByKey, walkByToken } from './page.ts';

export type SourceDialect = 'edge' | 'x';

/** A walk over one organization of a source. */
export interface Walk {
  readonly api: SourceApi;
  /** Owners whose apps are asked for ahead of their turn. */
  readonly ahead: number;
  /** Told what does not come over as it is. */
  readonly warn: (sentence: string) => void;
}

/** The most that is given at a time where one has to say how many (compat/edge.md §1.5, compat/x.md §1.0). */
const pageSize = 1000;
/** No source cuts a list of apps below it. */
const ownerAppsMin = 100;

/**
 * A list of an organization that is walked by `startKey`. Whole entries are asked for without a count: X's reference
 * says that the two do not go together (compat/x.md §1.0), and without one both give the most that they give.
 */
interface ListRule {
  /** Path below the organization. */
  readonly path: readonly string[];
  /** Member of the answer that holds the entries. */
  readonly member: string;
  /** For people: `developer`. */
  readonly noun: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly wholeBelow?: number;
}

/** The calls on an organization of the source, each list whole. Throws CommandRefusal throughout. */
export class SourceApi {
  readonly #client: SourceClient;
  readonly #organization: string;

  constructor(client: SourceClient, organization: string) {
    this.#client = client;
    this.#organization = organization;
  }

  /** What only X says of an organization tells which dialect it is (compat/x.md §1.8). */
  async detectDialect(): Promise<SourceDialect> {
    const organization = new Reader(await this.#client.get(this.#path([])), answerOf('organization'));
    const properties = organization.has('properties') ? organization.reader('properties').readers('property') : [];
    const hybrid = properties.some(
      (each) => each.optionalText('name') === 'features.hybrid.enabled' && each.optionalText('value') === 'true',
    );
    return hybrid || organization.has('runtimeType') ? 'x' : 'edge';
  }

  products(): AsyncIterable<Reader> {
    return this.#list({ path: ['apiproducts'], member: 'apiProduct', noun: 'API product', key: 'name' });
  }

  /** Of all products. X alone has them. */
  ratePlans(): AsyncIterable<Reader> {
    const path = ['apiproducts', '-', 'rateplans'];
    return this.#list({ path, member: 'ratePlans', noun: 'rate plan', key: 'name', query: { count: pageSize } });
  }

  /** Also those who belong to a company, where the source can tell (compat/edge.md §3.2). */
  developers(): AsyncIterable<Reader> {
    const query = { includeCompany: true };
    return this.#list({ path: ['developers'], member: 'developer', noun: 'developer', key: 'email', query });
  }

  companies(): AsyncIterable<Reader> {
    return this.#list({ path: ['companies'], member: 'company', noun: 'company', key: 'name' });
  }

  /** Apps of all owners, with their keys. */
  organizationApps(): AsyncIterable<Reader> {
    const query = { includeCred: true, rows: pageSize };
    return this.#list({ path: ['apps'], member: 'app', noun: 'app', key: 'appId', query });
  }

  /** Apps of one owner, with their keys. */
  ownerApps(kind: 'developers' | 'companies', name: string): AsyncIterable<Reader> {
    const path = [kind, name, 'apps'];
    return this.#list({ path, member: 'app', noun: `app of ${name}`, key: 'name', wholeBelow: ownerAppsMin });
  }

  appGroups(): AsyncIterable<Reader> {
    return this.#walkTokens(['appgroups'], 'appGroups', 'app group');
  }

  /** Without a `pageSize` no token comes back (compat/x.md §1.0). */
  appGroupApps(group: string): AsyncIterable<Reader> {
    return this.#walkTokens(['appgroups', group, 'apps'], 'appGroupApps', `app of ${group}`);
  }

  /** Undefined: there is none. */
  async findDeveloper(ref: string): Promise<Reader | undefined> {
    const found = await this.#client.find(this.#path(['developers', ref]));
    return found === undefined ? undefined : new Reader(found, answerOf(`developer ${ref}`));
  }

  async getMembers(company: string): Promise<Reader[]> {
    const found = await this.#client.get(this.#path(['companies', company, 'developers']));
    return new Reader(found, answerOf(`list of the members of ${company}`)).readers('developer');
  }

  /** Undefined: the source does not tell, as Edge of an inactive company (compat/edge.md §7). */
  async findMembers(company: string): Promise<Reader[] | undefined> {
    try {
      return await this.getMembers(company);
    } catch (error) {
      if (error instanceof SourceRefusal && error.status === 403) return undefined;
      throw error;
    }
  }

  /** One app with its keys. */
  async getApp(owner: readonly string[], name: string): Promise<Reader> {
    const found = await this.#client.get(this.#path([...owner, 'apps', name]));
    return new Reader(found, answerOf(`app ${name} of ${owner.at(-1)}`));
  }

  #path(below: readonly string[]): string[] {
    return ['organizations', this.#organization, ...below];
  }

  #list(rule: ListRule): AsyncIterable<Reader> {
    const { path, noun, key, query = {}, wholeBelow = 0 } = rule;
    return walkByKey<Reader>({
      title: `the list of each ${noun}`,
      wholeBelow,
      fetch: async (startKey) => {
        const asked = { expand: true, ...query, startKey };
        const answer = await (startKey === undefined
          ? this.#client.get(this.#path(path), asked)
          : this.#client.find(this.#path(path), asked));
        return answer === undefined ? undefined : readEntries(answer, rule);
      },
      keyOf: (entry) => entry.text(key),
    });
  }

  #walkTokens(path: readonly string[], member: string, noun: string): AsyncIterable<Reader> {
    return walkByToken<Reader>({
      title: `the list of each ${noun}`,
      fetch: async (pageToken) => {
        const answer = await this.#client.get(this.#path(path), { pageSize, pageToken });
        const next = new Reader(answer, answerOf(`list of each ${noun}`)).optionalText('nextPageToken');
        return { entries: readEntries(answer, { member, noun }), next: next === '' ? undefined : next };
      },
      keyOf: (entry) => entry.text('name'),
    });
  }
}

/** X answers an empty list with `{}` (compat/x.md §1.0). Names alone say that `expand` was not heard. */
function readEntries(answer: unknown, { member, noun }: Pick<ListRule, 'member' | 'noun'>): Reader[] {
  if (Array.isArray(answer)) {
    if (answer.length === 0) return [];
    throw new CommandRefusal(`The source lists names where each ${noun} was asked for whole (expand=true)`);
  }
  return new Reader(answer, answerOf(`list of each ${noun}`)).readers(member);
}
