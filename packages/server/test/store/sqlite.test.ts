import { everySuite } from '../store-suite/every.ts';
import { sqliteEngine } from '../support/store.ts';

for (const suite of everySuite) suite(sqliteEngine);
