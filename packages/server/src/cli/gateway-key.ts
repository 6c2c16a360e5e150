import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { parseDuration } from './duration.ts';
import { pathOfOrganization } from './organization.ts';
import { printJson, tell } from './terminal.ts';

const rotate = definePlaneCommand(
  {
    words: ['gateway-key', 'rotate'],
    operands: ['ORG'],
    summary: "Make the next key that tokens of Apigee's gateways are signed with",
    example: 'claviger gateway-key rotate acme --after 1h',
    options: {
      after: { value: 'TIME', doc: 'Sign with it so long from now on (1h): until all gateways have read it.' },
    },
    note: () =>
      'Gateways read public keys now and then. The next key is published at once; the one before it stays published\n' +
      'until its last token has ended. With --after 0 they refuse new tokens until they have read the keys again.',
  },
  async (client, { operands: [organization = ''], options }) => {
    const body = { afterSeconds: parseDuration('after', options['after'] ?? '1h') };
    const path = `${pathOfOrganization(organization)}/gateway-keys/rotate`;
    const next = await client.call<{ id: string; signsFrom: string }>('POST', path, { body });
    if (options['json'] !== undefined) printJson(next);
    else tell(`The key ${next.id} signs from ${next.signsFrom} on.`);
  },
);

export const gatewayKeyCommands: readonly Command[] = [rotate];
