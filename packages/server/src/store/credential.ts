import { hash, timingSafeEqual } from 'node:crypto';
import type { Credential, CredentialStatus } from '../domain/credential.ts';
import type { CredentialReader, CredentialWriter, ExpiryPage, ExpiryWindow } from '../ports/key-store.ts';
import type { OrganizationVault } from '../ports/vault.ts';
import * as statements from './credential-statement.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseList } from './json.ts';
import type { KeyRing } from './organization-key.ts';
import { keyOfSealed, secretOfSealed, textOfCredential } from './sealed.ts';
import { fromStamp } from './stamp.ts';

/** Rows of credentials, whose key and secret are sealed here and nowhere else. */
export class CredentialTable implements CredentialReader, CredentialWriter {
  readonly #executor: Executor;
  readonly #keys: KeyRing;
  readonly #newApps: Set<string>;

  /** @param newApps ids of apps without credentials that were inserted in this very transaction */
  constructor(executor: Executor, keys: KeyRing, newApps = new Set<string>()) {
    this.#executor = executor;
    this.#keys = keys;
    this.#newApps = newApps;
  }

  async findByKey(organizationId: string, consumerKey: string): Promise<Credential | undefined> {
    const vault = await this.#keys.find(this.#executor, organizationId);
    if (vault === undefined) return undefined;
    const lookupHash = vault.lookupHash(consumerKey);
    const row = await this.#executor.first(statements.findByLookup, { organizationId, lookupHash });
    return row && toCredential(row, vault);
  }

