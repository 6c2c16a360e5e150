import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import swagger from '@fastify/swagger';
import { Ajv } from 'ajv';
import fastify from 'fastify';
import { toJsonSchema, toJsonSchemas } from '../../../src/surfaces/x/json-schema.ts';
import type { Message } from '../../../src/surfaces/x/message.ts';
import { encodeMessage } from '../../../src/surfaces/x/proto-json.ts';
import { listOfDevelopersMessage } from '../../../src/surfaces/x/schema/developer.ts';
import { organizationMessage } from '../../../src/surfaces/x/schema/organization.ts';

/** Compiles the message's schema with all that it refers to. */
function compile(message: Message): (value: unknown) => boolean {
  const ajv = new Ajv({
    strict: true,
    formats: { int64: /^-?\d+$/, int32: true, byte: true, 'date-time': true },
  });
  for (const schema of toJsonSchemas([message])) ajv.addSchema(schema);
  const validate = ajv.getSchema(message.name);
  assert.ok(validate);
  return (value) => validate(value) === true;
}

describe('the JSON Schema of a message', () => {
  test('holds for what is encoded', () => {
    const isList = compile(listOfDevelopersMessage);
    const developer = {
      email: 'a@b.c',
      attributes: [{ name: 'n', value: 'v' }],
      apps: ['x'],
      status: 'active',
      createdAt: 1636050369457,
    };
    assert.ok(isList(encodeMessage(listOfDevelopersMessage, { developer: [developer, {}] })));
    assert.ok(isList({}));
    const isOrganization = compile(organizationMessage);
    const organization = {
      name: 'o',
      runtimeType: 'CLOUD',
      environments: ['test'],
      createdAt: 1,
      properties: { property: [{ name: 'features.isCpsEnabled', value: 'true' }] },
      addonsConfig: { monetizationConfig: { enabled: true } },
    } as const;
    assert.ok(isOrganization(encodeMessage(organizationMessage, organization)));
  });

  test('fails for what is not', () => {
    const isList = compile(listOfDevelopersMessage);
    for (const developer of [{ createdAt: 1636050369457 }, { createdBy: 'x' }, { attributes: [{ name: 1 }] }, null]) {
      assert.ok(!isList({ developer: [developer] }), JSON.stringify(developer));
    }
    assert.ok(!compile(organizationMessage)({ runtimeType: 'MOON' }));
  });

  test('makes OpenAPI with one component for each message', async () => {
    const app = fastify();
    await app.register(swagger, {
      openapi: { openapi: '3.1.0', info: { title: 't', version: '1' } },
      refResolver: { buildLocalReference: (json) => String(json['$id']) },
    });
    for (const schema of toJsonSchemas([listOfDevelopersMessage])) app.addSchema(schema);
    const response = { 200: { $ref: `${listOfDevelopersMessage.name}#` } };
    app.get('/v1/organizations/:organizationsId/developers', { schema: { response } }, () => '');
    await app.ready();
    const document: unknown = JSON.parse(JSON.stringify(app.swagger()));
    await app.close();
    const schemas = Object(document).components.schemas;
    assert.deepEqual(
      Object.keys(schemas).sort(),
      toJsonSchemas([listOfDevelopersMessage]).map((schema) => schema['$id']),
    );
    const developers = schemas.GoogleCloudApigeeV1ListOfDevelopersResponse.properties.developer;
    assert.equal(developers.items.$ref, '#/components/schemas/GoogleCloudApigeeV1Developer');
    assert.equal(schemas.GoogleCloudApigeeV1Developer.properties.createdAt.readOnly, true);
  });

  test('describes a message in its own words', () => {
    const { description, properties } = toJsonSchema(organizationMessage);
    assert.equal(description, organizationMessage.doc);
    assert.deepEqual(Object.keys(Object(properties)), Object.keys(organizationMessage.fields));
  });
});
