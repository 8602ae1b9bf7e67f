import type { ReportTable } from '../../../base/report.js'
import type { PlantFacts } from '../facts.js'
import type { Figures } from '../figures.js'

/** A part of a report about one plant: its tables, and the figures in them. Ids of tables are unique within a plant. */
export type Block = (facts: PlantFacts, figures: Figures) => readonly ReportTable[]
