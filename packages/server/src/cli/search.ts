import type { NativeClient } from './client.ts';
import type { Command, Input, OptionRule } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { UsageError } from './failure.ts';
import { pathOfOrganization } from './organization.ts';
import { type Column, printJson, printTable, tell } from './terminal.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total?: number;
  readonly totalAtLeast?: number;
  readonly complete: boolean;
}
interface Developer {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly status: string;
}
interface App {
  readonly id: string;
  readonly name: string;
  readonly owner: { readonly name: string };
  readonly status: string;
  readonly products: readonly string[];
}
interface Key {
  readonly consumerKey: string;
  readonly app: { readonly name: string };
  readonly owner: { readonly name: string };
  readonly status: string;
  readonly effective: boolean;
  readonly reason: string | null;
  readonly products: readonly { readonly name: string }[];
}

const developerColumns: readonly Column<Developer>[] = [
  { title: 'e-mail', read: ({ email }) => email },
  { title: 'first name', read: ({ firstName }) => firstName },
  { title: 'last name', read: ({ lastName }) => lastName },
  { title: 'status', read: ({ status }) => status },
  { title: 'id', read: ({ id }) => id },
];
const appColumns: readonly Column<App>[] = [
  { title: 'name', read: ({ name }) => name },
  { title: 'owner', read: ({ owner }) => owner.name },
  { title: 'status', read: ({ status }) => status },
  { title: 'products', read: ({ products }) => products.join(',') },
  { title: 'id', read: ({ id }) => id },
];
const keyColumns: readonly Column<Key>[] = [
  { title: 'key', read: ({ consumerKey }) => consumerKey },
  { title: 'app', read: ({ app }) => app.name },
  { title: 'owner', read: ({ owner }) => owner.name },
  { title: 'status', read: ({ status }) => status },
  { title: 'works', read: ({ effective, reason }) => (effective ? 'yes' : `no: ${reason}`) },
  { title: 'products', read: ({ products }) => products.map(({ name }) => name).join(',') },
];

const text: OptionRule = { value: 'PART', doc: 'Part of e-mail or name, in any case; 3 characters at least.' };
const status: OptionRule = { value: 'STATUS', doc: 'With this status.' };
const attribute: OptionRule = { value: 'NAME[=VALUE]', doc: 'With this attribute.' };
const product: OptionRule = { value: 'PRODUCT', doc: 'With this API product on a key.' };
const developer: OptionRule = { value: 'EMAIL', doc: 'Of this developer.' };
const company: OptionRule = { value: 'NAME', doc: 'Of this company or app group.' };
const limit: OptionRule = { value: 'N', doc: 'Found ones to show at most (100).' };

interface SearchCommand<T> {
  readonly noun: 'developers' | 'apps' | 'keys';
  readonly summary: string;
  readonly example: string;
  readonly filters: Readonly<Record<string, OptionRule>>;
  readonly columns: readonly Column<T>[];
}

const pageMax = 1000;

function parseLimit(given = '100'): number {
  const most = Number(given);
  if (Number.isInteger(most) && most > 0) return most;
  throw new UsageError(`--limit is "${given}", but takes a whole number above 0`);
}

function define<T>({ noun, summary, example, filters, columns }: SearchCommand<T>): Command {
  const rule = { words: ['search', noun], operands: ['ORG'], summary, example, options: { ...filters, limit } };
  return definePlaneCommand(rule, async (client, input) => {
    const { items, total, more, complete } = await collect<T>(client, noun, input, Object.keys(filters));
    if (input.options['json'] !== undefined) printJson(items);
    else printTable(items, columns);
    if (more) tell(`${items.length} of ${total} shown; --limit shows more`);
    if (!complete) tell('warning: the search index has yet to catch up, so some may be missing: search again later');
  });
}

/** Pages until so many are found as were asked for. A page may be empty and not the last. */
async function collect<T>(
  client: NativeClient,
  noun: string,
  { operands: [name = ''], options }: Input,
  filters: readonly string[],
) {
  const most = parseLimit(options['limit']);
  const given = Object.fromEntries(filters.map((filter) => [filter, options[filter]]));
  const items: T[] = [];
  let [cursor, total, complete]: [string | undefined, string, boolean] = [undefined, '', true];
  do {
    const query = { ...given, limit: String(Math.min(most - items.length, pageMax)), cursor };
    const page: Page<T> = await client.call('GET', `${pathOfOrganization(name)}/search/${noun}`, { query });
    items.push(...page.items);
    total ||= page.total === undefined ? `${page.totalAtLeast} or more` : String(page.total);
    complete &&= page.complete;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return { items, total, complete, more: cursor !== undefined };
}

export const searchCommands: readonly Command[] = [
  define<Developer>({
    noun: 'developers',
    summary: 'Find developers by all that is given',
    example: 'claviger search developers acme --text @example.com --attribute tier=gold',
    filters: { text, status, attribute, product },
    columns: developerColumns,
  }),
  define<App>({
    noun: 'apps',
    summary: 'Find apps by all that is given',
    example: 'claviger search apps acme --product weather --status approved',
    filters: { text, status, attribute, product, developer, company },
    columns: appColumns,
  }),
  define<Key>({
    noun: 'keys',
    summary: 'Find keys by all that is given, and see whether they work',
    example: 'claviger search keys acme --product weather --effective false',
    filters: {
      status,
      effective: { value: 'true|false', doc: 'That work now, or that do not.' },
      attribute,
      product,
      app: { value: 'ID', doc: 'Of this app.' },
      developer,
      company,
    },
    columns: keyColumns,
  }),
];
