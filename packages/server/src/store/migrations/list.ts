import { ground } from './0001-ground.ts';
import { keys } from './0002-keys.ts';
import { ratePlan } from './0003-rate-plan.ts';
import { developerMark } from './0004-developer-mark.ts';
import { monetization } from './0005-monetization.ts';
import { rotation } from './0007-rotation.ts';
import { search } from './0008-search.ts';
import { runtimeCredential } from './0009-runtime-credential.ts';
import { verifierLease } from './0010-verifier-lease.ts';
import { tokenVerifier } from './0011-token-verifier.ts';
import type { Migration, SchemaEditor } from './migration.ts';

/** All migrations, oldest first. */
export const allMigrations: readonly Migration[] = [
  ground,
  keys,
  ratePlan,
  developerMark,
  monetization,
  rotation,
  search,
  runtimeCredential,
  verifierLease,
  tokenVerifier,
];

/** The schema that these migrations end with. */
export function newestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.number ?? 0;
}

/**
 * Brings the schema forward to the newest of `migrations`; resolves to the numbers of those that ran.
 * @throws Error where the store was made by a newer version
 */
export async function migrate(editor: SchemaEditor, migrations: readonly Migration[]): Promise<number[]> {
  const { text, integer } = editor.types;
  if (!(await editor.hasTable('migration'))) {
    await editor.execute(`create table migration (number ${integer} primary key, name ${text} not null)`);
  }
  const current = await readSchema(editor);
  const newest = newestOf(migrations);
  if (current > newest) {
    throw new Error(
      `the store has schema ${current}, made by a newer claviger; this one knows schemas up to ${newest}`,
    );
  }
  const pending = migrations.filter(({ number }) => number > current);
  for (const migration of pending) {
    await migration.up(editor);
    await editor.execute(`insert into migration (number, name) values (${migration.number}, '${migration.name}')`);
  }
  return pending.map(({ number }) => number);
}

async function readSchema(editor: SchemaEditor): Promise<number> {
  const [row] = await editor.query('select max(number) as number from migration');
  return Number(row?.['number'] ?? 0);
}
