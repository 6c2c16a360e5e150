import type { ApiProduct } from '../domain/api-product.ts';
import { type App, appCredentialsMax } from '../domain/app.ts';
import type {
  AppWish,
  BulkWish,
  CompanyWish,
  CredentialWish,
  DeveloperWish,
  ProductWish,
  RatePlanWish,
} from '../domain/bulk-entity.ts';
import {
  formatApp,
  formatCompany,
  formatCredential,
  formatDeveloper,
  formatPlan,
  formatProduct,
} from '../domain/bulk-format.ts';
import type { BulkRecord } from '../domain/bulk-record.ts';
import { type Company, keyOfCompany } from '../domain/company.ts';
import type { NamedMember } from '../domain/company-member.ts';
import { hintOfKey } from '../domain/consumer-key.ts';
import type { Credential } from '../domain/credential.ts';
import { type Developer, keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import type { RatePlan } from '../domain/rate-plan.ts';
import { takesFromApp, takesFromCredential, takesFromOwner, takesFromProduct } from '../domain/revocation.ts';
import {
  type Decision,
  type ImportOwner,
  type ImportSpace,
  markOfApp,
  markOfCompany,
  markOfDeveloper,
} from './bulk-space.ts';
import { appendBeside } from './call.ts';
import { replaceMembers } from './company-member.ts';

/**
 * Brings what is stored to what a record says, through the same rules as the single calls: all is judged before
 * anything is written, so that a refused record leaves no trace.
 * @throws Problem that says why the record is refused
 */
export function importWish(space: ImportSpace, wish: BulkWish): Promise<Decision> {
  switch (wish.kind) {
    case 'apiProduct':
      return importProduct(space, wish);
    case 'ratePlan':
      return importPlan(space, wish);
    case 'developer':
      return importDeveloper(space, wish);
    case 'company':
      return importCompany(space, wish);
    case 'app':
      return importApp(space, wish);
    case 'credential':
      return importCredential(space, wish);
  }
}

/** The record without ids and stamps: what makes two of them the same. */
function describe(record: BulkRecord): string {
  const rest = { createdAt: undefined, createdBy: undefined, lastModifiedAt: undefined, lastModifiedBy: undefined };
  return JSON.stringify({ ...record, ...rest, developerId: undefined, companyId: undefined, appId: undefined });
}

function isWritten(decision: Decision): decision is 'create' | 'update' {
  return decision === 'create' || decision === 'update';
}

async function importDeveloper(space: ImportSpace, { id, profile, stamp }: DeveloperWish): Promise<Decision> {
  const key = keyOfEmail(profile.email);
  const mark = markOfDeveloper(key);
  const existing = await space.developer(profile.email);
  const { organizationId } = space;
  const next: Developer = existing
    ? { ...existing, ...profile, ...space.stampChanged(existing, stamp) }
    : { ...profile, id: space.drawId(id, mark), organizationId, ...space.stampNew(stamp) };
  const { name: organization } = space.run.call.organization;
  const taken = () => new Problem('developer.exists', { email: profile.email, organization });
  const before = existing && (() => describe(formatDeveloper(existing)));
  const decision = space.decide(mark, before, () => describe(formatDeveloper(next)), taken);
  if (!isWritten(decision)) return decision;
  const writer = space.transaction?.developers;
  const written = await (existing ? writer?.update(next) : writer?.insert(next));
  if (written === false) throw taken();
  space.keepDeveloper(next);
  const takesAway = takesFromOwner(existing, next);
  space.record(decision, {
    noun: 'developer',
    entity: next,
    takesAway,
    resource: `/developers/${key}`,
    request: profile,
  });
  return decision;
}

async function importCompany(space: ImportSpace, wish: CompanyWish): Promise<Decision> {
  const { name, profile, members, stamp } = wish;
  const mark = markOfCompany(keyOfCompany(name));
  const existing = await space.company(name);
  const resolved = await resolveMembers(space, members);
  const { organizationId } = space;
  const next: Company = existing
    ? { ...existing, ...profile, ...space.stampChanged(existing, stamp) }
    : { ...profile, name, id: space.drawId(wish.id, mark), organizationId, ...space.stampNew(stamp) };
  const taken = () => new Problem('company.exists', { company: name, organization: space.run.call.organization.name });
  const current = existing && (await space.view.companies.listMembers(existing.id));
  const before = existing && (() => describe(formatCompany(existing, current ?? [])));
  const decision = space.decide(mark, before, () => describe(formatCompany(next, resolved)), taken);
  if (!isWritten(decision)) return decision;
  const { transaction } = space;
  if (transaction !== undefined) {
    if (existing !== undefined) await transaction.companies.update(next);
    else if (!(await transaction.companies.insert(next))) throw taken();
    if (existing !== undefined || resolved.length > 0) await replaceMembers(transaction, next, resolved);
  }
  space.keepCompany(next);
  const request = { ...profile, members };
  const takesAway = takesFromOwner(existing, next);
  space.record(decision, { noun: 'company', entity: next, takesAway, resource: `/companies/${next.name}`, request });
  return decision;
}

async function resolveMembers(space: ImportSpace, members: CompanyWish['members']): Promise<NamedMember[]> {
  const resolved: NamedMember[] = [];
  const seen = new Set<string>();
  for (const { developer, roles, field } of members) {
    const found = await space.developer(developer);
    const refuse = (reason: string) => new Problem('request.invalid', { field, reason });
    if (found === undefined) throw refuse(`names ${developer}, who is no developer here`);
    if (seen.has(found.id)) throw refuse(`names ${developer} twice`);
    seen.add(found.id);
    resolved.push({ developerId: found.id, email: found.email, roles });
  }
  return resolved;
}

async function importProduct(space: ImportSpace, { profile, stamp }: ProductWish): Promise<Decision> {
  const { name } = profile;
  const mark = `product ${name}`;
  const existing = space.product(name);
  const { organizationId } = space;
  const next: ApiProduct = existing
    ? { ...existing, ...profile, ...space.stampChanged(existing, stamp) }
    : { ...profile, id: space.drawId(undefined, mark), organizationId, ...space.stampNew(stamp) };
  const taken = () =>
    new Problem('api-product.exists', { product: name, organization: space.run.call.organization.name });
  const known = existing !== undefined || space.isImagined(mark);
  const before = known ? () => (existing ? describe(formatProduct(existing)) : '') : undefined;
  const decision = space.decide(mark, before, () => describe(formatProduct(next)), taken);
  if (!isWritten(decision)) return decision;
  const writer = space.transaction?.products;
  if (existing !== undefined) await writer?.update(next);
  else if ((await writer?.insert(next)) === false) throw taken();
  space.keepProduct(next);
  const takesAway = takesFromProduct(existing, next);
  const resource = `/apiproducts/${name}`;
  space.record(decision, { noun: 'api-product', entity: next, takesAway, resource, request: profile });
  return decision;
}

async function importPlan(space: ImportSpace, { id, apiProduct, profile, stamp }: RatePlanWish): Promise<Decision> {
  const product = space.product(apiProduct);
  const { organizationId } = space;
  if (product === undefined && !space.isImagined(`product ${apiProduct}`)) throw unknownProduct(space, apiProduct);
  const productId = product?.id ?? '';
  const existing = id === undefined ? undefined : await space.view.ratePlans.find(organizationId, id);
  if (existing !== undefined && existing.productId !== productId) {
    throw new Problem('request.invalid', { field: 'id', reason: 'names a plan of another product' });
  }
  const mark = `plan ${id ?? ''}`;
  const next: RatePlan = existing
    ? { ...existing, ...profile, ...space.stampChanged(existing, stamp) }
    : { ...profile, id: space.drawId(id, mark), organizationId, productId, ...space.stampNew(stamp) };
  const format = (plan: RatePlan) => describe(formatPlan({ plan, productName: apiProduct }));
  const taken = () => new Problem('request.invalid', { field: 'id', reason: 'names a plan that is there already' });
  const known = existing !== undefined || (id !== undefined && space.isImagined(mark));
  const before = known ? () => (existing ? format(existing) : '') : undefined;
  const decision = space.decide(mark, before, () => format(next), taken);
  if (!isWritten(decision)) return decision;
  const writer = space.transaction?.ratePlans;
  await (existing ? writer?.update(next) : writer?.insert(next));
  const resource = `/apiproducts/${apiProduct}/rateplans/${next.id}`;
  space.record(decision, { noun: 'rate-plan', entity: next, takesAway: false, resource, request: profile });
  return decision;
}

function unknownProduct(space: ImportSpace, product: string): Problem {
  return new Problem('api-product.unknown', { product, organization: space.run.call.organization.name });
}

async function importApp(space: ImportSpace, { id, owner: named, profile, stamp }: AppWish): Promise<Decision> {
  const owner = await space.owner(named);
  const mark = markOfApp(owner.owner, profile.name);
  const existing = await space.app(owner, profile.name);
  const { organizationId } = space;
  const next: App = existing
    ? { ...existing, ...profile, ...space.stampChanged(existing, stamp) }
    : { ...profile, id: space.drawId(id, mark), organizationId, owner: owner.owner, ...space.stampNew(stamp) };
  const format = (app: App) => describe(formatApp(app, owner.name));
  const taken = () => new Problem('app.exists', { app: profile.name, owner: nameOf(owner) });
  const decision = space.decide(mark, existing && (() => format(existing)), () => format(next), taken);
  if (!isWritten(decision)) return decision;
  const writer = space.transaction?.apps;
  if (existing !== undefined) await writer?.update(next);
  else if ((await writer?.insert(next)) === false) throw taken();
  space.keepApp(next, decision);
  const resource = `${owner.path}/${next.name}`;
  const takesAway = takesFromApp(existing, next);
  space.record(decision, { noun: 'app', entity: next, takesAway, resource, request: profile });
  return decision;
}

function nameOf({ name }: ImportOwner): string {
  return 'developer' in name ? name.developer : name.company;
}

async function importCredential(space: ImportSpace, wish: CredentialWish): Promise<Decision> {
  const owner = await space.owner(wish.owner);
  const app = await space.app(owner, wish.app);
  if (app === undefined) throw new Problem('app.not-found', { app: wish.app, owner: nameOf(owner) });
  requireKnownProducts(space, wish);
  const known = await space.credential(wish.consumerKey, app);
  const place = { owner, app };
  const decision = await writeCredential(space, wish, place, known);
  if (decision !== 'taken') return decision;
  // The app is new and the key is not.
  const holder = await space.view.credentials.findByKey(space.organizationId, wish.consumerKey);
  if (holder === undefined) throw new Problem('credential.exists', {});
  const again = await writeCredential(space, wish, place, holder);
  return again === 'taken' ? 'unchanged' : again;
}

interface Place {
  readonly owner: ImportOwner;
  readonly app: App;
}

/** @returns taken where a new credential's key is */
async function writeCredential(
  space: ImportSpace,
  wish: CredentialWish,
  { owner, app }: Place,
  existing: Credential | undefined,
): Promise<Decision | 'taken'> {
  const mark = `key ${wish.consumerKey}`;
  const ownMark = `${mark} ${app.id}`;
  const isImagined = space.isImagined(mark);
  refuseForeign(wish, app, existing);
  if (isImagined && !space.isImagined(ownMark)) throw new Problem('credential.exists', {});
  if (existing === undefined && !isImagined) await refuseTooMany(space, app);
  const next = nextCredential(space, wish, app, existing);
  const format = (credential: Credential) =>
    describe(formatCredential(credential, { owner: owner.name, app: app.name }));
  const known = existing !== undefined || isImagined;
  const before = known ? () => (existing ? format(existing) : '') : undefined;
  const decision = space.decide(
    mark,
    before,
    () => format(next),
    () => new Problem('credential.exists', {}),
  );
  if (!isWritten(decision)) return decision;
  space.imagine(ownMark);
  const writer = space.transaction?.credentials;
  if (existing !== undefined) await writer?.update(next);
  else if ((await writer?.insert(next)) === false) return 'taken';
  if (existing === undefined) await touchApp(space, app);
  space.keepCredential(next, decision);
  const resource = `${owner.path}/${app.name}/keys/${hintOfKey(wish.consumerKey)}`;
  const takesAway = takesFromCredential(existing, next);
  space.record(decision, { noun: 'credential', entity: next, takesAway, resource, request: wish.profile });
  return decision;
}

function nextCredential(
  space: ImportSpace,
  { profile, consumerKey, consumerSecret, issuedAt, stamp }: CredentialWish,
  app: App,
  existing: Credential | undefined,
): Credential {
  if (existing !== undefined) {
    const since = issuedAt ?? existing.issuedAt;
    return { ...existing, ...profile, issuedAt: since, ...space.stampChanged(existing, stamp) };
  }
  const stamped = space.stampNew(stamp);
  const identity = { id: space.run.plane.random.rowId(), organizationId: app.organizationId, appId: app.id };
  return { ...profile, ...identity, consumerKey, consumerSecret, issuedAt: issuedAt ?? stamped.createdAt, ...stamped };
}

/** A key has one app and one secret for as long as it lives. */
function refuseForeign({ consumerSecret }: CredentialWish, app: App, existing: Credential | undefined): void {
  if (existing === undefined) return;
  if (existing.appId !== app.id) throw new Problem('credential.exists', {});
  if (consumerSecret === undefined || consumerSecret === existing.consumerSecret) return;
  const reason = 'is not the one that this key has, and can not change';
  throw new Problem('request.invalid', { field: 'consumerSecret', reason });
}

async function refuseTooMany(space: ImportSpace, app: App): Promise<void> {
  if ((await space.countCredentials(app)) < appCredentialsMax) return;
  throw new Problem('app.too-many-credentials', { limit: appCredentialsMax });
}

function requireKnownProducts(space: ImportSpace, { profile }: CredentialWish): void {
  if (space.run.options.unknownProducts === 'keep') return;
  for (const { name } of profile.products) {
    if (space.product(name) === undefined && !space.isImagined(`product ${name}`)) throw unknownProduct(space, name);
  }
}

/** Once a batch: whoever adds a credential writes the app's row, see insertCredential. */
async function touchApp(space: ImportSpace, app: App): Promise<void> {
  const { transaction } = space;
  if (transaction === undefined || space.holdsApp(app)) return;
  const next = { ...app, version: app.version + 1 };
  await transaction.apps.update(next);
  appendBeside(transaction, 'app', next);
  space.keepApp(next, 'touch');
}
