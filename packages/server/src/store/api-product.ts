import { hash } from 'node:crypto';
import type { ApiProduct } from '../domain/api-product.ts';
import type { Attribute } from '../domain/attribute.ts';
import { RecentMap } from '../domain/recent-map.ts';
import type { ApiProductFilter, ApiProductReader, ApiProductWriter } from '../ports/key-store.ts';
import type { Page } from '../ports/store.ts';
import * as statements from './api-product-statement.ts';
import * as users from './api-product-user-statement.ts';
import { CredentialTable } from './credential.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseMembers, stringifyMembers } from './json.ts';
import type { KeyRing } from './organization-key.ts';
import { requireOrganization } from './owner.ts';
import type { ApiProductRow } from './schema.ts';
import { keyOfSealed } from './sealed.ts';
import { fromStamp, toStamp } from './stamp.ts';

type UserKind = 'keys' | 'apps' | 'developers' | 'companies';
type Content = Omit<ApiProduct, 'id' | 'organizationId' | 'name' | 'space' | keyof ReturnType<typeof toStamp>>;

const listedUsers = {
  apps: [users.listAppsFrom, users.listAppsAfter],
  developers: [users.listDevelopersFrom, users.listDevelopersAfter],
  companies: [users.listCompaniesFrom, users.listCompaniesAfter],
} as const;
const countedUsers = {
  keys: users.countKeys,
  apps: users.countApps,
  developers: users.countDevelopers,
  companies: users.countCompanies,
} as const;

/** Rows of API products, and who names them. */
export class ApiProductTable implements ApiProductReader, ApiProductWriter {
  readonly #executor: Executor;
  readonly #keys: KeyRing;

  constructor(executor: Executor, keys: KeyRing) {
    this.#executor = executor;
    this.#keys = keys;
  }

  async find(organizationId: string, name: string): Promise<ApiProduct | undefined> {
    const row = await this.#executor.first(statements.find, { organizationId, name });
    return row && toApiProduct(row);
  }

  async findMany(organizationId: string, names: readonly string[]): Promise<ApiProduct[]> {
    const [only, ...others] = names;
    if (only === undefined) return [];
    if (others.length === 0) {
      const product = await this.find(organizationId, only);
      return product === undefined ? [] : [product];
    }
    const rows = await this.#executor.rows(statements.findMany, { organizationId, names });
    const byName = new Map(rows.map((row) => [row.name, row]));
    return names.flatMap((name) => {
      const row = byName.get(name);
      return row === undefined ? [] : toApiProduct(row);
    });
  }

  async list(
    organizationId: string,
    { attribute, space }: ApiProductFilter,
    { from, after, limit }: Page,
  ): Promise<ApiProduct[]> {
    const attributeHash = attribute && hashAttribute(attribute);
    const args = { organizationId, key: after ?? from ?? '', limit, space, attributeHash };
    const list = after === undefined ? statements.listFrom : statements.listAfter;
    return (await this.#executor.rows(list(statements.variantOf(args)), args)).map(toApiProduct);
  }

  async listUsers(
    organizationId: string,
    product: string,
    { entity, page }: { readonly entity: UserKind; readonly page: Page },
  ): Promise<string[]> {
    if (entity === 'keys') return this.#listKeys(organizationId, product, page);
    const { from, after, limit } = page;
    const statement = listedUsers[entity][after === undefined ? 0 : 1];
    const rows = await this.#executor.rows(statement, { organizationId, product, key: after ?? from ?? '', limit });
    return rows.map(({ name }) => name);
  }

  async countUsers(organizationId: string, product: string, entity: UserKind): Promise<number> {
    return (await this.#executor.first(countedUsers[entity], { organizationId, product }))?.users ?? 0;
  }

  async insert(product: ApiProduct): Promise<boolean> {
    if ((await this.#executor.run(statements.insert, fromApiProduct(product))) === 0) {
      await requireOrganization(this.#executor, product.organizationId);
      return false;
    }
    const args = attributeArgs(product, product.attributes);
    if (args.hashes.length > 0) await this.#executor.run(statements.insertAttributes, args);
    return true;
  }

  async update(product: ApiProduct): Promise<void> {
    const args = { ...fromApiProduct(product), expected: product.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('api-product');
    await this.#setAttributes(product, product.attributes);
  }

  async delete(product: ApiProduct): Promise<void> {
    const { id, version } = product;
    if ((await this.#executor.run(statements.remove, { id, expected: version })) === 0) throw new Rerun('api-product');
    await this.#setAttributes(product, []);
  }

  async #setAttributes(product: ApiProduct, attributes: readonly Attribute[]): Promise<void> {
    const args = attributeArgs(product, attributes);
    await Promise.all([
      this.#executor.run(statements.removeOtherAttributes, args),
      this.#executor.run(statements.insertAttributes, args),
    ]);
  }

  /** A ciphertext has no order of its key: the walk goes by app and credential, and the cursor is looked up. */
  async #listKeys(organizationId: string, product: string, { from, after, limit }: Page): Promise<string[]> {
    const vault = await this.#keys.find(this.#executor, organizationId);
    const cursor = after ?? from;
    const credentials = new CredentialTable(this.#executor, this.#keys);
    const start = cursor === undefined ? undefined : await credentials.findByKey(organizationId, cursor);
    if (vault === undefined || (cursor !== undefined && start === undefined)) return [];
    const rows = await this.#executor.rows(after === undefined ? users.listKeysFrom : users.listKeysAfter, {
      organizationId,
      product,
      appId: start?.appId ?? '',
      credentialId: start?.id ?? '',
      limit,
    });
    return rows.map(({ sealed, id }) => keyOfSealed(vault.unseal(sealed, id)));
  }
}

function attributeArgs(product: ApiProduct, attributes: readonly Attribute[]): statements.AttributeArgs {
  return { organizationId: product.organizationId, id: product.id, hashes: attributes.map(hashAttribute) };
}

/** As JSON, so that no two pairs of name and value read alike. */
function hashAttribute({ name, value }: Attribute): string {
  return hash('sha256', JSON.stringify([name, value]), 'hex');
}

function toApiProduct(row: ApiProductRow): ApiProduct {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    space: row.space ?? undefined,
    ...parseContent(row.content),
    ...toStamp(row),
  };
}

/** Contents kept as they read: each key that is made or shown asks for its products, and most ask for the same. */
const contents = new RecentMap<string, Content>(256);
/** Longer texts are parsed each time, so that what is kept stays small. */
const contentLengthMax = 4096;

function parseContent(text: string): Content {
  if (text.length > contentLengthMax) return parseMembers(text) as Content;
  const known = contents.get(text) ?? (parseMembers(text) as Content);
  contents.set(text, known);
  return known;
}

function fromApiProduct(product: ApiProduct): ApiProductRow {
  const { id, organizationId, name, space, createdAt, createdBy, lastModifiedAt, lastModifiedBy, version, ...content } =
    product;
  return {
    id,
    organization_id: organizationId,
    name,
    space: space ?? null,
    content: stringifyMembers(content),
    ...fromStamp({ createdAt, createdBy, lastModifiedAt, lastModifiedBy, version }),
  };
}
