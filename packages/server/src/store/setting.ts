import type { SettingReader, SettingWriter } from '../ports/store.ts';
import type { Executor } from './engine.ts';
import type { SettingRow } from './schema.ts';
import { defineStatement, pick } from './statement.ts';

const find = defineStatement('setting.find', (db, given: { name: string }) =>
  db.selectFrom('setting').select('value').where('name', '=', given.name),
);
const set = defineStatement('setting.set', (db, given: SettingRow) =>
  db
    .insertInto('setting')
    .values(pick(given, ['name', 'value']))
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: given.value })),
);
const setIfAbsent = defineStatement('setting.set-if-absent', (db, given: SettingRow) =>
  db
    .insertInto('setting')
    .values(pick(given, ['name', 'value']))
    .onConflict((conflict) => conflict.doNothing()),
);

const remove = defineStatement('setting.delete', (db, given: { name: string }) =>
  db.deleteFrom('setting').where('name', '=', given.name),
);
const listBetween = defineStatement('setting.list-between', (db, given: { from: string; to: string }) =>
  db.selectFrom('setting').select(['name', 'value']).where('name', '>=', given.from).where('name', '<', given.to),
);

/** Above every name that goes on after a prefix: no name of ours holds it. */
const highest = '\u{10ffff}';

/** The store's own small values. */
export class SettingTable implements SettingReader, SettingWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async get(name: string): Promise<string | undefined> {
    return (await this.#executor.first(find, { name }))?.value;
  }

  async set(name: string, value: string): Promise<void> {
    await this.#executor.run(set, { name, value });
  }

  async setIfAbsent(name: string, value: string): Promise<boolean> {
    return (await this.#executor.run(setIfAbsent, { name, value })) === 1;
  }

  async delete(name: string): Promise<void> {
    await this.#executor.run(remove, { name });
  }

  /** Those whose name begins so. */
  async list(prefix: string): Promise<SettingRow[]> {
    return this.#executor.rows(listBetween, { from: prefix, to: `${prefix}${highest}` });
  }
}
