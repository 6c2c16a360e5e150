/** A reason not to start, as a sentence that tells the operator what to do. Holds no secret. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
}
