import type { Attribute } from '../../domain/attribute.ts';
import type {
  BulkApp,
  BulkCompany,
  BulkCredential,
  BulkDeveloper,
  BulkMember,
  BulkOwner,
  BulkStamp,
} from '../../domain/bulk-record.ts';
import type { Reader } from './member.ts';

/** An app of the source with its keys: the oldest first, as an import wants them. */
export interface SourceApp {
  readonly app: BulkApp;
  readonly credentials: readonly BulkCredential[];
}

const credentialStatuses = ['approved', 'revoked', 'pending'] as const;
/** Never ends, on the wire. */
const never = -1;

export function readDeveloper(entry: Reader): BulkDeveloper {
  const email = entry.text('email');
  const developer = entry.named(`developer ${email}`);
  return {
    kind: 'developer',
    developerId: developer.optionalText('developerId'),
    email,
    // Without a name, the import says that this developer needs one; the walk goes on.
    firstName: developer.optionalText('firstName') ?? '',
    lastName: developer.optionalText('lastName') ?? '',
    userName: developer.optionalText('userName'),
    status: readDeveloperStatus(developer),
    attributes: readAttributes(developer),
    accessType: developer.optionalText('accessType'),
    appFamily: developer.optionalText('appFamily'),
    ...readStamp(developer),
  };
}

/** Old organizations have a third one, for who has mistyped his password too often: his keys do not work either. */
function readDeveloperStatus(developer: Reader): BulkDeveloper['status'] {
  const status = developer.choice('status', ['active', 'inactive', 'login_lock']);
  return status === 'login_lock' ? 'inactive' : status;
}

/** Edge's company, without its members. */
export function readCompany(entry: Reader): BulkCompany {
  const name = entry.text('name');
  const company = entry.named(`company ${name}`);
  return {
    kind: 'company',
    companyId: company.optionalText('appGroupId'),
    name,
    displayName: company.optionalText('displayName'),
    status: company.choice('status', ['active', 'inactive']),
    channelId: company.optionalText('channelId'),
    channelUri: company.optionalText('channelUri'),
    email: company.optionalText('email'),
    attributes: readAttributes(company),
    ...readStamp(company),
  };
}

/** Edge gives a member one role. */
export function readMember(entry: Reader): BulkMember {
  const role = entry.optionalText('role');
  return { developer: entry.text('email'), roles: role === undefined || role === '' ? [] : [role] };
}

export function readApp(entry: Reader, owner: BulkOwner): SourceApp {
  const name = entry.text('name');
  const app = entry.named(`app ${name} of ${'developer' in owner ? owner.developer : owner.company}`);
  const credentials = app.readers('credentials').map((each) => readCredential(each, { owner, app: name }));
  return {
    app: {
      kind: 'app',
      owner,
      name,
      appId: app.optionalText('appId'),
      status: app.choice('status', ['approved', 'revoked']),
      callbackUrl: app.optionalText('callbackUrl'),
      appFamily: app.optionalText('appFamily'),
      attributes: readAttributes(app),
      scopes: app.texts('scopes'),
      ...readStamp(app),
    },
    // The source has the newest first. Where it has another order, the times decide; equal ones keep their place.
    credentials: credentials.reverse().sort((left, right) => compare(left.issuedAt, right.issuedAt)),
  };
}

function compare(left = '', right = ''): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The source tells when a key was issued, and neither who did nor when it last changed. */
export function readCredential(entry: Reader, place: Pick<BulkCredential, 'owner' | 'app'>): BulkCredential {
  const issuedAt = readMoment(entry, 'issuedAt');
  return {
    kind: 'credential',
    ...place,
    consumerKey: entry.text('consumerKey'),
    consumerSecret: entry.optionalText('consumerSecret'),
    status: entry.choice('status', credentialStatuses),
    issuedAt,
    expiresAt: readMoment(entry, 'expiresAt'),
    apiProducts: entry.readers('apiProducts').map((product) => ({
      name: product.text('apiproduct'),
      status: product.choice('status', credentialStatuses),
    })),
    attributes: readAttributes(entry),
    scopes: entry.texts('scopes'),
    createdAt: issuedAt,
    lastModifiedAt: issuedAt,
  };
}

export function readAttributes(entry: Reader): Attribute[] {
  return entry.readers('attributes').map((each) => ({
    name: each.text('name'),
    value: each.optionalText('value') ?? '',
  }));
}

/** X tells times and no names (compat/x.md §1.9). */
export function readStamp(entry: Reader): BulkStamp {
  return {
    createdAt: readMoment(entry, 'createdAt'),
    createdBy: entry.optionalText('createdBy'),
    lastModifiedAt: readMoment(entry, 'lastModifiedAt'),
    lastModifiedBy: entry.optionalText('lastModifiedBy'),
  };
}

function readMoment(entry: Reader, name: string): string | undefined {
  const milliseconds = entry.moment(name);
  return milliseconds === undefined || milliseconds === never ? undefined : new Date(milliseconds).toISOString();
}
