import type { Migration } from './migration.ts';

/** What gateways ask for verdicts with. */
export const runtimeCredential: Migration = {
  number: 9,
  name: 'runtime-credential',
  async up(editor) {
    const { text, integer } = editor.types;
    await editor.execute(
      `create table runtime_credential (id ${text} primary key, organization_id ${text} not null, name ${text} not null,
        hash ${text} not null unique, created_at ${integer} not null, created_by ${text} not null)`,
    );
    await editor.execute(
      'create index runtime_credential_by_organization on runtime_credential (organization_id, created_at, id)',
    );
  },
};
