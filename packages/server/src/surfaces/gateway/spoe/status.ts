/** Why a connection ends, as SPOP numbers it (HAProxy, doc/SPOE.txt §3.5). From 100 on the numbers are an agent's own. */
export const spopStatus = {
  normal: 0,
  timeout: 2,
  tooBig: 3,
  invalid: 4,
  noVersion: 5,
  noFrameSize: 6,
  noCapabilities: 7,
  unsupportedVersion: 8,
  badFrameSize: 9,
  fragmented: 10,
  stale: 100,
} as const;

export type SpopStatus = (typeof spopStatus)[keyof typeof spopStatus];

const texts: Readonly<Record<SpopStatus, string>> = {
  [spopStatus.normal]: 'normal',
  [spopStatus.timeout]: 'a timeout occurred',
  [spopStatus.tooBig]: 'the frame is too big',
  [spopStatus.invalid]: 'an invalid frame was received',
  [spopStatus.noVersion]: 'supported-versions was not found',
  [spopStatus.noFrameSize]: 'max-frame-size was not found',
  [spopStatus.noCapabilities]: 'capabilities was not found',
  [spopStatus.unsupportedVersion]: 'none of these versions is supported',
  [spopStatus.badFrameSize]: 'max-frame-size is too small',
  [spopStatus.fragmented]: 'fragments are not supported',
  [spopStatus.stale]: 'the verifier has lost its plane',
};

export function describeStatus(status: SpopStatus): string {
  return texts[status];
}

/** A frame that ends its connection. */
export class FrameFault extends Error {
  readonly status: SpopStatus;

  constructor(status: SpopStatus) {
    super(texts[status]);
    this.status = status;
  }
}
