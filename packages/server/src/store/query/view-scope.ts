/** Whose rows a view shows. */
export interface ViewOrganization {
  readonly id: string;
  readonly name: string;
}

/** What each view is made of, so that none can forget whose rows it may show. */
export interface ViewScope {
  /** SQL that stands for the organization's id, name and say on secrets. */
  readonly id: string;
  readonly name: string;
  readonly secretHidden: string;
  /** The rows of a table in these organizations, as what stands after `from`; the table goes by its own name. */
  from(table: string): string;
  /** What has to hold of the rows of `table`: their organization is one of these, and is there. */
  where(table: string): string;
  /** That a row of another table is of the same organization. */
  owns(table: string): string;
}

/**
 * How much of a table belongs to the organizations of a view: from 0 to 1. SQLite keeps no statistics to know it by.
 * `guess`: SQLite guesses; `never`: it finds no row by the organization.
 */
export type ShareOf = (table: string, organizations: readonly ViewOrganization[]) => number | 'guess' | 'never';

/**
 * One organization stands in the view as what it is, so that rows are found by it without looking it up; of several the
 * rows are found by way of the table of organizations.
 */
export function scopeViews(organizations: readonly ViewOrganization[], shareOf: ShareOf): ViewScope {
  const [only, ...others] = organizations;
  const id = only !== undefined && others.length === 0 ? quoteText(only.id) : 'organization.id';
  const owns = (table: string) => {
    const share = shareOf(table, organizations);
    const equal = `${table}.organization_id = ${id}`;
    if (share === 'guess') return equal;
    if (share === 'never') return `+${equal}`;
    return `likelihood(${equal}, ${(share / Math.max(1, organizations.length)).toFixed(6)})`;
  };
  return only !== undefined && others.length === 0 ? scopeOne(only, owns) : scopeMany(organizations, owns);
}

function scopeOne({ id, name }: ViewOrganization, owns: ViewScope['owns']): ViewScope {
  const own = quoteText(id);
  return {
    id: own,
    name: quoteText(name),
    secretHidden: `(select organization.secrets_shown_once from main.organization where organization.id = ${own})`,
    from: (table) => `main.${table}`,
    where: (table) => `${owns(table)} and (select 1 from main.organization where organization.id = ${own}) = 1`,
    owns,
  };
}

function scopeMany(organizations: readonly ViewOrganization[], owns: ViewScope['owns']): ViewScope {
  return {
    id: 'organization.id',
    name: 'organization.name',
    secretHidden: 'organization.secrets_shown_once',
    from: (table) => `main.organization join main.${table} on ${owns(table)}`,
    where: () => `organization.id in (${organizations.map(({ id }) => quoteText(id)).join(', ')})`,
    owns,
  };
}

export function quoteText(text: string): string {
  if (text.includes('\0')) throw new Error('a text that SQL can not hold');
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What owns apps, wallets and the like: either is null. Both are found by e-mail or name, and by id. */
export function joinOwners(table: string, scope: ViewScope): string {
  return `left join main.developer on ${table}.owner_kind = 'developer' and developer.id = ${table}.owner_id
      and ${scope.owns('developer')}
    left join main.company on ${table}.owner_kind <> 'developer' and company.id = ${table}.owner_id
      and ${scope.owns('company')}`;
}

/** What hangs on a deleted owner waits to be swept, and is not to be seen. */
export const ownerIsThere = '(developer.id is not null or company.id is not null)';

/** Columns of a view: what each shows. */
export type ViewColumns = Readonly<Record<string, string>>;

export function selectColumns(columns: ViewColumns, rest: string): string {
  const shown = Object.entries(columns).map(([name, text]) => `${text} as "${name}"`);
  return `select ${shown.join(', ')} ${rest}`;
}

export function stampColumns(table: string): ViewColumns {
  return {
    createdAt: `${table}.created_at`,
    lastModifiedAt: `${table}.last_modified_at`,
    createdBy: `${table}.created_by`,
    lastModifiedBy: `${table}.last_modified_by`,
  };
}
