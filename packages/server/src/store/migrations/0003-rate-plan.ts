import type { Migration } from './migration.ts';

/** Rate plans of API products. */
export const ratePlan: Migration = {
  number: 3,
  name: 'rate-plan',
  async up(editor) {
    const { text, integer } = editor.types;
    await editor.execute(`create table rate_plan (id ${text} primary key, organization_id ${text} not null,
      product_id ${text} not null, state ${text} not null, start_time ${integer} not null, end_time ${integer} not null,
      content ${text} not null, created_at ${integer} not null, created_by ${text} not null,
      last_modified_at ${integer} not null, last_modified_by ${text} not null, version ${integer} not null)`);
    await editor.execute('create index rate_plan_by_product on rate_plan (product_id, id)');
    await editor.execute('create index rate_plan_by_organization on rate_plan (organization_id, id)');
  },
};
