import { serveBareReads } from './bare-read.ts';

const isLive = `case app.owner_kind
    when 'developer' then (select 1 from developer where developer.id = app.owner_id)
    else (select 1 from company where company.id = app.owner_id) end = 1
  and (select 1 from organization where organization.id = app.organization_id) = 1`;
type Row = Record<string, unknown>;

// What `apps.expand` is held against: the SELECTs that the real server runs for the page. Keys and secrets leave it as they
// lie in the store, sealed.
serveBareReads((db) => {
  const listApps = db.prepare(
    `select app.id, app.organization_id, app.owner_kind, app.owner_id, app.name, app.status, app.callback_url,
      app.attributes, app.scopes, app.app_family, app.created_at, app.created_by, app.last_modified_at,
      app.last_modified_by, app.version
      from app where app.organization_id = ? and ${isLive} and app.id >= '' order by app.id limit ?`,
  );
  const listOwners = db.prepare(
    `select id, email as name from developer where id in (select value from json_each(?1))
      union all select id, name from company where id in (select value from json_each(?1))`,
  );
  const listCredentials = db.prepare(
    `select credential.id, credential.organization_id, credential.app_id, credential.sealed, credential.status,
      credential.products, credential.attributes, credential.scopes, credential.issued_at, credential.expires_at,
      credential.successor_id, credential.rotation_mark,
      (select secrets_shown_once from organization where organization.id = credential.organization_id) as secret_hidden,
      credential.created_at, credential.created_by, credential.last_modified_at, credential.last_modified_by,
      credential.version
      from (select distinct value from json_each(?)) as named
      join app on app.id = named.value join credential on credential.app_id = app.id where ${isLive}
      order by app.id, credential.issued_at desc, credential.ordinal desc, credential.id desc`,
  );
  return (organization) => {
    const apps = listApps.all(organization['id'] ?? null, 1001) as Row[];
    const owners = listOwners.all(JSON.stringify(apps.map((app) => app['owner_id'])));
    const names = new Map(owners.map(({ id, name }) => [id, name]));
    const byApp = Map.groupBy(listCredentials.all(JSON.stringify(apps.map(({ id }) => id))), (row) => row['app_id']);
    const shown = apps.map((app) => ({
      appFamily: app['app_family'] ?? 'default',
      appId: app['id'],
      attributes: JSON.parse(String(app['attributes'])),
      callbackUrl: app['callback_url'],
      companyName: app['owner_kind'] === 'company' ? names.get(String(app['owner_id'])) : undefined,
      createdAt: app['created_at'],
      createdBy: app['created_by'],
      credentials: (byApp.get(String(app['id'])) ?? []).map(showCredential),
      developerId: app['owner_id'],
      lastModifiedAt: app['last_modified_at'],
      lastModifiedBy: app['last_modified_by'],
      name: app['name'],
      scopes: JSON.parse(String(app['scopes'])),
      status: app['status'],
    }));
    return { app: shown };
  };
});

function showCredential(row: Row): object {
  return {
    apiProducts: JSON.parse(String(row['products'])),
    attributes: JSON.parse(String(row['attributes'])),
    consumerKey: row['sealed'],
    expiresAt: row['expires_at'] ?? -1,
    issuedAt: row['issued_at'],
    scopes: JSON.parse(String(row['scopes'])),
    status: row['status'],
  };
}
