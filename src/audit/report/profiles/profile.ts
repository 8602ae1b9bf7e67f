import type { ReportProfile, Text } from '../../../base/report.js'
import type { BlockId, WholeId } from '../blocks/index.js'

/** The form of a report as data: which blocks stand in it, in which order, and what was not checked. */
export interface ReportForm {
  readonly id: ReportProfile
  /** Absent in the first edition of each form, as reports of it state none. */
  readonly edition?: number
  /** It holds its own sections and the figures in them alone: no notice, comparison, formulas of others, nor factors. */
  readonly isBare?: true
  /** 2: names instead of ids, last days instead of the days after them, times by the clocks of the plant; absent as it was before. */
  readonly words?: 2
  /** Its first page has a code that leads to instructions for whoever checks it. */
  readonly hasInstructions?: true
  /** A report of several plants has the figures of the park that they are. */
  readonly isPark?: true
  readonly title: Text
  readonly sections: readonly ReportFormSection[]
  /** Clauses that were not compared with the original text of the standard. */
  readonly unchecked: readonly Text[]
}

export interface ReportFormSection {
  readonly id: string
  readonly title: Text
  readonly note?: Text
  /** Blocks of each plant, one plant after the other. */
  readonly blocks?: readonly BlockId[]
  /** Blocks of the report as a whole, behind those. */
  readonly wholes?: readonly WholeId[]
}
