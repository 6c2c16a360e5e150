import type { BulkCompany, BulkDeveloper, BulkMember, BulkOwner, BulkRecord } from '../../domain/bulk-record.ts';
import { CommandRefusal } from '../failure.ts';
import type { Walk } from './api.ts';
import { readApp, readCompany, readDeveloper, readMember, type SourceApp } from './entity.ts';
import { mapInOrder } from './gate.ts';
import type { Reader } from './member.ts';
import { OwnerBook } from './owner-book.ts';
import { readProduct } from './product.ts';

/** An answer names an owner's first apps, and no more (compat/edge.md §3.1). */
const shownAppsMax = 100;

interface EdgeWalk extends Walk {
  readonly book: OwnerBook;
}

/**
 * Everything of an Edge organization, each record after those that it names. Apps come from the list of the
 * organization: it has those of all owners, those of inactive companies too (compat/edge.md §8), in a thousandth of
 * the requests. What developers and companies say of their apps is held against it, and what it leaves out is asked
 * for one by one.
 */
export async function* walkEdge(given: Walk): AsyncIterable<BulkRecord> {
  const walk: EdgeWalk = { ...given, book: new OwnerBook() };
  const { api } = walk;
  for await (const product of api.products()) yield readProduct(product);
  for await (const entry of api.developers()) yield noteDeveloper(walk, entry);
  yield* walkCompanies(walk);
  for await (const entry of api.organizationApps()) yield* walkApp(walk, entry);
  yield* walkMissing(walk);
}

function noteDeveloper({ book }: EdgeWalk, entry: Reader): BulkDeveloper {
  const developer = readDeveloper(entry);
  book.addDeveloper({
    id: entry.text('developerId'),
    email: developer.email,
    apps: entry.texts('apps'),
    companies: entry.texts('companies'),
  });
  return developer;
}

async function* walkCompanies(walk: EdgeWalk): AsyncIterable<BulkRecord> {
  const loaded = mapInOrder(walk.api.companies(), walk.ahead, async (entry) => {
    const company = readCompany(entry);
    const { name, status } = company;
    const members = status === 'inactive' ? await walk.api.findMembers(name) : await walk.api.getMembers(name);
    return { entry, company, members };
  });
  for await (const { entry, company, members } of loaded) {
    const read = members?.map(readMember) ?? recallMembers(walk, company);
    for (const { developer } of read) yield* requireDeveloper(walk, developer);
    walk.book.addCompany(company.name, entry.texts('apps'));
    yield { ...company, members: read };
  }
}

/** Of a company that is closed, its members still tell that they belong to it. */
function recallMembers({ book, warn }: EdgeWalk, company: BulkCompany): BulkMember[] {
  warn(`company ${company.name} is closed at the source: its members come without their roles`);
  return book.membersOf(company.name).map((developer) => ({ developer, roles: [] }));
}

/** Lists may leave out developers who belong to a company (compat/edge.md §3.2). */
async function* requireDeveloper(walk: EdgeWalk, ref: string): AsyncIterable<BulkDeveloper> {
  if (walk.book.findDeveloper(ref) !== undefined) return;
  const found = await walk.api.findDeveloper(ref);
  if (found === undefined) throw new CommandRefusal(`The source names the developer ${ref}, and does not have him`);
  yield noteDeveloper(walk, found);
}

async function* walkApp(walk: EdgeWalk, entry: Reader): AsyncIterable<BulkRecord> {
  const company = entry.optionalText('companyName') || undefined;
  if (company !== undefined) {
    if (!walk.book.hasCompany(company)) throw orphan(entry, `company ${company}`);
    return yield* emit(walk, await readWhole(walk, entry, { company }));
  }
  const id = entry.text('developerId');
  yield* requireDeveloper(walk, id);
  const developer = walk.book.findDeveloper(id);
  if (developer === undefined) throw orphan(entry, `developer ${id}`);
  yield* emit(walk, await readWhole(walk, entry, { developer }));
}

/** A list that has not heard that keys are wanted would lose them. */
async function readWhole({ api }: EdgeWalk, entry: Reader, owner: BulkOwner): Promise<SourceApp> {
  if (entry.has('credentials')) return readApp(entry, owner);
  return readApp(await api.getApp(pathOf(owner), entry.text('name')), owner);
}

function* emit({ book }: EdgeWalk, { app, credentials }: SourceApp): Iterable<BulkRecord> {
  if (!book.takeApp(app.owner, app.name)) return;
  yield app;
  yield* credentials;
}

function orphan(entry: Reader, owner: string): CommandRefusal {
  return new CommandRefusal(
    `The source lists the app ${entry.text('name')} of the ${owner}, whom it does not list: it changes while it is read, or its list is cut. Run the command again`,
  );
}

/** What owners name, and the organization's list does not have; and all of who has more than his answer names. */
async function* walkMissing(walk: EdgeWalk): AsyncIterable<BulkRecord> {
  const missing = mapInOrder(walk.book.listMissing(), walk.ahead, async ({ owner, name }) =>
    readApp(await walk.api.getApp(pathOf(owner), name), owner),
  );
  for await (const app of missing) yield* emit(walk, app);
  for (const owner of walk.book.listOwnersOf(shownAppsMax)) {
    const entries = walk.api.ownerApps(...pathOf(owner));
    for await (const entry of entries) yield* emit(walk, await readWhole(walk, entry, owner));
  }
}

function pathOf(owner: BulkOwner): ['developers' | 'companies', string] {
  return 'developer' in owner ? ['developers', owner.developer] : ['companies', owner.company];
}
