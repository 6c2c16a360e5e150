/** How large things may be. The aims are half of it: 250 lines a file, 30 a function. */
export interface SizeLaw {
  readonly fileLinesMax: number;
  readonly functionLinesMax: number;
  /** For functions in tests: a suite is a list of tests, each of them a function of its own. */
  readonly testFunctionLinesMax: number;
  readonly parametersMax: number;
  readonly exemptions: readonly Exemption[];
  /** A guard that read fewer files than this is blind, and fails. */
  readonly filesMin: number;
}

/** A file that may break one rule, by name and with its reason. One that no longer needs it is a violation too. */
export interface Exemption {
  readonly file: string;
  readonly rule: 'file-lines' | 'default-export';
  readonly reason: string;
}

export const sizeLaw: SizeLaw = {
  fileLinesMax: 400,
  functionLinesMax: 60,
  testFunctionLinesMax: 120,
  parametersMax: 4,
  exemptions: [],
  filesMin: 20,
};
