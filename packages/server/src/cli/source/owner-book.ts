import type { BulkOwner } from '../../domain/bulk-record.ts';

export interface NotedDeveloper {
  readonly id: string;
  readonly email: string;
  /** Names of his apps, as far as his answer tells. */
  readonly apps: readonly string[];
  /** Names of companies that he belongs to. */
  readonly companies: readonly string[];
}

/** An owner, and which of the apps that he is said to have have not come yet. */
interface Page {
  readonly owner: BulkOwner;
  readonly missing: Set<string>;
  readonly told: number;
  readonly taken: Set<string>;
}

export interface MissingApp {
  readonly owner: BulkOwner;
  readonly name: string;
}

/** What a walk has seen of owners and their apps: finds owners by what apps know of them, and what is missing. */
export class OwnerBook {
  readonly #emails = new Map<string, string>();
  readonly #members = new Map<string, string[]>();
  readonly #pages = new Map<string, Page>();

  addDeveloper({ id, email, apps, companies }: NotedDeveloper): void {
    this.#emails.set(id, email);
    this.#emails.set(email.toLowerCase(), email);
    for (const company of companies) {
      const members = this.#members.get(company.toLowerCase()) ?? [];
      members.push(email);
      this.#members.set(company.toLowerCase(), members);
    }
    this.#open({ developer: email }, apps);
  }

  addCompany(company: string, apps: readonly string[]): void {
    this.#open({ company }, apps);
  }

  /** By id, or by e-mail in any case. @returns the e-mail */
  findDeveloper(ref: string): string | undefined {
    return this.#emails.get(ref) ?? this.#emails.get(ref.toLowerCase());
  }

  hasCompany(company: string): boolean {
    return this.#pages.has(keyOf({ company }));
  }

  /** E-mails of the developers who say that they belong to it. */
  membersOf(company: string): readonly string[] {
    return this.#members.get(company.toLowerCase()) ?? [];
  }

  /** @returns false where it came before */
  takeApp(owner: BulkOwner, name: string): boolean {
    const page = this.#pages.get(keyOf(owner));
    if (page === undefined || page.taken.has(name)) return false;
    page.taken.add(name);
    page.missing.delete(name);
    return true;
  }

  async *listMissing(): AsyncIterable<MissingApp> {
    for (const { owner, missing } of this.#pages.values()) {
      for (const name of [...missing]) yield { owner, name };
    }
  }

  /** Owners whose answer names that many apps: they may have more. */
  *listOwnersOf(apps: number): Iterable<BulkOwner> {
    for (const { owner, told } of this.#pages.values()) if (told >= apps) yield owner;
  }

  #open(owner: BulkOwner, apps: readonly string[]): void {
    this.#pages.set(keyOf(owner), { owner, missing: new Set(apps), told: apps.length, taken: new Set() });
  }
}

function keyOf(owner: BulkOwner): string {
  return 'developer' in owner ? `d ${owner.developer.toLowerCase()}` : `c ${owner.company.toLowerCase()}`;
}
