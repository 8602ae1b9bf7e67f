import type { Duplex } from 'node:stream'
import type { JournalBacklog } from './backlog.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import type { InFlight } from './in-flight.js'
import type { PublishFastPath } from './publish-fast-path.js'
import type { ReasonCode } from './reason-codes.js'

/** The peer broke the protocol; the message is the reason, for the log. */
export class FramingError extends Error {
  constructor(
    sentence: string,
    readonly reason?: ReasonCode,
  ) {
    super(sentence)
  }
}

/** The peer left its PUBACKs unread for too long. */
export class UnreadError extends Error {
  constructor() {
    super('acknowledgements were not read')
  }
}

/** Parts of the broker that all guards share. */
export interface GuardParts {
  readonly backlog: JournalBacklog
  readonly budget: EventLoopBudget
  readonly bounds: GuardBounds
  readonly fastPath: PublishFastPath | null
  readonly inFlight: InFlight
}

interface GuardBounds {
  /** Largest payload of a PUBLISH that is kept; only a sample is kept of a larger one. */
  readonly payloadBytesMax: number
  /** Longest time that a peer may leave its PUBACKs unread; aedes gives as long for what it writes. */
  readonly unreadMs: number
  /** It sends more than its share, or more than figures can follow, and is read no further for a while. */
  onPaced?(guard: Duplex & { readonly remoteAddress: string | undefined }, why: 'rate' | 'figures'): void
}
