import { parseConfig } from '../../../src/config/config.ts';
import { gatherSettings } from '../../../src/config/gather.ts';
import { dialectRules } from '../../../src/domain/dialect.ts';
import type { AccountCall } from '../../../src/operations/call.ts';
import { createDeveloper } from '../../../src/operations/developer.ts';
import { createOrganization, deleteOrganization } from '../../../src/operations/organization.ts';
import { createLogger, type RunningServer, startServer } from '../../../src/serve.ts';
import type { Errand } from './server-process.ts';

/**
 * The server as a process of its own, so that it can be killed: settings from the environment, the ready line on
 * standard output, logs on standard error. Besides it takes errands over the IPC channel, for what no route does yet.
 */
const config = parseConfig(gatherSettings({}, process.env));
const server = await startServer(config, createLogger(config.logLevel));
process.stdout.write(`claviger listening on ${server.url}\n`);

process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
process.on('message', (message: Errand & { readonly number: number }) => {
  runErrand(server, message).then(
    () => process.send?.({ number: message.number }),
    (error: unknown) => process.send?.({ number: message.number, error: String(error) }),
  );
});

async function runErrand({ plane }: RunningServer, errand: Errand): Promise<void> {
  const [account] = (await plane.store.accounts.list({ limit: 1 })).filter(({ sysadmin }) => sysadmin);
  if (account === undefined) throw new Error('there is no administrator');
  const call: AccountCall = {
    account,
    request: { id: 'errand', uri: '/errand', operation: 'CREATE', responseCode: 201 },
  };
  if (errand.kind === 'create-organization') {
    await createOrganization(plane, call, { name: errand.name, dialect: errand.dialect });
  } else if (errand.kind === 'delete-organization') {
    await deleteOrganization(plane, call, { name: errand.name, confirm: errand.name });
  } else {
    const organization = await plane.store.organizations.findByName(errand.name);
    if (organization === undefined) throw new Error(`there is no organization ${errand.name}`);
    const visit = { ...call, organization, rules: dialectRules.edge, roles: [] };
    const drafts = Array.from({ length: errand.count }, (_, at) => ({
      email: `seed-${at}@example.com`,
      firstName: 'Seed',
      lastName: String(at),
    }));
    await Promise.all(drafts.map((draft) => createDeveloper(plane, visit, draft)));
  }
}
