import type { AppOwner } from '../domain/app.ts';
import type { BillingType, MonetizationConfig } from '../domain/monetization-config.ts';
import type { MonetizationConfigReader, MonetizationConfigWriter } from '../ports/monetization-store.ts';
import { type Executor, Rerun } from './engine.ts';
import * as statements from './monetization-config-statement.ts';
import type { MonetizationConfigRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';

/** Rows of how developers and companies pay. */
export class MonetizationConfigTable implements MonetizationConfigReader, MonetizationConfigWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async find(owner: AppOwner): Promise<MonetizationConfig | undefined> {
    const row = await this.#executor.first(statements.find, { ownerId: owner.id });
    return row && toConfig(row);
  }

  async put(config: MonetizationConfig): Promise<void> {
    const row = fromConfig(config);
    const { kind } = config.owner;
    const written =
      config.version === 1
        ? await this.#executor.run(statements.insertOf[kind], row)
        : await this.#executor.run(statements.update, { ...row, expected: config.version - 1 });
    if (written === 0) throw new Rerun('monetization-config');
  }
}

function toConfig(row: MonetizationConfigRow): MonetizationConfig {
  return {
    organizationId: row.organization_id,
    owner: { kind: row.owner_kind as AppOwner['kind'], id: row.owner_id },
    billingType: row.billing_type as BillingType,
    ...toStamp(row),
  };
}

function fromConfig(config: MonetizationConfig): MonetizationConfigRow {
  return {
    organization_id: config.organizationId,
    owner_kind: config.owner.kind,
    owner_id: config.owner.id,
    billing_type: config.billingType,
    ...fromStamp(config),
  };
}
