import { before } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { replayTranscript } from '../../support/transcript.ts';

for (const noun of ['developer', 'organization']) {
  const organization = `x-${noun}`;
  describeOnEveryStore(`X transcript of ${noun}`, (server) => {
    before(() => server().makeOrganization(organization, 'x'));
    replayTranscript(new URL(`transcript/${noun}.http`, import.meta.url), server, organization);
  });
}
