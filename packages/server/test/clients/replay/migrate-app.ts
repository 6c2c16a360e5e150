import type { Replay } from '../replay.ts';
import { makeAnn, on } from './ground.ts';

const root = '/v1/o/{org}';
const apps = `${root}/developers/ann@example.com/apps`;
const headers = { accept: 'application/json' };

/** What the migrate tool sends to the organization that it fills, JSON and XML, and how it counts afterwards. */
export const migrateApps: Replay = {
  client: 'apigee-migrate-tool, apps',
  source: 'compat/edge.md §1.3, §5 and §14.7',
  dialect: 'edge',
  steps: [
    makeAnn,
    {
      does: 'imports a product as it was exported',
      call: `POST ${root}/apiproducts`,
      json: {
        ...{ apiResources: ['/'], approvalType: 'auto', attributes: [{ name: 'access', value: 'public' }] },
        ...{ createdAt: 1422464000000, createdBy: 'a@example.com', displayName: 'gold', environments: ['test'] },
        ...{ lastModifiedAt: 1422464000000, lastModifiedBy: 'a@example.com', name: 'gold', proxies: [], scopes: [''] },
      },
      status: 201,
      has: { name: 'gold' },
    },
    {
      does: 'imports an app as it was exported, with its keys, which are not taken',
      call: `POST ${apps}`,
      json: {
        ...{ name: 'json', appFamily: 'default', accessType: 'read', callbackUrl: '', status: 'approved', scopes: [] },
        ...{ attributes: [{ name: 'DisplayName', value: 'json' }], apiProducts: ['gold'] },
        credentials: [{ consumerKey: 'theirs', consumerSecret: 'theirs', apiProducts: [on('gold')] }],
      },
      status: 201,
      has: { name: 'json', credentials: [{ apiProducts: [on('gold')] }] },
      lengths: { credentials: 1 },
      keep: { key: 'credentials.0.consumerKey' },
    },
    { does: 'deletes the key that came', call: `DELETE ${apps}/json/keys/{key}`, status: 200 },
    {
      does: 'imports an app as XML',
      call: `POST ${apps}`,
      xml: '<App name="xml"><AccessType>read</AccessType><ApiProducts><ApiProduct>gold</ApiProduct></ApiProducts><CallbackUrl>http://a</CallbackUrl></App>',
      headers,
      status: 201,
      has: { name: 'xml', credentials: [{ apiProducts: [on('gold')] }] },
    },
    {
      does: 'imports a key as XML',
      call: `POST ${apps}/json/keys/create`,
      xml: '<CredentialRequest><ConsumerKey>mig-key</ConsumerKey><ConsumerSecret>mig-secret</ConsumerSecret><Attributes/><ApiProducts><ApiProduct>gold</ApiProduct></ApiProducts><Scopes/></CredentialRequest>',
      headers,
      status: 201,
      has: { consumerKey: 'mig-key', consumerSecret: 'mig-secret' },
      lengths: { apiProducts: 0 },
    },
    {
      does: 'gives the key its product as XML',
      call: `POST ${apps}/json/keys/mig-key`,
      xml: '<CredentialRequest><ApiProducts><ApiProduct>gold</ApiProduct></ApiProducts></CredentialRequest>',
      headers,
      status: 200,
      has: { apiProducts: [on('gold')] },
    },
    { does: 'counts products', call: `GET ${root}/apiproducts`, status: 200, is: ['gold'] },
    { does: 'counts the apps of a developer', call: `GET ${apps}`, status: 200, is: ['json', 'xml'] },
  ],
};
