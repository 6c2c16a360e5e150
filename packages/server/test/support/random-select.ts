import { type Draw, oddTexts } from './pair-content.ts';

interface Table {
  readonly resource: string;
  readonly texts: readonly string[];
  readonly integers: readonly string[];
}

/** Columns that need no key to be read. */
const tables: readonly Table[] = [
  {
    resource: 'developers',
    texts: [
      'email',
      'firstName',
      'lastName',
      'userName',
      'status',
      'organizationsId',
      'accessType',
      'attributes',
      'apps',
    ],
    integers: ['createdAt', 'lastModifiedAt'],
  },
  {
    resource: 'apps',
    texts: [
      'name',
      'status',
      'callbackUrl',
      'appFamily',
      'developerEmail',
      'appGroup',
      'organizationsId',
      'appId',
      'attributes',
    ],
    integers: ['createdAt', 'lastModifiedAt'],
  },
  {
    resource: 'keys',
    texts: ['status', 'appId', 'developersId', 'organizationsId', 'apiProducts'],
    integers: ['issuedAt', 'expiresAt', 'expiresInSeconds'],
  },
  {
    resource: 'appgroups',
    texts: ['name', 'displayName', 'status', 'organizationsId', 'attributes'],
    integers: ['createdAt'],
  },
  { resource: 'appgroups_members', texts: ['email', 'appGroup', 'organizationsId', 'roles'], integers: [] },
  { resource: 'attributes', texts: ['name', 'value', 'ownerKind', 'organizationsId'], integers: [] },
  {
    resource: 'organizations',
    texts: ['name', 'displayName', 'organizationsId', 'environments'],
    integers: ['createdAt'],
  },
  { resource: 'userroles', texts: ['name', 'organizationsId', 'permissions'], integers: ['builtIn'] },
  { resource: 'apiproducts', texts: ['name', 'organizationsId', 'displayName'], integers: ['createdAt'] },
];

