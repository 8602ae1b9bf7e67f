import type { Text } from '../../../base/report.js'
import type { LotInput } from '../../footprint/lots-on-record.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import type { LotFacts } from './lot-facts.js'

/** A lot whose figures are being made, and how they are named. */
export interface LotContext {
  readonly facts: PlantFacts
  readonly figures: ReportFigures
  readonly lot: LotFacts
  /** Ids of its figures begin with it. */
  readonly stem: string
  title(en: string, zh: string): Text
}

/** Emissions of a line in the hours of a lot through one carrier: ids of its figures. */
export interface LotPart {
  readonly name: Text
  /** Amount that it is of, kWh or GJ; null for what burns, which has several. */
  readonly activity: string | null
  /** Emissions of the line, kgCO2e. */
  readonly co2e: string
  /** Ids of emission factors that it was made with. */
  readonly factors: readonly string[]
}

/** Figures of an input from a supplier, by id. */
export interface InputFigures {
  readonly input: LotInput
  /** Amount in the unit that footprints are declared in. */
  readonly amount: string
  /** The supplier's footprint of one of these units, kgCO2e. */
  readonly each: string
  readonly co2e: string
  /** Fossil part of it. */
  readonly fossil: string
}

/** Figures of one lot, by id. */
export interface LotFigures {
  readonly lot: LotFacts
  readonly parts: readonly LotPart[]
  /** Sum of the parts, kgCO2e. */
  readonly line: string
  /** Part of the line that is the lot's, 0 to 1. */
  readonly share: string
  readonly own: string
  readonly inputs: readonly InputFigures[]
  readonly upstream: string
  readonly total: string
  readonly quantity: string
  /** Footprint of one unit of the quantity, kgCO2e. */
  readonly perUnit: string
  /** Its fossil part. */
  readonly fossilPerUnit: string
  readonly primaryShare: string
  readonly meteredShare: string
}
