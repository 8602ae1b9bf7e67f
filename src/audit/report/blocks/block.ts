import type { ReportTable } from '../../../base/report.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'

/** A part of a report about one plant: its tables, and the figures in them. Ids of tables are unique within a plant. */
export type ReportBlock = (facts: PlantFacts, figures: ReportFigures) => readonly ReportTable[]
