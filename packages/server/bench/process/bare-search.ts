import { serveBareReads } from './bare-read.ts';

const pageSize = 100;

// What `search` is held against: the SELECT that one writes by hand for a part of a text. No index can help it.
serveBareReads((db) => {
  const search = db.prepare(
    `select id, email, first_name, last_name, user_name, status, attributes, created_at, created_by, last_modified_at,
      last_modified_by
      from developer
      where organization_id = :organization and (instr(lower(email), :text) > 0
        or instr(lower(first_name || ' ' || last_name), :text) > 0 or instr(lower(user_name), :text) > 0)
      limit ${pageSize + 1}`,
  );
  return (organization, segments) => {
    const { searchParams } = new URL(segments.at(-1) ?? '', 'http://bench');
    const text = (searchParams.get('text') ?? '').toLowerCase();
    const rows = search.all({ organization: organization['id'] ?? null, text });
    const items = rows.slice(0, pageSize).map((row) => ({ ...row, attributes: JSON.parse(String(row['attributes'])) }));
    return { items, total: rows.length };
  };
});
