import type { RejectReason } from '../base/reasons.js'

/** Reason for which something was not taken. The detail is a sentence for the device's engineer: what came, what is expected. */
export interface Fault {
  readonly reason: RejectReason
  readonly detail: string
}

export function fault(reason: RejectReason, detail: string): Fault {
  return { reason, detail }
}

export function isFault(answer: object): answer is Fault {
  return 'reason' in answer
}