/** Writes SELECTs: parts that PostgreSQL is asked, and parts that it is not. Texts of them go by their table's alias. */
export class SelectWriter {
  readonly #draw: Draw;
  /** Says nothing but what PostgreSQL is asked. */
  #tame = false;
  #tables: readonly { readonly alias: string; readonly table: Table }[] = [];

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** Ordered: rows have to come in this order. */
  write(): { readonly text: string; readonly ordered: boolean } {
    this.#tame = this.#draw.chance(0.6);
    const kind = this.#draw.below(this.#tame ? 7 : 10);
    if (kind < 4) return this.#rows();
    if (kind < 7) return this.#groups();
    if (kind === 7) return { text: this.#nested(), ordered: false };
    if (kind === 8) return { text: this.#compound(), ordered: false };
    return { text: this.#windowed(), ordered: false };
  }

  #rows(): { text: string; ordered: boolean } {
    const from = this.#from();
    const outputs = this.#many(1, 3, () => this.#value(2));
    const distinct = this.#draw.chance(0.2) ? 'distinct ' : '';
    const text = `select ${distinct}${outputs.join(', ')} from ${from}${this.#where()}`;
    return this.#draw.chance(0.4)
      ? { text: this.#order(text, outputs.length), ordered: true }
      : { text, ordered: false };
  }

  #groups(): { text: string; ordered: boolean } {
    const from = this.#from();
    const groups = this.#many(0, 2, () => this.#value(1));
    const aggregates = this.#many(1, 3, () => this.#aggregate());
    const outputs = [...groups, ...aggregates];
    const by = groups.length === 0 ? '' : ` group by ${groups.map((_, at) => at + 1).join(', ')}`;
    const having = groups.length > 0 && this.#draw.chance(0.3) ? ` having ${this.#aggregate()} > 1` : '';
    const text = `select ${outputs.join(', ')} from ${from}${this.#where()}${by}${having}`;
    return this.#draw.chance(0.5)
      ? { text: this.#order(text, outputs.length), ordered: true }
      : { text, ordered: false };
  }

  /** By all outputs, so that one order is right. */
  #order(text: string, outputs: number): string {
    const terms = Array.from({ length: outputs }, (_, at) => {
      const nulls = this.#draw.chance(0.2) ? this.#draw.of([' nulls first', ' nulls last']) : '';
      return `${at + 1}${this.#draw.of(['', ' asc', ' desc'])}${nulls}`;
    });
    const limit = this.#draw.chance(0.5) ? ` limit ${this.#draw.below(12)}` : '';
    const offset = limit !== '' && this.#draw.chance(0.4) ? ` offset ${this.#draw.below(5)}` : '';
    return `${text} order by ${terms.join(', ')}${limit}${offset}`;
  }

  #nested(): string {
    const from = this.#from();
    const inner = `select ${this.#text(1)} as t, ${this.#integer(1)} as n from ${from}${this.#where()}`;
    if (this.#draw.chance(0.5)) return `select t, count(*), max(n) from (${inner}) as inside where n > 0 group by t`;
    return `with inside as (${inner}) select count(*), min(t), sum(n % 7) from inside where t is not null`;
  }

  #compound(): string {
    const part = () => {
      const from = this.#from();
      return `select ${this.#text(1)}, ${this.#integer(1)} from ${from}${this.#where()}`;
    };
    return `${part()} ${this.#draw.of(['union', 'union all', 'except', 'intersect'])} ${part()}`;
  }

  #windowed(): string {
    const from = this.#from();
    const [text, integer] = [this.#text(0), this.#integer(0)];
    return `select ${text}, rank() over (partition by ${text} order by ${integer}) from ${from}${this.#where()}`;
  }

  #from(): string {
    const first = this.#draw.of(this.#draw.chance(0.6) ? tables.slice(0, 3) : tables);
    if (this.#draw.chance(0.7)) {
      this.#tables = [{ alias: 'a', table: first }];
      return `{${first.resource}} as a`;
    }
    const second = this.#draw.of(tables.slice(0, 3));
    const joins = ['join', 'left join', 'join', 'left join', 'right join', 'full join'];
    this.#tables = [
      { alias: 'a', table: first },
      { alias: 'b', table: second },
    ];
    const on = `a.${this.#draw.of(first.texts)} = b.${this.#draw.of(second.texts)}`;
    const more = this.#draw.chance(0.4) ? ` and ${this.#condition(1)}` : '';
    const join = this.#draw.of(this.#tame ? joins.slice(0, 4) : joins);
    return `{${first.resource}} as a ${join} {${second.resource}} as b on ${on}${more} and a.organizationsId = b.organizationsId`;
  }

  #where(): string {
    if (this.#draw.chance(0.3)) return '';
    return ` where ${this.#many(1, 3, () => this.#condition(2)).join(' and ')}`;
  }

  #condition(depth: number): string {
    const negated = this.#draw.chance(0.2) ? 'not ' : '';
    if (depth > 0 && this.#draw.chance(0.3)) {
      return `${negated}(${this.#condition(depth - 1)} ${this.#draw.of(['and', 'or'])} ${this.#condition(depth - 1)})`;
    }
    return negated + this.#draw.of(this.#tame ? this.#conditions.slice(0, 9) : this.#conditions)();
  }

  readonly #conditions: readonly (() => string)[] = [
    () => `${this.#text(1)} ${this.#operator()} ${this.#text(1)}`,
    () => `${this.#text(0)} ${this.#operator()} ${this.#literal()}`,
    () => `${this.#integer(1)} ${this.#operator()} ${this.#integer(1)}`,
    () => `${this.#integer(0)} > ${1_700_000_000_000 + this.#draw.below(100_000)}`,
    () => `${this.#text(0)} ${this.#draw.of(['in', 'not in'])} (${this.#many(1, 4, () => this.#literal()).join(', ')})`,
    () =>
      `${this.#text(0)} ${this.#draw.of(['like', 'not like'])} ${this.#draw.of(["'a%'", "'%A%'", "'_b%'", "'%\\%'", "''"])}`,
    () => `${this.#text(0)} between ${this.#literal()} and ${this.#literal()}`,
    () => `${this.#value(1)} is ${this.#draw.of(['', 'not '])}null`,
    () => `${this.#text(1)} is ${this.#draw.of(['', 'not '])}${this.#text(1)}`,
    () => `${this.#text(0)} glob ${this.#draw.of(["'a*'", "'*[A-Z]*'"])}`,
    // Of two types, and texts as conditions: SQLite converts.
    () => `${this.#text(0)} = ${this.#integer(0)}`,
    () => `${this.#integer(0)} > ${this.#literal()}`,
    () => this.#text(0),
    () => this.#integer(0),
    () => `${this.#text(0)} in (select status from {developers})`,
    () => `exists (select 1 from {apps} as within where within.name > ${this.#literal()})`,
  ];

  #value(depth: number): string {
    return this.#draw.chance(0.6) ? this.#text(depth) : this.#integer(depth);
  }

  #text(depth: number): string {
    if (depth === 0 || this.#draw.chance(0.4)) return this.#draw.chance(0.85) ? this.#column('texts') : this.#literal();
    const inner = () => this.#text(depth - 1);
    const number = () =>
      this.#draw.of(this.#tame ? ['1', '2', '3'] : ['0', '1', '2', '-1', '-2', '(-1)', `instr(${inner()}, 'a')`]);
    const ways = [
      () => `lower(${inner()})`,
      () => `upper(${inner()})`,
      () => `trim(${inner()})`,
      () => `substr(${inner()}, ${number()})`,
      () => `substr(${inner()}, ${number()}, ${number()})`,
      () => `substr(${inner()}, instr(${inner()}, '@') + 1)`,
      () => `substr(${inner()}, 1, instr(${inner()}, '@') - 1)`,
      () => `replace(${inner()}, ${this.#literal()}, ${this.#literal()})`,
      () => `(${inner()} || ${inner()})`,
      () => `(${inner()} || ${this.#integer(depth - 1)})`,
      () => `coalesce(${inner()}, ${inner()})`,
      () => `nullif(${inner()}, ${inner()})`,
      () => `case when ${this.#condition(0)} then ${inner()} else ${inner()} end`,
      () => `case ${inner()} when ${this.#literal()} then ${inner()} end`,
      () => `iif(${this.#condition(0)}, ${inner()}, ${this.#integer(0)})`,
      () => `hex(${inner()})`,
      () => `typeof(${this.#value(depth - 1)})`,
    ];
    return this.#draw.of(this.#tame ? ways.slice(0, -3) : ways)();
  }

  #integer(depth: number): string {
    if (depth === 0 || this.#draw.chance(0.4)) {
      return this.#draw.chance(0.7) ? this.#column('integers') : String(this.#draw.below(20) - 5);
    }
    const inner = () => this.#integer(depth - 1);
    const ways = [
      () => `length(${this.#text(depth - 1)})`,
      () => `instr(${this.#text(depth - 1)}, ${this.#literal()})`,
      () => `(${inner()} / ${this.#draw.of(['86400000', '2', '3', '7'])})`,
      () => `(${inner()} % ${this.#draw.of(['1000', '0', '-3', '7'])})`,
      () => `(length(${this.#text(0)}) + instr(${this.#text(0)}, 'a') * 3 - 1)`,
      () => `coalesce(${inner()}, ${inner()})`,
      () => `(${this.#condition(0)})`,
      () => `case when ${this.#condition(0)} then ${inner()} else ${inner()} end`,
      () => `(${inner()} + ${inner()})`,
      () => `(${inner()} - ${inner()})`,
      () => `(${inner()} * ${inner()})`,
      () => `(${inner()} / ${this.#draw.of(['0', '-3'])})`,
      () => `(-${inner()})`,
      () => `abs(${inner()})`,
    ];
    return this.#draw.of(this.#tame ? ways.slice(0, -6) : ways)();
  }

  #aggregate(): string {
    return this.#draw.of([
      () => 'count(*)',
      () => `count(${this.#value(1)})`,
      () => `count(distinct ${this.#value(1)})`,
      () => `min(${this.#value(1)})`,
      () => `max(${this.#value(1)})`,
      () => `sum(${this.#column('integers')} % 1000)`,
      () => `sum(length(${this.#text(0)}))`,
      () => `avg(${this.#column('integers')} % 1000)`,
      () => `(max(${this.#column('integers')}) - min(${this.#column('integers')})) / 10`,
    ])();
  }

  #column(kind: 'texts' | 'integers'): string {
    const { alias, table } = this.#draw.of(this.#tables);
    // The last of texts is made of JSON.
    const names = this.#tame && kind === 'texts' ? table.texts.slice(0, -1) : table[kind];
    if (names.length === 0) return `length(${alias}.organizationsId)`;
    return `${alias}.${this.#draw.of(names)}`;
  }

  #literal(): string {
    return `'${this.#draw.of(oddTexts).replaceAll("'", "''")}'`;
  }

  #operator(): string {
    return this.#draw.of(['=', '<>', '<', '<=', '>', '>=', '==', '!=']);
  }

  #many(least: number, most: number, write: () => string): string[] {
    return Array.from({ length: least + this.#draw.below(most - least + 1) }, write);
  }
}
