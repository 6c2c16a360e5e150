import type { Command } from './command.ts';

/** Commands that are loaded together. */
interface CommandFile {
  /** What is typed first for one of them, and for no other. */
  readonly words: readonly string[];
  readonly load: () => Promise<readonly Command[]>;
}

/** Every command there is, in the order of help. */
const files: readonly CommandFile[] = [
  { words: ['serve'], load: async () => [(await import('./serve.ts')).serveCommand] },
  { words: ['verifier'], load: async () => [(await import('./verifier.ts')).verifierCommand] },
  { words: ['org'], load: async () => (await import('./organization.ts')).organizationCommands },
  { words: ['env'], load: async () => (await import('./environment.ts')).environmentCommands },
  { words: ['key'], load: async () => (await import('./key.ts')).keyCommands },
  { words: ['account'], load: async () => (await import('./account.ts')).accountCommands },
  { words: ['token'], load: async () => (await import('./token.ts')).tokenCommands },
  {
    words: ['runtime-credential'],
    load: async () => (await import('./runtime-credential.ts')).runtimeCredentialCommands,
  },
  { words: ['gateway-key'], load: async () => (await import('./gateway-key.ts')).gatewayKeyCommands },
  { words: ['verifiers'], load: async () => (await import('./verifier-list.ts')).verifierCommands },
  { words: ['export', 'import'], load: async () => (await import('./bulk.ts')).bulkCommands },
  { words: ['backup', 'restore'], load: async () => (await import('./archive.ts')).archiveCommands },
  { words: ['master-key'], load: async () => (await import('./master-key.ts')).masterKeyCommands },
  { words: ['search'], load: async () => (await import('./search.ts')).searchCommands },
  { words: ['audit'], load: async () => (await import('./audit.ts')).auditCommands },
  { words: ['sql'], load: async () => (await import('./sql.ts')).sqlCommands },
  { words: ['stackql'], load: async () => (await import('./stackql.ts')).stackqlCommands },
];

/**
 * The commands that this may be the first word of, or all where it is none's: help and advice name them. What a command
 * needs takes time to load, so a sidecar does not wait for what imports files.
 */
export async function loadCommands(word: string | undefined): Promise<readonly Command[]> {
  const meant = files.filter(({ words }) => word !== undefined && words.includes(word));
  const loaded = await Promise.all((meant.length > 0 ? meant : files).map(({ load }) => load()));
  return loaded.flat();
}
