import { archiveSuite } from '../store-suite/archive.ts';
import { auditSuite } from '../store-suite/audit.ts';
import { developerSuite } from '../store-suite/developer.ts';
import { entitySuite } from '../store-suite/entity.ts';
import { feedSuite } from '../store-suite/feed.ts';
import { migrationSuite } from '../store-suite/migration.ts';
import { planSuite } from '../store-suite/plan.ts';
import { ratePlanSuite } from '../store-suite/rate-plan.ts';
import { sweepSuite } from '../store-suite/sweep.ts';
import { transactionSuite } from '../store-suite/transaction.ts';
import { sqliteEngine } from '../support/store.ts';

for (const suite of [
  entitySuite,
  developerSuite,
  auditSuite,
  transactionSuite,
  feedSuite,
  sweepSuite,
  archiveSuite,
  migrationSuite,
  planSuite,
  ratePlanSuite,
]) {
  suite(sqliteEngine);
}
