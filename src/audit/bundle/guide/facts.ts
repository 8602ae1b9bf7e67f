import type { Report } from '../../../base/report.js'
import type { LedgerPart } from '../ledger-part.js'
import type { ByHand } from './commands.js'
import type { Example } from './example.js'

/** The report, its part of the ledger and the example that the guide speaks of. */
export interface GuideFacts {
  readonly report: Report
  readonly ledger: LedgerPart
  /** A figure traced by hand; null where none of the report can be traced in so simple a way. */
  readonly example: Example | null
}

/** The arithmetic of an example, line by line, without a word of any language. */
export interface Workings {
  /** Commands that show the readings, each with the line that it shows as a comment. */
  readonly start: string
  readonly end: string
  readonly difference: string
  /** Distance of the reckoned energy from the report's figure, kWh; '' where it is nothing that can be seen. */
  readonly off: string
  readonly holds: boolean
  readonly emission: string | null
  readonly emissionHolds: boolean
}

/** The guide in one language, part by part. */
export interface GuideWords {
  head(facts: GuideFacts): string
  key(commands: ByHand): string
  script(commands: ByHand): string
  byHand(commands: ByHand, python: string): string
  example(example: Example, workings: Workings): string
  readonly noExample: string
  limits(facts: GuideFacts): string
}
