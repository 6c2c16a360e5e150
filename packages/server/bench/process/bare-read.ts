import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { readTask, report } from './host.ts';

export interface BareReadTask {
  readonly file: string;
  readonly authorization: string;
  readonly adminEmail: string;
}

type Row = Readonly<Record<string, SQLOutputValue>>;
/** Makes the body for the organization's row and the path's segments; undefined: there is no such thing. */
type Read = (organization: Row, segments: readonly string[]) => object | undefined;

/**
 * Serves reads as a baseline does: `node:http`, SELECTs prepared by hand and JSON.stringify. No router, no roles, no log,
 * no metrics, no bounds; the password is compared to a constant. No answer is cached.
 * @param prepare gets the store and gives what makes a body
 */
export function serveBareReads(prepare: (db: DatabaseSync) => Read): void {
  const { file, authorization, adminEmail } = readTask<BareReadTask>();
  const db = new DatabaseSync(file, { readOnly: true });
  const findAccount = db.prepare(
    `select id, email, email_key, first_name, last_name, status, sysadmin, password_version, created_at, created_by,
      last_modified_at, last_modified_by, version, password_hash, scram_verifier from account where email_key = ?`,
  );
  const findOrganization = db.prepare(
    `select id, name, dialect, display_name, properties, secrets_shown_once, created_at, created_by, last_modified_at,
      last_modified_by, version from organization where name = ?`,
  );
  const read = prepare(db);
  const server = createServer((request, response) => {
    if (request.headers.authorization !== authorization || findAccount.get(adminEmail) === undefined) {
      response.writeHead(401).end();
      return;
    }
    const segments = (request.url ?? '').split('/');
    const organization = findOrganization.get(segments[3] ?? '');
    const content = organization && read(organization, segments);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = JSON.stringify(content);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(200, headers).end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
      server.close();
      server.closeAllConnections();
      db.close();
    });
  });
}
