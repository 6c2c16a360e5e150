import type { StoreEngine } from '../support/store.ts';
import { apiProductSuite } from './api-product.ts';
import { appSuite } from './app.ts';
import { archiveSuite } from './archive.ts';
import { auditSuite } from './audit.ts';
import { companySuite } from './company.ts';
import { credentialSuite } from './credential.ts';
import { developerSuite } from './developer.ts';
import { developerMarkSuite } from './developer-mark.ts';
import { entitySuite } from './entity.ts';
import { expirySuite } from './expiry.ts';
import { feedSuite } from './feed.ts';
import { migrationSuite } from './migration.ts';
import { monetizationSuite } from './monetization.ts';
import { orphanSuite } from './orphan.ts';
import { planSuite } from './plan.ts';
import { ratePlanSuite } from './rate-plan.ts';
import { searchSuite } from './search.ts';
import { secretSuite } from './secret.ts';
import { sweepSuite } from './sweep.ts';
import { togetherSuite } from './together.ts';
import { transactionSuite } from './transaction.ts';
import { verificationSuite } from './verification.ts';
import { verifierLeaseSuite } from './verifier-lease.ts';

/** The whole acceptance suite of a store. */
export const everySuite: readonly ((engine: StoreEngine) => void)[] = [
  entitySuite,
  developerSuite,
  developerMarkSuite,
  companySuite,
  appSuite,
  credentialSuite,
  expirySuite,
  apiProductSuite,
  ratePlanSuite,
  monetizationSuite,
  orphanSuite,
  secretSuite,
  searchSuite,
  verificationSuite,
  verifierLeaseSuite,
  auditSuite,
  transactionSuite,
  togetherSuite,
  feedSuite,
  sweepSuite,
  archiveSuite,
  migrationSuite,
  planSuite,
];
