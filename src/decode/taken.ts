import type { MetricClass } from '../base/metrics.js'
import type { DeviceEvent } from '../base/reading.js'
import type { DevicePath } from '../base/topic.js'
import { type Decoded, ELEMENTS_MAX } from './decode.js'
import type { ElementRejection } from './message.js'

const NONE: readonly never[] = []

/** What became of one message whose readings went into a block: what `Decoded` says, with the readings counted. */
export class Taken {
  /** Who sent it; null when the topic is not in the grammar. One object for each topic, as long as it is remembered. */
  path: DevicePath | null = null
  /** The class of its readings; null when it has none. */
  class: MetricClass | null = null
  readings = 0
  /** Newest event time of its readings and events, epoch ms; -Infinity without any. */
  newestTs = -Infinity
  /** Newest event time of the readings to which the device gave one, epoch ms; -Infinity without any. */
  newestSentTs = -Infinity
  events: readonly DeviceEvent[] = NONE
  status: Decoded['status'] = null
  rejected: readonly ElementRejection[] = NONE
  /** The device's counters in the order sent, those of refused elements included: the first `seqCount` of these. */
  readonly seqs = new Float64Array(ELEMENTS_MAX)
  seqCount = 0
  isDecoded = false

  /** Says nothing of any message. */
  clear(): void {
    this.path = null
    this.class = null
    this.readings = 0
    this.newestTs = -Infinity
    this.newestSentTs = -Infinity
    this.events = NONE
    this.status = null
    this.rejected = NONE
    this.seqCount = 0
    this.isDecoded = false
  }
}
