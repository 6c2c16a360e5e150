/** Told of each statement the first time that it runs, with the engine's plan for it. */
export type StatementWatch = (seen: SeenStatement) => void;

export interface SeenStatement {
  readonly name: string;
  readonly text: string;
  /** Lines of the plan, in the engine's words. */
  readonly plan: readonly string[];
}
