import type { Report } from '../../../base/report.js'
import type { LedgerPart } from '../ledger-part.js'
import type { ByHand } from './commands.js'
import type { Example } from './example.js'

/** What the guide speaks of. */
export interface GuideFacts {
  readonly report: Report
  readonly ledger: LedgerPart
  /** As people compare it. */
  readonly fingerprint: string
  /** A figure traced by hand; null where none of the report can be traced in so simple a way. */
  readonly example: Example | null
}

/** The arithmetic of an example, line by line, without a word of any language. */
export interface Workings {
  /** Commands that show the readings, each with the line that it shows. */
  readonly start: string
  readonly end: string
  readonly difference: string
  /** How far that is from what the report says, kWh. */
  readonly offKwh: number
  readonly holds: boolean
  readonly emission: string | null
  readonly offKg: number
  readonly emissionHolds: boolean
}

/** The guide in one language, part by part. */
export interface GuideWords {
  head(facts: GuideFacts): string
  key(facts: GuideFacts): string
  script(facts: GuideFacts): string
  byHand(commands: ByHand): string
  example(example: Example, workings: Workings): string
  readonly noExample: string
  readonly limits: string
}
