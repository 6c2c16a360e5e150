import type { StoreEngine } from '../support/store.ts';
import { apiProductSuite } from './api-product.ts';
import { appSuite } from './app.ts';
import { archiveSuite } from './archive.ts';
import { auditSuite } from './audit.ts';
import { companySuite } from './company.ts';
import { credentialSuite } from './credential.ts';
import { developerSuite } from './developer.ts';
import { entitySuite } from './entity.ts';
import { feedSuite } from './feed.ts';
import { migrationSuite } from './migration.ts';
import { orphanSuite } from './orphan.ts';
import { planSuite } from './plan.ts';
import { ratePlanSuite } from './rate-plan.ts';
import { searchSuite } from './search.ts';
import { secretSuite } from './secret.ts';
import { sweepSuite } from './sweep.ts';
import { transactionSuite } from './transaction.ts';

/** The whole acceptance suite of a store. */
export const everySuite: readonly ((engine: StoreEngine) => void)[] = [
  entitySuite,
  developerSuite,
  companySuite,
  appSuite,
  credentialSuite,
  apiProductSuite,
  ratePlanSuite,
  orphanSuite,
  secretSuite,
  searchSuite,
  auditSuite,
  transactionSuite,
  feedSuite,
  sweepSuite,
  archiveSuite,
  migrationSuite,
  planSuite,
];
