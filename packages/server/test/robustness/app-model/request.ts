import { dirname } from 'node:path/posix';
import { memberAttributeName } from '../../../src/domain/company-member.ts';
import type { ClientRequest } from '../support/client.ts';
import type { AppCommand, OtherCommand, Where, WhichKey } from './command.ts';
import type { Attribute, CompanyCommand, Member } from './company-command.ts';
import type { View } from './ground.ts';
import { type AppModel, isCompany, isReplaced } from './model.ts';

/** The call that a command means. */
export function toRequest(command: AppCommand, model: AppModel, organization: string): ClientRequest {
  const root = `/${command.view}/v1/organizations/${organization}`;
  switch (command.verb) {
    case 'lookup': {
      const path = `/claviger/v1/organizations/${organization}/credentials/lookup`;
      return { method: 'POST', path, body: { consumerKey: model.spell(command.key) } };
    }
    case 'make-product': {
      const { product: name } = command;
      const body = { name, displayName: name, approvalType: name === 'manual' ? 'manual' : 'auto' };
      return { method: 'POST', path: `${root}/apiproducts`, body };
    }
    case 'delete-product':
      return { method: 'DELETE', path: `${root}/apiproducts/${command.product}` };
    case 'make-developer': {
      const body = { email: command.developer, firstName: 'A', lastName: 'B', userName: 'ab' };
      return { method: 'POST', path: `${root}/developers`, body };
    }
    case 'delete-developer':
      return { method: 'DELETE', path: `${root}/developers/${command.developer}` };
    case 'set-developer':
      return { method: 'POST', path: `${root}/developers/${command.developer}?action=${command.action}` };
    case 'list-apps':
      return { method: 'GET', path: `${root}/${toOwnerPath(command.view, command.owner)}/apps` };
    default:
      return 'company' in command ? toCompanyRequest(command, root) : toAppRequest(command, model, root);
  }
}

type OnApp = Extract<OtherCommand, { where: Where }>;

function toAppRequest(command: OnApp, model: AppModel, root: string): ClientRequest {
  const { where, view } = command;
  const apps = `${root}/${toOwnerPath(view, where.owner)}/apps`;
  const app = `${apps}/${where.app}`;
  if ('which' in command) return toKeyRequest(command, `${app}/keys/${model.spell(command.which, where)}`);
  if (command.verb === 'create-app' || command.verb === 'update-app') {
    const { products: apiProducts, attributes, callbackUrl } = command;
    const body = { name: where.app, apiProducts, attributes, callbackUrl };
    return command.verb === 'create-app' ? { method: 'POST', path: apps, body } : { method: 'PUT', path: app, body };
  }
  if (command.verb === 'get-app') return { method: 'GET', path: app };
  if (command.verb === 'delete-app') return { method: 'DELETE', path: app };
  if (command.verb === 'set-app') {
    // Of X's app groups alone both methods set the status.
    const method = view === 'x' && isCompany(where.owner) ? command.method : 'POST';
    return { method, path: `${app}?action=${command.action}` };
  }
  if (command.verb === 'import-key') {
    return { method: 'POST', path: `${app}/keys/create`, body: { consumerKey: command.key, consumerSecret: 's' } };
  }
  throw new Error(`no call for ${command.verb}`);
}

function toKeyRequest(command: Extract<OtherCommand, { which: WhichKey }>, key: string): ClientRequest {
  switch (command.verb) {
    case 'get-key':
      return { method: 'GET', path: key };
    case 'delete-key':
      return { method: 'DELETE', path: key };
    case 'set-key':
      return { method: 'POST', path: `${key}?action=${command.action}` };
    case 'update-key': {
      const { products: apiProducts, attributes, method, view, where } = command;
      if (view === 'edge' || !isCompany(where.owner)) return { method, path: key, body: { apiProducts, attributes } };
      const body = isReplaced(command) ? { attributes } : { apiProducts, appGroupAppKey: { attributes } };
      return { method, path: key, body };
    }
    case 'set-key-product':
      return { method: 'POST', path: `${key}/apiproducts/${command.product}?action=${command.action}` };
    case 'remove-key-product':
      return { method: 'DELETE', path: `${key}/apiproducts/${command.product}` };
  }
}

function toOwnerPath(view: View, owner: string): string {
  if (!isCompany(owner)) return `developers/${owner}`;
  return view === 'edge' ? `companies/${owner}` : `appgroups/${owner}`;
}

function toCompanyRequest(command: CompanyCommand, root: string): ClientRequest {
  const { view, company } = command;
  const item = `${root}/${toOwnerPath(view, company)}`;
  switch (command.verb) {
    case 'create-company':
      return { method: 'POST', path: dirname(item), body: toBody(command) };
    case 'update-company':
      return { method: 'PUT', path: item, body: toBody(command) };
    case 'get-company':
      return { method: 'GET', path: item };
    case 'delete-company':
      return { method: 'DELETE', path: item };
    case 'set-company':
      return { method: command.method, path: `${item}?action=${command.action}` };
    default:
      return view === 'edge' ? toMemberRequest(command, item) : toMemberAttributeRequest(command, item);
  }
}

type OnMembers = Extract<CompanyCommand, { verb: 'list-members' | 'set-members' | 'remove-member' }>;

function toMemberRequest(command: OnMembers, company: string): ClientRequest {
  const path = `${company}/developers`;
  if (command.verb === 'list-members') return { method: 'GET', path };
  if (command.verb === 'remove-member') return { method: 'DELETE', path: `${path}/${command.developer}` };
  const developer = command.members.map(({ developer: email, role }) => ({ email, role }));
  return { method: 'POST', path, body: { developer } };
}

function toMemberAttributeRequest(command: OnMembers, company: string): ClientRequest {
  const path = `${company}/attributes/${memberAttributeName}`;
  if (command.verb === 'list-members') return { method: 'GET', path };
  if (command.verb === 'remove-member') return { method: 'DELETE', path };
  return { method: 'POST', path, body: toMemberAttribute(command.members) };
}

function toBody({
  view,
  company: name,
  displayName,
  attributes,
  members,
}: Extract<CompanyCommand, { verb: 'create-company' | 'update-company' }>): object {
  const reserved = view === 'x' && members !== undefined ? [toMemberAttribute(members)] : [];
  return { name, displayName, attributes: [...attributes, ...reserved] };
}

function toMemberAttribute(members: readonly Member[]): Attribute {
  const list = members.map(({ developer, role }) => ({ developer, roles: role === undefined ? [] : [role] }));
  return { name: memberAttributeName, value: JSON.stringify(list) };
}