  async matchesSecret(organizationId: string, consumerKey: string, secret: string): Promise<boolean> {
    const vault = await this.#keys.find(this.#executor, organizationId);
    const lookupHash = vault?.lookupHash(consumerKey);
    const row = lookupHash && (await this.#executor.first(statements.findByLookup, { organizationId, lookupHash }));
    if (vault === undefined || !row) return false;
    const stored = secretOfSealed(vault.unseal(row.sealed, row.id));
    return stored !== undefined && timingSafeEqual(digest(stored), digest(secret));
  }

  async find(organizationId: string, id: string): Promise<Credential | undefined> {
    const row = await this.#executor.first(statements.find, { organizationId, id });
    return row && (await this.#unsealAll([row]))[0];
  }

  async listExpiring(
    organizationId: string,
    window: ExpiryWindow,
    { after, limit }: ExpiryPage,
  ): Promise<Credential[]> {
    // No id is empty, so that the walk begins with the first that expires at `from`.
    const start = after !== undefined && after.expiresAt >= window.from ? after : { expiresAt: window.from, id: '' };
    const args = { organizationId, to: window.to, at: start.expiresAt, id: start.id, limit };
    return this.#unsealAll(await this.#executor.rows(statements.listExpiring, args));
  }

  async countExpiring(organizationId: string, { from, to }: ExpiryWindow): Promise<number> {
    const args = { organizationId, to, at: from, id: '' };
    return (await this.#executor.first(statements.countExpiring, args))?.credentials ?? 0;
  }

  async listOfApp(appId: string): Promise<Credential[]> {
    const rows = await this.#executor.rows(statements.listOfApp, { appId });
    return await this.#unsealAll(rows.toSorted(compareAge));
  }

  async listOfApps(appIds: readonly string[]): Promise<Map<string, Credential[]>> {
    const byApp = new Map<string, Credential[]>();
    if (appIds.length === 0) return byApp;
    for (const credential of await this.#unsealAll(await this.#executor.rows(statements.listOfApps, { appIds }))) {
      const known = byApp.get(credential.appId);
      if (known === undefined) byApp.set(credential.appId, [credential]);
      else known.push(credential);
    }
    return byApp;
  }

  async countOfApp(appId: string): Promise<number> {
    return (await this.#executor.first(statements.countOfApp, { appId }))?.credentials ?? 0;
  }

  async isProductInUse(organizationId: string, product: string): Promise<boolean> {
    return (await this.#executor.first(statements.findUse, { organizationId, product })) !== undefined;
  }

  async insert(credential: Credential): Promise<boolean> {
    const vault = await this.#keys.ensure(this.#executor, credential.organizationId);
    if (vault === undefined) throw new Rerun('organization');
    const row = fromCredential(credential, vault);
    const statement = this.#newApps.delete(credential.appId) ? statements.insertFirst : statements.insert;
    if ((await this.#executor.run(statement, row)) === 0) {
      const held = await this.#removeDeadHolder(row);
      if (held) return false;
      // The app is gone, or another import of the key came first.
      if ((await this.#executor.run(statements.insert, row)) === 0) throw new Rerun('app');
    }
    await this.#insertProducts(credential);
    return true;
  }

  async update(credential: Credential): Promise<void> {
    const row = withoutSecrets(credential);
    const args = { ...row, expected: credential.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('credential');
    const products = productArgs(credential);
    await Promise.all([
      this.#executor.run(statements.removeOtherProducts, products),
      this.#executor.run(statements.insertProducts, products),
    ]);
  }

  async delete({ id, version }: Credential): Promise<void> {
    if ((await this.#executor.run(statements.remove, { id, expected: version })) === 0) throw new Rerun('credential');
    await this.#executor.run(statements.removeProducts, { id });
  }

  async #insertProducts(credential: Credential): Promise<void> {
    const args = productArgs(credential);
    const [name, ...others] = args.names;
    if (name === undefined) return;
    if (others.length > 0) await this.#executor.run(statements.insertProducts, args);
    else await this.#executor.run(statements.insertProduct, { ...args, name });
  }

  /** True where a live credential has the key; what a dead one left is removed ahead of the sweep. */
  async #removeDeadHolder(row: statements.WrittenRow): Promise<boolean> {
    const args = { organizationId: row.organization_id, lookupHash: row.lookup_hash };
    const holder = await this.#executor.first(statements.findHolder, args);
    if (holder?.live === 1) return true;
    if (holder === undefined) return false;
    await this.#executor.run(statements.removeDead, { id: holder.id });
    await this.#executor.run(statements.removeProducts, { id: holder.id });
    return false;
  }

  /** Rows of an organization that went at this very moment, with its keys, are left out. */
  async #unsealAll(rows: readonly statements.ShownRow[]): Promise<Credential[]> {
    const credentials: Credential[] = [];
    let organizationId: string | undefined;
    let vault: OrganizationVault | undefined;
    for (const row of rows) {
      if (row.organization_id !== organizationId) {
        organizationId = row.organization_id;
        vault = await this.#keys.find(this.#executor, organizationId);
      }
      if (vault !== undefined) credentials.push(toCredential(row, vault));
    }
    return credentials;
  }
}

/** Newest first. Two nodes may have given the same ordinal at once. */
function compareAge(left: statements.PlacedRow, right: statements.PlacedRow): number {
  const newer = right.issued_at - left.issued_at || right.ordinal - left.ordinal;
  return newer || (left.id < right.id ? 1 : -1);
}

function digest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function toCredential(row: statements.ShownRow, vault: OrganizationVault): Credential {
  const text = vault.unseal(row.sealed, row.id);
  // By name, the stamp too: a spread would cost more than all else here but opening the text.
  const credential: Credential = {
    id: row.id,
    organizationId: row.organization_id,
    appId: row.app_id,
    consumerKey: keyOfSealed(text),
    consumerSecret: row.secret_hidden !== 0 ? undefined : secretOfSealed(text),
    status: row.status as CredentialStatus,
    products: parseList(row.products),
    attributes: parseList(row.attributes),
    scopes: parseList(row.scopes),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at ?? undefined,
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastModifiedAt: row.last_modified_at,
    lastModifiedBy: row.last_modified_by,
    version: row.version,
  };
  if (row.successor_id === null) return credential;
  return { ...credential, rotation: { successorId: row.successor_id, mark: row.rotation_mark ?? undefined } };
}

function fromCredential(credential: Credential, vault: OrganizationVault): statements.WrittenRow {
  const { consumerKey, consumerSecret } = credential;
  const text = textOfCredential(consumerKey, consumerSecret);
  return {
    ...withoutSecrets(credential),
    lookup_hash: vault.lookupHash(consumerKey),
    sealed: vault.seal(text, credential.id),
  };
}

function withoutSecrets(credential: Credential): Omit<statements.WrittenRow, 'lookup_hash' | 'sealed'> {
  return {
    id: credential.id,
    organization_id: credential.organizationId,
    app_id: credential.appId,
    status: credential.status,
    products: JSON.stringify(credential.products),
    attributes: JSON.stringify(credential.attributes),
    scopes: JSON.stringify(credential.scopes),
    issued_at: credential.issuedAt,
    expires_at: credential.expiresAt ?? null,
    successor_id: credential.rotation?.successorId ?? null,
    rotation_mark: credential.rotation?.mark ?? null,
    ...fromStamp(credential),
  };
}

function productArgs({ organizationId, appId, id, products }: Credential): statements.ProductArgs {
  return { organizationId, appId, id, names: products.map(({ name }) => name) };
}
