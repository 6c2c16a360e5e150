import type { Migration } from './migration.ts';

/** Secrets that are shown once, keys that another one took the place of, and the walk by expiry. */
export const rotation: Migration = {
  number: 7,
  name: 'rotation',
  async up(editor) {
    const { text, integer } = editor.types;
    await editor.execute(`alter table organization add column secrets_shown_once ${integer} not null default 0`);
    await editor.execute(`alter table credential add column successor_id ${text}`);
    await editor.execute(`alter table credential add column rotation_mark ${text}`);
    await editor.execute(`create index credential_by_expiry on credential (organization_id, expires_at, id)
      where expires_at is not null`);
  },
};
