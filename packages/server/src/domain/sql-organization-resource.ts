import {
  boolean,
  created,
  integer,
  json,
  lastModified,
  moment,
  organizationsId,
  parameter,
  text,
} from './sql-column.ts';
import type { SqlResource } from './sql-resource.ts';

/** Organizations, who may do what in them, and who did. */

const organizations: SqlResource = {
  name: 'organizations',
  aliases: [],
  description: 'A tenant: developers, apps, keys and products live in one.',
  columns: [
    text('name', 'The name that paths use.'),
    text('displayName', 'The name that people read.'),
    text('organization', 'The name that paths use, as lists call it.'),
    created,
    lastModified,
    json('environments', 'Names of its environments.'),
    json('properties', 'Its settings: `{"property": [{"name", "value"}]}`.'),
    text('runtimeType', 'Who runs the gateways: HYBRID, the owner of the organization.'),
    text('projectId', 'The organization counts as its own project.'),
    text('state', 'Whether it can be used yet: ACTIVE.'),
    organizationsId,
  ],
  key: ['organizationsId'],
  paths: [[]],
};

const environments: SqlResource = {
  name: 'environments',
  aliases: ['organizations_environments'],
  description: 'Where proxies run, as test and prod.',
  columns: [
    text('name', 'The name that paths use.'),
    text('displayName', 'The name that people read.'),
    created,
    lastModified,
    json('properties', 'Its settings: `{"property": [{"name", "value"}]}`.'),
    text('state', 'Whether it can be used yet: ACTIVE.'),
    organizationsId,
    parameter('environmentsId', 'The name that paths use.'),
  ],
  key: ['organizationsId', 'environmentsId'],
  paths: [['environments']],
};

const audits: SqlResource = {
  name: 'audits',
  aliases: ['organizations_audits'],
  description: 'Who changed what.',
  columns: [
    integer('id', 'Counts the entries.'),
    moment('timeStamp', 'When it was done'),
    text('user', 'E-mail of the account.'),
    text('operation', 'Either CREATE, UPDATE or DELETE.'),
    text('requestUri', 'As it was called.'),
    integer('responseCode', 'The HTTP status that the change was answered with.'),
    text('request', 'What was asked for, without secrets; empty where the call had no body.'),
    text('resource', 'Path of the entity below its organization.'),
    text('requestId', 'The id of the request, as logs tell it.'),
    organizationsId,
  ],
  key: ['organizationsId', 'id'],
  paths: [['audits']],
};

const userroles: SqlResource = {
  name: 'userroles',
  aliases: ['organizations_userroles'],
  description: 'A named set of permissions.',
  columns: [
    text('name', 'What the role is called.'),
    boolean('builtIn', 'Whether every organization has it.'),
    json('permissions', 'What it allows: a list of `{"path", "verbs"}`.'),
    organizationsId,
    parameter('userrolesId', 'What the role is called.'),
  ],
  key: ['organizationsId', 'userrolesId'],
  paths: [['userroles']],
};

const users: SqlResource = {
  name: 'users',
  aliases: ['organizations_users'],
  description: 'An account that has a role in the organization.',
  columns: [
    text('emailId', 'Its e-mail.'),
    text('firstName', 'Given name.'),
    text('lastName', 'Family name.'),
    json('roles', 'Names of its roles there.'),
    organizationsId,
    parameter('usersId', 'Its e-mail.'),
  ],
  key: ['organizationsId', 'usersId'],
  paths: [['users'], ['userroles']],
};

export const organizationResources: readonly SqlResource[] = [organizations, environments, audits, userroles, users];
