import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { readTask, report } from './host.ts';

/**
 * What `developer.get` is held against: `node:http`, the SELECTs that the real server runs for the request, prepared
 * by hand, and JSON.stringify. No router, no roles, no log, no metrics, no bounds; the password is compared to a
 * constant. No answer is cached.
 */
export interface BareGetTask {
  readonly file: string;
  readonly authorization: string;
  readonly adminEmail: string;
}

const { file, authorization, adminEmail } = readTask<BareGetTask>();
const db = new DatabaseSync(file, { readOnly: true });
const findAccount = db.prepare(
  `select id, email, email_key, first_name, last_name, status, sysadmin, password_version, created_at, created_by,
    last_modified_at, last_modified_by, version, password_hash, scram_verifier from account where email_key = ?`,
);
const findOrganization = db.prepare(
  `select id, name, dialect, display_name, properties, created_at, created_by, last_modified_at, last_modified_by,
    version from organization where name = ?`,
);
const findDeveloper = db.prepare(
  `select id, organization_id, email, email_key, first_name, last_name, user_name, status, attributes, access_type,
    app_family, created_at, created_by, last_modified_at, last_modified_by, version
    from developer where organization_id = ? and email_key = ?`,
);
const listApps = db.prepare(`select name from app where owner_id = ? order by name limit ?`);
const listCompanies = db.prepare(
  `select company.name from company_member join company on company.id = company_member.company_id
    where company_member.developer_id = ? order by company.name`,
);

const server = createServer((request, response) => {
  if (request.headers.authorization !== authorization || findAccount.get(adminEmail) === undefined) {
    response.writeHead(401).end();
    return;
  }
  const [, , , name = '', , email = ''] = (request.url ?? '').split('/');
  const organization = findOrganization.get(name);
  const row = findDeveloper.get(organization?.['id'] ?? null, email);
  if (organization === undefined || row === undefined) {
    response.writeHead(404).end();
    return;
  }
  const id = row['id'] ?? '';
  const body = JSON.stringify({
    apps: listApps.all(id, 100).map((app) => app['name']),
    companies: listCompanies.all(id).map((company) => company['name']),
    email: row['email'],
    developerId: id,
    firstName: row['first_name'],
    lastName: row['last_name'],
    userName: row['user_name'],
    organizationName: organization['name'],
    status: row['status'],
    attributes: JSON.parse(String(row['attributes'])),
    createdAt: row['created_at'],
    createdBy: row['created_by'],
    lastModifiedAt: row['last_modified_at'],
    lastModifiedBy: row['last_modified_by'],
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});

server.listen(0, '127.0.0.1', () => {
  report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
    server.close();
    server.closeAllConnections();
    db.close();
  });
});
