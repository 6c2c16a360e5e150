import type { Migration } from './migration.ts';

/** What a token is proved by over the PostgreSQL protocol. Tokens that are there already have none: only their hash is kept. */
export const tokenVerifier: Migration = {
  number: 11,
  name: 'token-verifier',
  async up(editor) {
    await editor.execute(`alter table account_token add column scram_verifier ${editor.types.text}`);
  },
};
