import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { checkAppImage, checkTrees, readTrees } from './support/app-check.ts';
import { makeDirectory } from './support/directory.ts';
import { type Image, readSqliteImage } from './support/image.ts';
import { checkImage } from './support/image-check.ts';
import { type Ledger, openLedger } from './support/ledger.ts';
import { startWriters } from './support/round.ts';
import { ServerProcess } from './support/server-process.ts';
import type { AppState, CompanyState, KeyState, Tree } from './support/tree.ts';

const tables = [
  ['app', 'apps'],
  ['credential', 'credentials'],
  ['company', 'companies'],
] as const;

/** Apps, keys and companies of a real run, on which each fault is planted; the judge of the kill rounds has to see every one. */
describe('the judge of apps, keys and companies', () => {
  let image: Image;
  let ledger: Ledger;
  let trees: Map<string, Tree>;

  before(async () => {
    using directory = makeDirectory();
    ledger = openLedger();
    const server = await ServerProcess.start({ dataDirectory: directory.path });
    const writers = startWriters(server.url, ledger, 0);
    // So many that the writers, who begin in step, are at different places: some app is there, and some was deleted.
    await writers.untilAcknowledged(2000);
    await writers.stop();
    trees = await readTrees(server.url, [...ledger.appSlots.keys()]);
    await server.stop();
    image = readSqliteImage(join(directory.path, 'claviger.db'));
  });

  /** A slot with what is looked for, and what the judge says once it is altered. */
  function judgeTree(pick: (app: AppState) => boolean, plant: (app: AppState) => Tree): readonly string[] {
    const found = [...trees].find(([, tree]) => tree?.app !== undefined && pick(tree.app));
    assert.ok(found?.[1]?.app, 'the run has none to plant it on');
    const planted = plant(found[1].app);
    return checkTrees(new Map([...trees, [found[0], planted && { ...found[1], ...planted }]]), ledger);
  }
  const judgeKey = (pick: (key: KeyState) => boolean, plant: (key: KeyState) => readonly KeyState[]) =>
    judgeTree(
      ({ keys }) => keys.some(pick),
      (app) => {
        const at = app.keys.findIndex(pick);
        return { app: { ...app, keys: app.keys.flatMap((key, index) => (index === at ? plant(key) : key)) } };
      },
    );
  /** On a company with members. */
  const judgeCompany = (plant: (company: CompanyState) => CompanyState) => {
    const found = [...trees].find(([, tree]) => tree?.company !== undefined && tree.company.members.length > 0);
    assert.ok(found?.[1]?.company, 'the run has none to plant it on');
    const planted = { ...found[1], company: plant(found[1].company) };
    return checkTrees(new Map([...trees, [found[0], planted]]), ledger);
  };
  const judgeImage = (planted: Partial<Image>) => checkAppImage({ ...image, ...planted }, ledger);

  test('finds nothing in a run without a fault', () => {
    assert.deepEqual(checkTrees(trees, ledger), []);
    assert.deepEqual(judgeImage({}), []);
    assert.deepEqual(checkImage(image, ledger, { gaps: 'never' }).findings, []);
    assert.ok(ledger.appsAcknowledged.size > 50, `${ledger.appsAcknowledged.size} calls on apps and keys`);
  });

  test('sees a lost app, a lost key, and one that is back', () => {
    const any = () => true;
    assert.notDeepEqual(
      judgeTree(any, () => ({ app: undefined })),
      [],
    );
    assert.notDeepEqual(
      judgeTree(any, () => undefined),
      [],
    );
    assert.notDeepEqual(
      judgeKey(any, () => []),
      [],
    );
    assert.notDeepEqual(
      judgeKey(any, (key) => [key, { ...key, key: 'risen' }]),
      [],
    );
  });

  test('sees a status undone, and another secret', () => {
    const turned = (status: string) => (status === 'approved' ? 'revoked' : 'approved');
    assert.notDeepEqual(
      judgeKey(
        () => true,
        (key) => [{ ...key, status: turned(key.status) }],
      ),
      [],
    );
    assert.notDeepEqual(
      judgeTree(
        () => true,
        (app) => ({ app: { ...app, status: turned(app.status) } }),
      ),
      [],
    );
    assert.notDeepEqual(
      judgeKey(
        () => true,
        (key) => [{ ...key, secret: 'another' }],
      ),
      [],
    );
  });

  test('sees a product lost, and one that is approved though it was not', () => {
    const some = ({ products }: KeyState) => products.length > 0;
    assert.notDeepEqual(
      judgeKey(some, (key) => [{ ...key, products: key.products.slice(1) }]),
      [],
    );
    const other = (status: string) => (status === 'approved' ? 'pending' : 'approved');
    const changed = (key: KeyState) => key.products.map((each) => ({ ...each, status: other(each.status) }));
    assert.notDeepEqual(
      judgeKey(some, (key) => [{ ...key, products: changed(key) }]),
      [],
    );
  });

  test('sees a company lost, and one that is as it was before', () => {
    const [lost] = [...trees].find(([, tree]) => tree?.company !== undefined) ?? [];
    assert.notDeepEqual(checkTrees(new Map([...trees, [lost ?? '', undefined]]), ledger), []);
    const turned = ({ status }: CompanyState) => (status === 'active' ? 'inactive' : 'active');
    assert.notDeepEqual(
      judgeCompany((company) => ({ ...company, status: turned(company) })),
      [],
    );
    assert.notDeepEqual(
      judgeCompany((company) => ({ ...company, displayName: 'of another write' })),
      [],
    );
    assert.notDeepEqual(
      judgeCompany((company) => ({ ...company, attributes: [] })),
      [],
    );
  });

  test('sees a member lost, another role, and one who went', () => {
    assert.notDeepEqual(
      judgeCompany((company) => ({ ...company, members: company.members.slice(1) })),
      [],
    );
    assert.notDeepEqual(
      judgeCompany((company) => ({ ...company, members: company.members.map((each) => ({ ...each, role: 'other' })) })),
      [],
    );
    const risen = { email: 'risen@example.com', role: undefined };
    assert.notDeepEqual(
      judgeCompany((company) => ({ ...company, members: [...company.members, risen] })),
      [],
    );
  });

  test('sees a half write: a row without its change, a change without its row, either of another version', () => {
    for (const [noun, table] of tables) {
      const rows = image[table];
      assert.notDeepEqual(
        judgeImage({ changes: image.changes.filter(({ entity_id }) => entity_id !== rows[0]?.id) }),
        [],
      );
      const older = rows.map((row, at) => (at === 0 ? { ...row, version: row.version + 1 } : row));
      assert.notDeepEqual(judgeImage({ [table]: older }), [], noun);
    }
    // One that a deleted developer left, and that is not swept yet, may go at any time.
    const lost = image.apps.find(({ id }) => !ledger.appsGone.has(id));
    assert.ok(lost);
    assert.notDeepEqual(judgeImage({ apps: image.apps.filter((row) => row !== lost) }), []);
    assert.notDeepEqual(judgeImage({ companies: image.companies.slice(1) }), []);
  });

  test('sees a row whose deletion was told', () => {
    for (const [noun, table] of tables) {
      const change = image.changes.find((each) => each.noun === noun && each.kind === 'delete');
      assert.ok(change, noun);
      const risen = { id: change.entity_id, version: change.version };
      assert.notDeepEqual(judgeImage({ [table]: [...image[table], risen] }), []);
    }
  });

  test('sees an audit entry lost, and one that is there twice', () => {
    for (const part of ['/apps/', '/companies/']) {
      const at = image.audit.findLastIndex(({ resource }) => resource.includes(part));
      const entry = image.audit[at];
      assert.ok(entry);
      assert.notDeepEqual(judgeImage({ audit: image.audit.toSpliced(at, 1) }), []);
      assert.notDeepEqual(judgeImage({ audit: [...image.audit, entry] }), []);
    }
  });
});
