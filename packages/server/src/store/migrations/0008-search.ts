import type { Migration } from './migration.ts';

/**
 * The search index: it says nothing that other tables don't, is filled in the background, and stays out of archives.
 * An empty generation tells that it has yet to be built.
 */
export const search: Migration = {
  number: 8,
  name: 'search',
  async up(editor) {
    const { text, integer, serial } = editor.types;
    const texts = [
      `create table search_state (id ${integer} primary key, generation ${text} not null, phase ${text} not null,
        mark ${text} not null, sequence ${integer} not null)`,
      `insert into search_state (id, generation, phase, mark, sequence) values (1, '', 'developer', '', 0)`,
      `create table search_scope (id ${serial}, organization_id ${text} not null, noun ${text} not null,
        next_number ${integer} not null, unique (organization_id, noun))`,
      `create table search_document (scope_id ${integer} not null, number ${integer} not null,
        entity_id ${text} not null unique, parent_id ${text}, terms ${text} not null, links ${text} not null,
        primary key (scope_id, number))`,
      'create index search_document_by_parent on search_document (parent_id, entity_id)',
      `create table search_posting (scope_id ${integer} not null, term ${text} not null, block ${integer} not null,
        members ${text} not null, primary key (scope_id, term, block))`,
      // For who searches the audit log of all organizations.
      'create index audit_by_moment on audit (at, id)',
    ];
    for (const each of texts) await editor.execute(each);
  },
};
