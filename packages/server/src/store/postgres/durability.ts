import type pg from 'pg';

/**
 * The server's word that a commit which it reports is on disk (G1).
 * @throws Error where a setting takes that word back
 */
export async function requireDurability(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ synchronous: string; fsync: string; version: string }>(
    `select current_setting('synchronous_commit') as synchronous, current_setting('fsync') as fsync,
      current_setting('server_version_num') as version`,
  );
  const settings = rows[0];
  if (settings === undefined) throw new Error('PostgreSQL does not tell its settings');
  if (Number(settings.version) < 150_000) throw new Error('PostgreSQL has to be of version 15 or newer');
  if (settings.synchronous !== 'on' && settings.synchronous !== 'remote_apply') {
    throw new Error(
      `PostgreSQL runs with synchronous_commit = ${settings.synchronous}, which can lose answered writes; it has to be on`,
    );
  }
  if (settings.fsync !== 'on') throw new Error('PostgreSQL runs with fsync = off, which can lose answered writes');
}
