import type { DeviceNotice } from '../base/ingress.js'
import type { ReadingBlock } from '../base/reading-block.js'
import type { DecodeRules, Incoming } from './decode.js'
import type { DecodedMessage } from './decoded-message.js'
import type { DialectState } from './dialect-state.js'
import type { PayloadSlice } from './json-fast-path.js'

export type { DialectState } from './dialect-state.js'

/** A message in the bytes of a journal record, and as `decode` wants it. */
export type BytesIncoming = Incoming &
  PayloadSlice & {
    /** It was refused when it came, and is tried once more: what has come since is younger than it. */
    readonly isAgain?: boolean
  }

/** Decodes the messages of one language that is not our own JSON. A function of the journal: nothing of it reads a clock. */
export interface Dialect {
  /** Name of the language; the keys of the state that it remembers begin with this and a slash. */
  readonly name: string
  /** Values that were in order and made no reading, since the start, by why. */
  readonly leftOut?: Readonly<Record<string, number>>
  /** True when a message that is not of our own grammar is in this language. */
  speaks(message: BytesIncoming, rules: DecodeRules): boolean
  /** Describes for people what a message that is in it is read by; its name says enough when absent. */
  describe?(message: BytesIncoming, rules: DecodeRules): string
  /** Adds the readings of a message to `into`, and says in `taken`, which is clear, what became of it. Never throws. */
  take(message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void
  /** Time has gone on, by the journal: one a second. */
  tick?(nowMs: number, rules: DecodeRules): void
  /** A session of an MQTT client at the embedded broker has begun or ended; null: none is left of before, after a start. */
  session?(client: string | null, what: 'begin' | 'end', nowMs: number): void
  /** Notices for devices that have come up since it was asked last. */
  takeNotices?(): readonly DeviceNotice[]
  /** State that has changed since it was asked last: to be saved with the readings. */
  takeChanges?(): readonly DialectState[]
  restore?(states: readonly DialectState[]): void
}
