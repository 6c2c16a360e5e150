import { serveBareReads } from './bare-read.ts';

// What `developer.get` is held against: the SELECTs that the real server runs for the request.
serveBareReads((db) => {
  const findDeveloper = db.prepare(
    `select id, organization_id, email, email_key, first_name, last_name, user_name, status, attributes, access_type,
      app_family, created_at, created_by, last_modified_at, last_modified_by, version
      from developer where organization_id = ? and email_key = ?`,
  );
  const listApps = db.prepare(`select name from app where owner_id = ? order by name limit 100`);
  const listCompanies = db.prepare(
    `select company.name from company_member join company on company.id = company_member.company_id
      where company_member.developer_id = ? order by company.name`,
  );
  return (organization, segments) => {
    const row = findDeveloper.get(organization['id'] ?? null, segments[5] ?? '');
    if (row === undefined) return undefined;
    const id = row['id'] ?? '';
    return {
      apps: listApps.all(id).map((app) => app['name']),
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
    };
  };
});
