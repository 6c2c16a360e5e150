import { it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { assertGolden, recordTranscript, type TranscriptCall } from '../../support/transcript.ts';

/** Exact bytes of whole conversations; the files beside are meant to be read. */

const root = '/v1/organizations/golden/developers';
const ann = {
  email: 'Ann@Example.com',
  firstName: 'Ann',
  lastName: 'Other',
  userName: 'ann',
  attributes: [
    { name: 'tier', value: 'gold' },
    { name: 'note', value: 'a "quote", a \\ and an é' },
  ],
};
const bob = { email: 'bob@example.com', firstName: 'Bob', lastName: 'Plain' };
const xmlDeveloper =
  '<Developer><Email>eve@example.com</Email><FirstName>Eve</FirstName><LastName>Xml</LastName><UserName>eve</UserName>' +
  '<Attributes><Attribute><Name>tier</Name><Value>tin</Value></Attribute></Attributes></Developer>';

const developerCalls: readonly TranscriptCall[] = [
  { method: 'GET', path: root },
  { method: 'GET', path: `${root}?expand=true` },
  { method: 'POST', path: root, json: ann },
  { method: 'POST', path: root, json: bob },
  { method: 'POST', path: root, json: { ...bob, email: 'BOB@example.com' } },
  { method: 'POST', path: root, json: { firstName: 'No', lastName: 'Mail' } },
  { method: 'GET', path: root },
  { method: 'GET', path: `${root}?expand=true` },
  { method: 'GET', path: `${root}/ann@example.com` },
  { method: 'GET', path: `${root}/{id-1}` },
  { method: 'GET', path: `${root}/nobody@example.com` },
  { method: 'GET', path: `${root}/no-such-id` },
  { method: 'PUT', path: `${root}/Ann@Example.com`, json: { ...ann, lastName: 'Changed', attributes: undefined } },
  { method: 'POST', path: `${root}/{id-2}`, json: { ...bob, userName: 'bob' } },
  { method: 'POST', path: `${root}/bob@example.com?action=inactive` },
  { method: 'GET', path: `${root}/bob@example.com` },
  { method: 'POST', path: `${root}/bob@example.com?action=approve` },
  { method: 'GET', path: `${root}/bob@example.com/attributes` },
  {
    method: 'POST',
    path: `${root}/bob@example.com/attributes`,
    json: { attribute: [{ name: 'b', value: '2' }, { name: 'a' }] },
  },
  { method: 'POST', path: `${root}/bob@example.com/attributes/c`, json: { value: 'three' } },
  { method: 'GET', path: `${root}/bob@example.com/attributes` },
  { method: 'GET', path: `${root}/bob@example.com/attributes/b` },
  { method: 'DELETE', path: `${root}/bob@example.com/attributes/b` },
  { method: 'GET', path: `${root}/bob@example.com/attributes/b` },
  { method: 'DELETE', path: `${root}/bob@example.com` },
  { method: 'DELETE', path: `${root}/bob@example.com` },
  { method: 'PATCH', path: `${root}/ann@example.com` },
  { method: 'GET', path: root, auth: null },
  { method: 'POST', path: root, body: '{"email"', type: 'application/json' },
  { method: 'POST', path: root, body: 'email=a', type: 'text/plain' },
];

const xml = 'application/xml';
const xmlCalls: readonly TranscriptCall[] = [
  { method: 'POST', path: root, xml: xmlDeveloper, accept: xml },
  { method: 'GET', path: root, accept: xml },
  { method: 'GET', path: `${root}?expand=true`, accept: xml },
  { method: 'GET', path: `${root}/eve@example.com`, accept: 'text/xml' },
  { method: 'PUT', path: `${root}/eve@example.com`, xml: xmlDeveloper.replace('Xml', 'More'), type: 'text/xml' },
  { method: 'POST', path: `${root}/eve@example.com`, xml: xmlDeveloper, accept: xml },
  { method: 'GET', path: `${root}/eve@example.com/attributes`, accept: xml },
  {
    method: 'POST',
    path: `${root}/eve@example.com/attributes`,
    xml: '<Attributes><Attribute><Name>x</Name><Value>1 &lt; 2</Value></Attribute></Attributes>',
    accept: xml,
  },
  {
    method: 'POST',
    path: `${root}/eve@example.com/attributes/y`,
    xml: '<Attribute><Value>2</Value></Attribute>',
    accept: xml,
  },
  { method: 'GET', path: `${root}/eve@example.com/attributes/x`, accept: xml },
  { method: 'DELETE', path: `${root}/eve@example.com/attributes/x`, accept: xml },
  { method: 'POST', path: `${root}/eve@example.com?action=inactive`, accept: xml },
  { method: 'DELETE', path: `${root}/eve@example.com`, accept: xml },
  { method: 'GET', path: `${root}/eve@example.com`, accept: xml },
];

const place = '/v1/organizations/golden';
const accessCalls: readonly TranscriptCall[] = [
  { method: 'GET', path: place },
  { method: 'GET', path: place, accept: xml },
  { method: 'GET', path: `${place}/environments` },
  { method: 'GET', path: `${place}/environments/test` },
  { method: 'GET', path: `${place}/environments/test`, accept: xml },
  { method: 'GET', path: `${place}/environments/none` },
  {
    method: 'POST',
    path: place,
    json: { displayName: 'Golden', properties: { property: [{ name: 'colour', value: 'gold' }] } },
  },
  {
    method: 'POST',
    path: '/v1/users',
    json: { emailId: 'Kim@example.com', firstName: 'Kim', lastName: 'User', password: 'a long password' },
  },
  { method: 'GET', path: '/v1/users/kim@example.com' },
  { method: 'GET', path: '/v1/users/kim@example.com', accept: xml },
  { method: 'PUT', path: '/v1/users/kim@example.com', json: { firstName: 'Kimberly', password: 'another password' } },
  { method: 'POST', path: '/v1/users/kim@example.com/status?action=unlock' },
  { method: 'GET', path: `${place}/userroles` },
  { method: 'POST', path: `${place}/userroles`, json: { role: [{ name: 'portal' }] } },
  { method: 'POST', path: `${place}/userroles`, json: { role: ['drupal'] } },
  { method: 'POST', path: `${place}/userroles`, xml: '<Roles><Role name="xmlish"/></Roles>', accept: xml },
  { method: 'POST', path: `${place}/userroles`, json: { role: [{ name: 'portal' }] } },
  { method: 'GET', path: `${place}/userroles/portal` },
  { method: 'GET', path: `${place}/userroles/none` },
  {
    method: 'POST',
    path: `${place}/userroles/portal/permissions`,
    json: { path: '/developers', permissions: ['get', 'put'] },
  },
  {
    method: 'POST',
    path: `${place}/userroles/portal/permissions`,
    xml: '<ResourcePermission path="/developers"><Permissions><Permission>delete</Permission></Permissions></ResourcePermission>',
    accept: xml,
  },
  {
    method: 'POST',
    path: `${place}/userroles/portal/resourcepermissions`,
    json: {
      resourcePermission: [
        { path: '/apiproducts', permissions: ['get'] },
        { path: '/', permissions: ['get'] },
      ],
    },
  },
  { method: 'GET', path: `${place}/userroles/portal/permissions` },
  { method: 'GET', path: `${place}/userroles/portal/permissions?path=/apiproducts` },
  { method: 'GET', path: `${place}/userroles/portal/permissions/put?path=/developers` },
  { method: 'DELETE', path: `${place}/userroles/portal/permissions/put?path=/developers` },
  { method: 'GET', path: `${place}/userroles/portal/permissions/put?path=/developers` },
  { method: 'POST', path: `${place}/userroles/portal/users`, form: { id: 'kim@example.com' } },
  { method: 'GET', path: `${place}/userroles/portal/users` },
  { method: 'GET', path: `${place}/userroles/portal/users/kim@example.com` },
  { method: 'GET', path: '/v1/users/kim@example.com/userroles' },
  { method: 'DELETE', path: `${place}/userroles/portal` },
  { method: 'DELETE', path: `${place}/userroles/portal/users/kim@example.com` },
  { method: 'GET', path: `${place}/userroles/portal/users/kim@example.com` },
  { method: 'DELETE', path: `${place}/userroles/portal` },
  { method: 'GET', path: '/v1/audits/organizations/golden/userroles/portal' },
  { method: 'GET', path: '/v1/audits/organizations/golden/userroles/portal?rows=1', accept: xml },
  { method: 'DELETE', path: '/v1/users/kim@example.com' },
  { method: 'GET', path: '/v1/users/kim@example.com' },
];

describeOnEveryStore('Edge transcripts', (server) => {
  const conversations = { developer: developerCalls, 'developer-xml': xmlCalls, access: accessCalls };
  it('are the golden ones, byte for byte', async () => {
    await server().makeOrganization('golden');
    for (const [name, calls] of Object.entries(conversations)) {
      assertGolden(new URL(`golden/${name}.txt`, import.meta.url), await recordTranscript(server(), calls));
    }
  });
});
