import type { BulkOwner, BulkRecord } from '../../domain/bulk-record.ts';
import type { ColumnRule } from './csv-column.ts';
import { readApp, readCompany, readCredential, readDeveloper, readMember } from './entity.ts';
import type { Reader } from './member.ts';
import { readProduct } from './product.ts';

/** One kind of files: its columns, and what a row is. */
export interface CsvKind extends ColumnRule {
  /** By what two rows are the same. */
  keyOf(entry: Reader): string;
  read(entry: Reader): readonly BulkRecord[];
}

const attributes = ['attributes[].name', 'attributes[].value'];
const stamp = ['createdAt', 'createdBy', 'lastModifiedAt', 'lastModifiedBy'];
const credential = [
  'consumerKey',
  'consumerSecret',
  'status',
  'issuedAt',
  'expiresAt',
  'apiProducts[].apiproduct',
  'apiProducts[].status',
  'scopes[]',
  ...attributes,
];
const owner = ['developer', 'companyName'];

const products: CsvKind = {
  title: 'products',
  columns: [
    'name',
    'displayName',
    'description',
    'approvalType',
    'apiResources[]',
    'environments[]',
    'proxies[]',
    'scopes[]',
    'quota',
    'quotaInterval',
    'quotaTimeUnit',
    ...attributes,
    ...stamp,
  ],
  ignored: [],
  required: [['name']],
  keyOf: (entry) => entry.text('name'),
  read: (entry) => [readProduct(entry)],
};

const developers: CsvKind = {
  title: 'developers',
  columns: ['email', 'firstName', 'lastName', 'userName', 'status', 'developerId', ...attributes, ...stamp],
  ignored: ['organizationName', 'apps[]', 'companies[]'],
  required: [['email'], ['firstName'], ['lastName']],
  keyOf: (entry) => entry.text('email').toLowerCase(),
  read: (entry) => {
    for (const name of ['firstName', 'lastName']) entry.text(name);
    return [readDeveloper(entry)];
  },
};

const companies: CsvKind = {
  title: 'companies',
  columns: ['name', 'displayName', 'status', 'developers[].email', 'developers[].role', ...attributes, ...stamp],
  ignored: ['organization', 'apps[]'],
  required: [['name']],
  keyOf: (entry) => entry.text('name').toLowerCase(),
  read: (entry) => [{ ...readCompany(entry), members: entry.readers('developers').map(readMember) }],
};

const apps: CsvKind = {
  title: 'apps',
  columns: [
    ...owner,
    'name',
    'appId',
    'status',
    'callbackUrl',
    'appFamily',
    'scopes[]',
    ...attributes,
    ...credential.map((name) => `credentials[].${name}`),
    ...stamp,
  ],
  ignored: ['developerId', 'accessType'],
  required: [['name'], owner],
  keyOf: (entry) => `${keyOfOwner(entry)} ${entry.text('name')}`,
  read: (entry) => {
    const { app, credentials } = readApp(entry, readOwner(entry));
    return [app, ...credentials];
  },
};

const keys: CsvKind = {
  title: 'keys',
  columns: [...owner, 'app', ...credential],
  ignored: [],
  required: [['app'], ['consumerKey'], owner],
  keyOf: (entry) => entry.text('consumerKey'),
  read: (entry) => [readCredential(entry, { owner: readOwner(entry), app: entry.text('app') })],
};

/** In the order in which they name each other. */
export const csvKinds = { products, developers, companies, apps, keys } as const;
export type CsvKindName = keyof typeof csvKinds;

/** A row has one of the two. */
function readOwner(entry: Reader): BulkOwner {
  const company = entry.optionalText('companyName');
  if (company === undefined) return { developer: entry.text('developer') };
  if (entry.has('developer')) throw entry.refuse('companyName', 'stands beside a developer: one of them owns the app');
  return { company };
}

function keyOfOwner(entry: Reader): string {
  const found = readOwner(entry);
  return 'developer' in found ? `developer ${found.developer.toLowerCase()}` : `company ${found.company.toLowerCase()}`;
}
