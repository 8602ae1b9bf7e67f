import type { MetricClass } from '../base/metrics.js'
import type { DeviceEvent } from '../base/reading.js'
import type { DevicePath } from '../base/topic.js'
import { type Decoded, ELEMENTS_MAX } from './decode.js'
import type { ElementRejection } from './message.js'

const NONE: readonly never[] = []
const LEFT_OUT_MAX = 1000
const NO_SEQS = new Float64Array(0)

/** Result of decoding a message, as far as it is of one device. */
export interface DeviceShare {
  /** Device that sent it; null when no device is known to have sent it. */
  readonly path: DevicePath | null
  /** The class of its readings; null when it has none, or of several classes. */
  readonly class: MetricClass | null
  /** Number of its readings by class; null when they are of one, or there are none. */
  readonly byClass: ReadonlyMap<MetricClass, number> | null
  readonly readings: number
  /** Newest event time of its readings and events, epoch ms; -Infinity without any. */
  readonly newestTs: number
  /** Newest event time of the readings to which the device gave one, epoch ms; -Infinity without any. */
  readonly newestSentTs: number
  readonly events: readonly DeviceEvent[]
  readonly status: Decoded['status']
  readonly rejected: readonly ElementRejection[]
  /** The device's counters in the order sent, those of refused elements included: the first `seqCount` of these. */
  readonly seqs: Float64Array
  readonly seqCount: number
}

/** Profile that ignored a message which was in order, and the rule by which it did. */
export interface IgnoredBy {
  readonly profile: string
  /** A topic as the profile writes it. */
  readonly rule: string
}

/** A value that was in order and made no reading. */
export interface LeftOutValue {
  /** The value as its sender calls it. */
  readonly name: string
  /** Reason, as a part of a sentence. */
  readonly why: string
}

/**
 * Result of decoding one message whose readings went into a block: what `Decoded` says, with the readings counted. Where
 * it is of several devices this is the part of the first.
 */
export class DecodedMessage implements DeviceShare {
  /** One object for each topic of the own grammar, as long as it is remembered. */
  path: DevicePath | null = null
  class: MetricClass | null = null
  byClass: ReadonlyMap<MetricClass, number> | null = null
  readings = 0
  newestTs = -Infinity
  newestSentTs = -Infinity
  events: readonly DeviceEvent[] = NONE
  status: Decoded['status'] = null
  rejected: readonly ElementRejection[] = NONE
  readonly seqs = new Float64Array(ELEMENTS_MAX)
  seqCount = 0
  isDecoded = false
  /** Nothing was read from it on purpose; null otherwise. */
  ignoredBy: IgnoredBy | null = null
  /** Values that were left out, at most `LEFT_OUT_MAX`; null where nobody asks for their names. */
  leftOut: LeftOutValue[] | null = null
  /** The parts of the other devices. */
  others: readonly DeviceShare[] = NONE

  /** Names a value that is left out, where somebody asks. */
  leaveOut(name: string, why: string): void {
    if (this.leftOut !== null && this.leftOut.length < LEFT_OUT_MAX) this.leftOut.push({ name, why })
  }

  /** Says nothing of any message. */
  clear(): void {
    this.path = null
    this.class = null
    this.byClass = null
    this.readings = 0
    this.newestTs = -Infinity
    this.newestSentTs = -Infinity
    this.events = NONE
    this.status = null
    this.rejected = NONE
    this.seqCount = 0
    this.isDecoded = false
    this.ignoredBy = null
    if (this.leftOut !== null) this.leftOut = []
    this.others = NONE
  }
}

/** The part of one more device, while it is being made. */
export class OtherDeviceShare implements DeviceShare {
  class: MetricClass | null = null
  byClass: ReadonlyMap<MetricClass, number> | null = null
  readings = 0
  newestTs = -Infinity
  newestSentTs = -Infinity
  readonly events: readonly DeviceEvent[] = NONE
  status: Decoded['status'] = null
  rejected: readonly ElementRejection[] = NONE
  readonly seqs = NO_SEQS
  readonly seqCount = 0

  constructor(readonly path: DevicePath | null) {}
}

/** Rejections of all devices of a message. */
export function rejectionsOf({
  rejected,
  others,
}: Pick<DecodedMessage, 'rejected' | 'others'>): readonly ElementRejection[] {
  return others.length === 0 ? rejected : [...rejected, ...others.flatMap((part) => part.rejected)]
}
