import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { printJson, tell } from './terminal.ts';

const rotate = definePlaneCommand(
  {
    words: ['master-key', 'rotate'],
    operands: [],
    summary: 'Seal with the master key of today all that a former one still seals',
    example: 'claviger master-key rotate',
    note: () =>
      'Without a pause for clients: let every node know the next key by CLAVIGER_PREVIOUS_MASTER_KEYS, then give each\n' +
      'the next key as its master key and the former one as previous, run this, and forget the former one.',
  },
  async (client, { options }) => {
    const { resealed } = await client.call<{ resealed: string }>('POST', '/master-key/rotate');
    if (options['json'] !== undefined) printJson({ resealed: Number(resealed) });
    else tell(`${resealed} keys and secrets are sealed anew. No former master key is needed any more.`);
  },
);

export const masterKeyCommands: readonly Command[] = [rotate];
