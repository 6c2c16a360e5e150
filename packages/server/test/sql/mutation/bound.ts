import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openSqlWorld, refusalOf, runStatement } from '../../support/sql.ts';

function insert(organization: string, count: number): string {
  return `INSERT INTO developers (organizationsId, email, firstName, lastName, userName)
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${count})
    SELECT '${organization}', 'd' || x || '@example.com', 'Ann', 'Other', 'd' || x FROM n`;
}
const late = 'canceling statement due to statement timeout';

describeOnEveryStore('The time of statements that change many rows', (server) => {
  before(async () => {
    await server().makeOrganization('acme', 'x');
    await server().makeOrganization('other', 'x');
  });
  const count = async (condition: string) => {
    const { run } = openSqlWorld(server());
    return (await run(`SELECT count(*) AS n FROM developers WHERE ${condition}`)).rows[0]?.['n'];
  };

  it('ends between two rows, and the refusal tells how many were done', async () => {
    const session = await openSqlWorld(server()).open();
    // Where the machine is so slow that not even the rows are worked out by then, none is made.
    await runStatement(session, "SET statement_timeout = '1s'", []);
    const inserting = await refusalOf(runStatement(session, insert('acme', 5000), []));
    assert.deepEqual([inserting.state, inserting.message], ['57014', late]);
    assert.equal(countTold(inserting.hint, 'inserted'), await count("organizationsId = 'acme'"));
  });

  it('is as short for UPDATE and DELETE, and what was not reached is as it was', async () => {
    const session = await openSqlWorld(server()).open();
    await runStatement(session, insert('other', 150), []);
    await runStatement(session, "SET statement_timeout = '60ms'", []);
    const condition = "organizationsId = 'other' AND userName <> ''";
    const update = await refusalOf(
      runStatement(session, `UPDATE developers SET lastName = 'N' WHERE ${condition}`, []),
    );
    assert.deepEqual([update.state, update.message], ['57014', late]);
    assert.equal(countTold(update.hint, 'updated'), await count("lastName = 'N'"));
    const removal = await refusalOf(runStatement(session, `DELETE FROM developers WHERE ${condition}`, []));
    assert.deepEqual([removal.state, removal.message], ['57014', late]);
    assert.equal(150 - countTold(removal.hint, 'deleted'), await count("organizationsId = 'other'"));
  });
});

function countTold(hint: string | undefined, done: string): number {
  const told = new RegExp(`(\\d+) rows? (?:was|were) ${done} before, and will stay so\\.$`).exec(hint ?? '');
  return Number(told?.[1] ?? 0);
}
