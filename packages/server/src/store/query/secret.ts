import type { DatabaseSync } from 'node:sqlite';
import { keyHashFunction } from '../../domain/sql-resource-table.ts';
import type { OrganizationVault } from '../../ports/vault.ts';
import { keyOfSealed, secretOfSealed } from '../sealed.ts';
import { openKeyFunction, openSecretFunction } from './view-app.ts';

/** The keys of an organization whose credentials a query may read. */
export interface OrganizationSecret {
  readonly id: string;
  readonly name: string;
  readonly dataKey: string;
  readonly lookupKey: string;
}

export type OpenVault = (keys: Pick<OrganizationSecret, 'dataKey' | 'lookupKey'>) => OrganizationVault;

/** Opens what is sealed, for as long as the query runs that the keys came with. */
export class Secrets {
  readonly #open: OpenVault;
  #given: readonly OrganizationSecret[] = [];
  #vaults: Map<string, OrganizationVault> | undefined;
  /** Key and secret of one credential are often asked for together. */
  #last: { readonly sealed: string; readonly text: string } | undefined;

  constructor(open: OpenVault) {
    this.#open = open;
  }

  /** None: forgets those of the query before. */
  give(secrets: readonly OrganizationSecret[]): void {
    this.#given = secrets;
    this.#vaults = undefined;
    this.#last = undefined;
  }

  register(database: DatabaseSync): void {
    const options = { deterministic: true };
    database.function(openKeyFunction, options, (organization, id, sealed) => {
      const text = this.#unseal(String(organization), String(id), String(sealed));
      return text === undefined ? null : keyOfSealed(text);
    });
    database.function(openSecretFunction, options, (organization, id, sealed) => {
      const text = this.#unseal(String(organization), String(id), String(sealed));
      return (text && secretOfSealed(text)) ?? null;
    });
    // Takes the organization's name: ids are nobody's business.
    database.function(keyHashFunction, options, (organization, key) => {
      if (organization === null || key === null) return null;
      return this.#find(`name ${organization}`)?.lookupHash(String(key)) ?? null;
    });
  }

  #unseal(organizationId: string, id: string, sealed: string): string | undefined {
    if (this.#last?.sealed === sealed) return this.#last.text;
    const text = this.#find(`id ${organizationId}`)?.unseal(sealed, id);
    if (text !== undefined) this.#last = { sealed, text };
    return text;
  }

  #find(mark: string): OrganizationVault | undefined {
    this.#vaults ??= this.#openAll();
    return this.#vaults.get(mark);
  }

  #openAll(): Map<string, OrganizationVault> {
    return new Map(
      this.#given.flatMap((secret) => {
        const vault = this.#open(secret);
        return [[`id ${secret.id}`, vault] as const, [`name ${secret.name}`, vault] as const];
      }),
    );
  }
}
