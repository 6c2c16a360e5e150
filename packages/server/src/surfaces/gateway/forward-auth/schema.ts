import { Type } from '@sinclair/typebox';

const fault = Type.Object(
  { fault: Type.Object({ faultstring: Type.String(), detail: Type.Object({ errorcode: Type.String() }) }) },
  { description: 'A fault, as Apigee writes it: what the client of the call is to be answered.' },
);

const refused = (description: string) => ({ description, content: { 'application/json': { schema: fault } } });

/** What a gateway is answered. Who calls stands in headers. */
export const forwardAnswers = {
  200: { type: 'null', description: 'The call may be made. X-Claviger-App, X-Claviger-Developer … tell who calls.' },
  401: refused('The call may not be made, X-Claviger-Reason tells why; or the credential is none, as problem+json.'),
  403: refused('As 503, to gateways that take no such status.'),
  503: refused('The verifier has lost its plane.'),
};
