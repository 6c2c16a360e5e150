import type { Planted } from './query-pair.ts';

/** Draws the same values again from the same seed. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below `bound`. */
  below(bound: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  chance(part: number): boolean {
    return this.below(1000) < part * 1000;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item;
  }
}

/** Where engines, collations and quoting differ if they do. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  ' x ',
  'a',
  'A',
  'b',
  'Z',
  'ab',
  'aB',
  'Ab',
  'ä',
  'Ä',
  'straße',
  'é',
  'e\u0301',
  '\u{1f600}',
  '\uffee',
  '%',
  '_',
  'a%',
  "it's",
  '"',
  '\\',
  'a\nb',
  '0',
  '5',
  '05',
  '10',
  '9',
  'null',
  'active',
  'ACTIVE',
  '@',
  'a@b@c',
];

export const queryOrganizations = [
  { id: 'org-one', name: 'one' },
  { id: 'org-two', name: 'two' },
  { id: 'org-other', name: 'other' },
] as const;

const stampOf = (draw: Draw) => ({
  created_at: 1_700_000_000_000 + draw.below(5),
  created_by: draw.of(['ada@example.com', 'Bob@example.com', '']),
  last_modified_at: 1_700_000_000_000 + draw.below(100_000),
  last_modified_by: draw.of(['ada@example.com', 'bob@example.com']),
  version: 1,
});

/** Developers with odd values, their apps and companies, in three organizations. */
export function drawContent(seed: number, developers = 40): Planted[] {
  const draw = new Draw(seed);
  const planted: Planted[] = [];
  for (const { id, name } of queryOrganizations) {
    const row = { id, name, dialect: 'x', display_name: draw.of(oddTexts), properties: '[]', secrets_shown_once: 0 };
    planted.push({ table: 'organization', row: { ...row, ...stampOf(draw) } });
    planted.push({ table: 'company', row: drawCompany(draw, id) });
    for (let number = 0; number < developers; number++) planted.push(...drawDeveloper(draw, id, number));
    for (let number = 0; number < 3; number++)
      planted.push({ table: 'api_product', row: drawProduct(draw, id, number) });
  }
  return planted;
}

function drawDeveloper(draw: Draw, organization: string, number: number): Planted[] {
  const id = `${organization}-developer-${number}`;
  const email = `${draw.of(oddTexts)}${number}@${draw.of(['a.example', 'b.example', 'B.example', 'c'])}`;
  const apps = draw.below(3);
  const member = draw.chance(0.3);
  const row = {
    id,
    organization_id: organization,
    email,
    email_key: email.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
    first_name: draw.of(oddTexts),
    last_name: draw.of(oddTexts),
    user_name: draw.chance(0.3) ? null : draw.of(oddTexts),
    status: draw.of(['active', 'active', 'inactive']),
    attributes: JSON.stringify(draw.chance(0.5) ? [] : [{ name: 'tier', value: draw.of(oddTexts) }]),
    access_type: draw.chance(0.7) ? null : draw.of(oddTexts),
    app_family: null,
    may_own_apps: apps > 0 ? 1 : 0,
    may_be_member: member ? 1 : 0,
    ...stampOf(draw),
  };
  const planted: Planted[] = [{ table: 'developer', row }];
  for (let app = 0; app < apps; app++) planted.push(...drawApp(draw, organization, id, app));
  const link = { organization_id: organization, company_id: `${organization}-company`, developer_id: id };
  if (member) planted.push({ table: 'company_member', row: { ...link, roles: '["admin"]', version: 1 } });
  return planted;
}

function drawApp(draw: Draw, organization: string, owner: string, number: number): Planted[] {
  const [id, kind] = [`${owner}-app-${number}`, draw.chance(0.9) ? 'developer' : 'company'];
  const row = {
    id,
    organization_id: organization,
    owner_kind: kind,
    owner_id: kind === 'developer' ? owner : `${organization}-company`,
    name: `${draw.of(oddTexts)}${kind === 'developer' ? number : id}`,
    status: draw.of(['approved', 'revoked']),
    callback_url: draw.chance(0.5) ? null : draw.of(oddTexts),
    attributes: '[]',
    scopes: '[]',
    app_family: draw.chance(0.5) ? null : draw.of(oddTexts),
    ...stampOf(draw),
  };
  const credential = {
    id: `${id}-key`,
    organization_id: organization,
    app_id: id,
    lookup_hash: `${id}-hash`,
    sealed: 'sealed',
    status: draw.of(['approved', 'revoked']),
    products: JSON.stringify([{ name: 'product-0', status: draw.of(['approved', 'pending']) }]),
    attributes: '[]',
    scopes: '[]',
    issued_at: 1_700_000_000_000 + draw.below(10_000),
    expires_at: draw.chance(0.5) ? null : 1_800_000_000_000 + draw.below(10_000),
    ordinal: 1,
    ...stampOf(draw),
  };
  return [
    { table: 'app', row },
    { table: 'credential', row: credential },
  ];
}

function drawCompany(draw: Draw, organization: string): Planted['row'] {
  return {
    id: `${organization}-company`,
    organization_id: organization,
    name: 'company',
    name_key: 'company',
    display_name: draw.of(oddTexts),
    status: 'active',
    attributes: '[]',
    channel_id: null,
    channel_uri: null,
    email: null,
    ...stampOf(draw),
  };
}

function drawProduct(draw: Draw, organization: string, number: number): Planted['row'] {
  const content = { displayName: draw.of(oddTexts), approvalType: 'auto', attributes: [], quota: '10' };
  return {
    id: `${organization}-product-${number}`,
    organization_id: organization,
    name: `product-${number}`,
    space: null,
    content: JSON.stringify(content),
    ...stampOf(draw),
  };
}
