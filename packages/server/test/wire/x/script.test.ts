import { before } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { replayScript } from '../../support/script.ts';

for (const noun of ['developer', 'organization']) {
  const organization = `x-${noun}`;
  describeOnEveryStore(`X conversations about ${noun}`, (server) => {
    before(() => server().makeOrganization(organization, 'x'));
    replayScript(new URL(`script/${noun}.http`, import.meta.url), server, organization);
  });
}
