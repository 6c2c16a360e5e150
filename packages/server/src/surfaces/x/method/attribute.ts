import type { DiscoveryMethod, ResourceParameter } from '../discovery-method.ts';
import { attributeMessage, attributesMessage } from '../schema/attribute.ts';

/** An entity that has attributes, as its methods are made of. */
export interface AttributeMethodFace {
  /** Id of the entity's methods, as `apigee.organizations.developers.apps`. */
  readonly id: string;
  /** The entity's own resource. */
  readonly resource: ResourceParameter;
  /** As `an app`. */
  readonly noun: string;
  /** Google's name of the call that sets one attribute, as `updateDeveloperAppAttribute`. */
  readonly setter: string;
}

/** The five calls on attributes, alike for every entity (compat/x.md §1.2). */
export function attributeMethodsOf({ id, resource, noun, setter }: AttributeMethodFace): readonly DiscoveryMethod[] {
  const suffix = '/attributes';
  const attribute: ResourceParameter = {
    name: 'name',
    template: `${resource.template}/attributes/{attributesId}`,
    doc: `The attribute of ${noun}, as …/attributes/tier.`,
  };
  return [
    {
      id: `${id}.attributes`,
      httpMethod: 'POST',
      doc: `Sets all attributes of ${noun}; those not sent are gone.`,
      resource: { ...resource, name: 'name' },
      suffix,
      request: attributesMessage,
      response: attributesMessage,
    },
    {
      id: `${id}.attributes.list`,
      httpMethod: 'GET',
      doc: `Tells all attributes of ${noun}.`,
      resource: { ...resource, name: 'parent' },
      suffix,
      response: attributesMessage,
    },
    {
      id: `${id}.attributes.get`,
      httpMethod: 'GET',
      doc: `Tells one attribute of ${noun}.`,
      resource: attribute,
      response: attributeMessage,
    },
    {
      id: `${id}.attributes.${setter}`,
      httpMethod: 'POST',
      doc: `Sets one attribute of ${noun}, whether it was there or not.`,
      resource: attribute,
      request: attributeMessage,
      response: attributeMessage,
    },
    {
      id: `${id}.attributes.delete`,
      httpMethod: 'DELETE',
      doc: `Takes one attribute from ${noun}. Answers with the attribute as it was.`,
      resource: attribute,
      response: attributeMessage,
    },
  ];
}
