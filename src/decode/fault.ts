import type { RejectReason } from '../base/reasons.js'
import type { DevicePath } from '../base/topic.js'

/** Why something was not taken. The detail is a sentence for the device's engineer: what came, what is expected. */
export interface Fault {
  readonly reason: RejectReason
  readonly detail: string
}

export function fault(reason: RejectReason, detail: string): Fault {
  return { reason, detail }
}

/** Of a device that the configuration does not know, where it has to. */
export function unknownDevice({ plant, device }: Pick<DevicePath, 'plant' | 'device'>): Fault {
  return fault('unknown_device', `device ${device} of plant ${plant} is not registered; add it first`)
}

export function isFault(answer: object): answer is Fault {
  return 'reason' in answer
}
