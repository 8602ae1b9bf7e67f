/** State of what a gateway in a plant passes on to a centre. Instants are epoch ms. */
export interface ForwardStatus {
  readonly isConnected: boolean
  /** Reason why nothing goes out; '' while something does. */
  readonly reason: string
  /** Since when the centre has not been reached; null while it is. */
  readonly lostSinceMs: number | null
  /** The centre has everything of the journal before this place, and that is written down: a restart begins here. */
  readonly position: number
  /** Messages of the journal that it has. */
  readonly messages: number
  /** Arrival of the oldest message that it has not; null when nothing waits. */
  readonly oldestWaitingMs: number | null
  /** Since the start: NATS messages that the centre has acknowledged, … */
  readonly batches: number
  /** … bytes of the journal's entries in them, and … */
  readonly entryBytes: number
  /** … bytes they were sent as. */
  readonly sentBytes: number
  /** Messages that no NATS message has room for: the centre got their first 4 KiB, and the size. */
  readonly cutShort: number
}
