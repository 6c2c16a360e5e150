import type { Migration } from './migration.ts';

/**
 * Who may answer from what it holds. `organization_id` is empty where it holds whichever it is asked about; times are the
 * store's own. The table outlives a restore, so it may be there already.
 */
export const verifierLease: Migration = {
  number: 10,
  name: 'verifier-lease',
  async up(editor) {
    const { text, integer } = editor.types;
    await editor.execute(
      `create table if not exists verifier_lease (id ${text} primary key, organization_id ${text} not null,
        name ${text} not null, epoch ${text} not null, applied ${integer} not null, missed ${integer} not null,
        ends_at ${integer} not null, heard_at ${integer} not null)`,
    );
    await editor.execute(
      'create index if not exists verifier_lease_by_organization on verifier_lease (organization_id, id)',
    );
    await editor.execute('create index if not exists verifier_lease_by_end on verifier_lease (ends_at)');
  },
};
