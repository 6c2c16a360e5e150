import type { Migration } from './migration.ts';

/**
 * Marks on a developer's row that spare a list from looking for apps and companies where there are none: 0 says that he
 * never had any, 1 that he may have some. The engine itself sets a mark with the first row, in the same transaction,
 * whoever writes it; nobody takes one away, so that no order of writes and sweeps can leave one out.
 */
export const developerMark: Migration = {
  number: 4,
  name: 'developer-mark',
  async up(editor) {
    const { integer } = editor.types;
    await editor.execute(`alter table developer add column may_own_apps ${integer} not null default 0`);
    await editor.execute(`alter table developer add column may_be_member ${integer} not null default 0`);
    await editor.execute('update developer set may_own_apps = 1 where id in (select owner_id from app)');
    await editor.execute(
      'update developer set may_be_member = 1 where id in (select developer_id from company_member)',
    );
    await editor.afterInsert({
      name: 'app_marks_developer',
      table: 'app',
      statement: 'update developer set may_own_apps = 1 where id = new.owner_id and may_own_apps = 0',
    });
    await editor.afterInsert({
      name: 'company_member_marks_developer',
      table: 'company_member',
      statement: 'update developer set may_be_member = 1 where id = new.developer_id and may_be_member = 0',
    });
  },
};
