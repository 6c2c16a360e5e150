import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';
import { readTask, report } from './host.ts';

/**
 * What `developer.create.share` is held against: Fastify and the bare INSERT of the developer's row, with the same
 * group commit and the same durability. No rules, no authentication, no audit, no change log.
 */
export interface BareCreateTask {
  readonly file: string;
  readonly groupMax: number;
}

interface Draft {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userName: string;
  readonly attributes: readonly object[];
}

const { file, groupMax } = readTask<BareCreateTask>();
const db = new DatabaseSync(file);
db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
// As in our own writer.
db.exec('pragma wal_autocheckpoint = 4000');
const insert = db.prepare(
  `insert into developer (id, organization_id, email, email_key, first_name, last_name, user_name, status, attributes,
    created_at, created_by, last_modified_at, last_modified_by, version)
    values (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, 1) on conflict do nothing`,
);
const queue: (() => void)[] = [];
const answers: (() => void)[] = [];

function commit(): void {
  const group = queue.splice(0, groupMax);
  db.exec('begin immediate');
  for (const write of group) write();
  db.exec('commit');
  for (const answer of answers.splice(0)) answer();
  if (queue.length > 0) setImmediate(commit);
}

function create(organization: string, draft: Draft): Promise<object> {
  return new Promise((resolve) => {
    if (queue.length === 0) setImmediate(commit);
    queue.push(() => {
      const { email, firstName, lastName, userName, attributes } = draft;
      const id = randomUUID();
      const at = Date.now();
      const text = JSON.stringify(attributes);
      insert.run(id, organization, email, email.toLowerCase(), firstName, lastName, userName, text, at, '', at, '');
      answers.push(() => resolve({ developerId: id, organizationName: organization, ...draft, createdAt: at }));
    });
  });
}

const app = Fastify();
app.post<{ Params: { organization: string }; Body: Draft }>(
  '/v1/organizations/:organization/developers',
  async (request, reply) => reply.code(201).send(await create(request.params.organization, request.body)),
);
report(await app.listen({ host: '127.0.0.1', port: 0 }), async () => {
  await app.close();
  db.close();
});
