import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';
import { defineApigeeEdgeJs } from './apigee-edge-js.ts';
import { defineApigeeEdgeJsApps } from './apigee-edge-js-app.ts';
import { defineApigeeEdgeJsCompanies } from './apigee-edge-js-company.ts';
import { defineApigeetool } from './apigeetool.ts';
import { defineApigeetoolApps } from './apigeetool-app.ts';
import { defineEdgeProducts } from './edge-product.ts';
import { defineGoogleapis } from './googleapis.ts';
import { defineGoogleapisApps } from './googleapis-app.ts';
import { defineGoogleapisAppGroups } from './googleapis-appgroup.ts';
import { defineGoogleapisMonetization } from './googleapis-monetization.ts';
import { defineGoogleapisProducts } from './googleapis-product.ts';
import { defineMigrateExport } from './migrate-export.ts';
import { definePaging } from './paging.ts';
import { openRecorder, type Recorder, type Row } from './recorder.ts';
import { companyReplays } from './replay/company.ts';
import { drupal } from './replay/drupal.ts';
import { drupalApps } from './replay/drupal-app.ts';
import { apigeecli, python } from './replay/google.ts';
import { apigeecliApps, pythonApps } from './replay/google-app.ts';
import { mavenEdge, mavenX } from './replay/maven.ts';
import { mavenEdgeApps, mavenXApps } from './replay/maven-app.ts';
import { migrateImport } from './replay/migrate.ts';
import { migrateApps } from './replay/migrate-app.ts';
import { nhs } from './replay/nhs.ts';
import { nhsApps, nhsEps } from './replay/nhs-app.ts';
import { axway, powershellApps, redocly, remoteService } from './replay/other-app.ts';
import { phpClient, phpHybrid, phpOauth } from './replay/php.ts';
import { phpApps, phpHybridApps } from './replay/php-app.ts';
import { powershell } from './replay/powershell.ts';
import { google, scastria, zambien } from './replay/terraform.ts';
import { googleApps, scastriaApps, zambienApps } from './replay/terraform-app.ts';
import { defineReplay } from './replay.ts';
import { findMissing, formatRows, meets } from './report.ts';
import { findUncalled, wholeMethods } from './required-method.ts';
import { requiredRows } from './required-rows.ts';
import { defineShownOnce } from './shown-once.ts';
import type { ClientSuite } from './suite.ts';

const replays = [
  phpClient,
  phpOauth,
  phpHybrid,
  drupal,
  scastria,
  zambien,
  google,
  mavenEdge,
  mavenX,
  migrateImport,
  nhs,
  powershell,
  apigeecli,
  python,
  ...companyReplays,
  scastriaApps,
  zambienApps,
  googleApps,
  mavenEdgeApps,
  mavenXApps,
  phpApps,
  phpHybridApps,
  drupalApps,
  migrateApps,
  nhsApps,
  nhsEps,
  apigeecliApps,
  pythonApps,
  powershellApps,
  axway,
  redocly,
  remoteService,
];

// Clients write into HOME and read .netrc and proxies from around them: they get a world of their own.
const home = mkdtempSync(join(tmpdir(), 'claviger-clients-'));
process.env['HOME'] = home;
process.env['NO_PROXY'] = '127.0.0.1';
after(() => rmSync(home, { recursive: true, force: true }));

/** What the first store's run saw. */
let reported: readonly Row[] | undefined;

describeOnEveryStore('clients of Apigee', (server) => {
  let opened: Recorder | undefined;
  before(() => {
    opened = openRecorder(server().url);
  });
  after(() => opened?.[Symbol.dispose]());
  const recorder = () => {
    assert.ok(opened);
    return opened;
  };
  const suite: ClientSuite = { server, recorder, home };

  defineApigeetool(suite);
  defineApigeeEdgeJs(suite);
  defineEdgeProducts(suite);
  defineGoogleapis(suite);
  defineGoogleapisProducts(suite);
  defineApigeetoolApps(suite);
  defineShownOnce(suite);
  defineApigeeEdgeJsApps(suite);
  defineApigeeEdgeJsCompanies(suite);
  defineGoogleapisApps(suite);
  defineGoogleapisAppGroups(suite);
  defineGoogleapisMonetization(suite);
  defineMigrateExport(suite);
  definePaging(suite);
  for (const replay of replays) defineReplay(replay, suite);

  describe('the run', () => {
    it('has seen every call that compat §14 tells of developers, apps, keys, products and companies, the same on every store', async () => {
      const rows = await recorder().rows();
      if (reported === undefined) console.log(`client × method × path × status\n${formatRows(rows)}`);
      assert.deepEqual(findMissing(requiredRows, rows), []);
      reported ??= rows;
      assert.deepEqual(rows, reported);
    });

    it('has seen googleapis call every method of developers, apps, products and app groups', async () => {
      const rows = await recorder().rows();
      assert.equal(wholeMethods.length, 82);
      assert.deepEqual(findUncalled('googleapis', rows), []);
      assert.equal(findUncalled('another', rows).length, 82);
    });

    it('would fail without any one of them', async () => {
      const rows = await recorder().rows();
      for (const required of requiredRows) {
        const without = rows.filter((row) => !meets(row, required));
        assert.ok(findMissing(requiredRows, without).includes(required), JSON.stringify(required));
      }
    });
  });
});
