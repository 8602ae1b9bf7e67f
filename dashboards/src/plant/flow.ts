import type { LineNode, PlantNode } from '../../../src/base/wire.js'
import { type OneFigure, type Total, totalOf } from '../series/totals.js'

/** Flow of a plant's electricity: where it comes from and where it goes, as far as its meters tell. */

export type FlowKind = 'import' | 'onsite' | 'line' | 'feedback' | 'unmetered'

export interface FlowPart {
  readonly kind: FlowKind
  /** The line; '' for what is not one. */
  readonly line: string
  /** kWh or kW, never below 0 but for the unmetered remainder; null when it cannot be known. */
  readonly amount: number | null
}

export interface Flow {
  readonly sources: readonly FlowPart[]
  readonly uses: readonly FlowPart[]
  /** Sum of the sources; null where one of them is not known. */
  readonly supply: number | null
  /** Sources minus uses, by figures that do not depend on each other; null where there is nothing to check with. */
  readonly difference: number | null
}

/** Meters that count a line: its own figure, or those of its submeters where its main meter is that of the whole plant. */
interface LineMeters {
  readonly line: LineNode
  /** null where the figure of the line is that of its uses. */
  readonly submeters: readonly string[] | null
}

/** Figures that say what each line uses: a main meter beside lines that have submeters alone is the plant's. */
export function metersOf(plant: PlantNode): readonly LineMeters[] {
  const has = (line: LineNode, role: string) => line.devices.some((device) => device.role === role)
  const hasSubmeters = plant.lines.some((line) => has(line, 'sub'))
  return plant.lines.map((line) => {
    const isOfPlant = hasSubmeters && has(line, 'main')
    const submeters = line.devices.filter(({ role }) => role === 'sub').map(({ id }) => id)
    return { line, submeters: isOfPlant ? submeters : null }
  })
}

/** A figure of the range, or none. */
type Series = readonly OneFigure[]

/** The figures of a range; none of what the gateway does not reckon. */
interface FlowSeries {
  readonly imported: Series
  /** Import, generation and discharge less export and charge. */
  readonly consumed: Series
  /** Part of the grid meter's figure that no submeter sees. */
  readonly unmetered: Series
  /** A line is the sum of its meters. */
  readonly lines: readonly { readonly line: string; readonly meters: readonly Series[] }[]
}

interface FlowRead {
  readonly flow: Flow
  readonly imported: Total
  readonly unmetered: Total
  /** Figures that are compared do not know the same time: what is left of them would be made up. */
  readonly isUneven: boolean
}

/**
 * The flow of a plant. What is generated and stored on site comes as one net figure, consumption less import. The
 * remainder is the gateway's own, of its tree of meters, so that sources and uses can be compared; only without one it
 * is what is left. What is taken from each other knows the same time: a silent meter must not look like a feedback.
 */
export function flowOver(series: FlowSeries, scale = 1): FlowRead {
  const [imported, unmetered] = [totalOf(series.imported), totalOf(series.unmetered)]
  const lines = series.lines.flatMap(({ line, meters }) => {
    const known = meters.filter((meter) => meter.length > 0)
    return known.length === 0 ? [] : [{ line, meters: known, amount: sumOfTotals(known.map(totalOf)) }]
  })
  const hasTree = series.unmetered.length > 0
  const hasOnSite = series.consumed.length > 0
  const meters = lines.flatMap((line) => line.meters)
  const net = remainderOf(series.consumed, [series.imported])
  const left = remainderOf(series.imported, hasTree ? [...meters, series.unmetered] : meters)
  const onSite = hasOnSite ? net.value : 0
  const behindGrid = hasTree ? unmetered.value : left.value
  const scaled = (value: number | null) => (value === null ? null : value * scale)
  const part = (kind: FlowKind, amount: number | null, line = '') => ({ kind, line, amount: scaled(amount) })
  const isOnSiteShown = onSite === null ? imported.value !== null : onSite > 0
  const flow: Flow = {
    sources: [part('import', imported.value), ...(isOnSiteShown ? [part('onsite', onSite)] : [])],
    uses: [
      ...lines.map(({ line, amount }) => part('line', amount, line)),
      ...(onSite !== null && onSite < 0 ? [part('feedback', -onSite)] : []),
      // Energy that is fed back has left the bus: the remainder is of what stays.
      part('unmetered', behindGrid === null || onSite === null ? null : behindGrid + onSite),
    ],
    supply: imported.value === null || onSite === null ? null : scaled(imported.value + Math.max(0, onSite)),
    difference: hasTree ? scaled(left.value) : null,
  }
  return { flow, imported, unmetered, isUneven: left.isUneven || (hasOnSite && net.isUneven) }
}

/** Parts of the time that two figures know may differ by this much: their windows end a little apart. */
const EVEN_SHARE = 0.02

/** Remainder of one figure less others; null where one of them is not known, or not of the same time. */
function remainderOf(whole: Series, parts: readonly Series[]) {
  const of = totalOf(whole)
  const taken = parts.map(totalOf)
  const isUneven = taken.some(({ coverage }) => Math.abs(coverage - of.coverage) > EVEN_SHARE)
  const isKnown = of.value !== null && taken.every(({ value }) => value !== null)
  const value = isKnown && !isUneven ? taken.reduce((rest, part) => rest - (part.value ?? 0), of.value ?? 0) : null
  return { value, isUneven: isUneven && of.value !== null }
}

/** Readings that reach the page a moment apart differ by no more than this. */
const DIFFERENCE_SHARE = 0.005
const DIFFERENCE_MIN = 1

export function isBalanced({ supply, sources, difference }: Flow): boolean | null {
  const size = supply ?? sources[0]?.amount ?? null
  if (size === null || difference === null) return null
  return Math.abs(difference) <= Math.max(DIFFERENCE_MIN, size * DIFFERENCE_SHARE)
}

/** The sum of totals, as the sum of a line's submeters; null when one of them is not known. */
export function sumOfTotals(totals: readonly Total[]): number | null {
  return totals.reduce<number | null>((sum, { value }) => (sum === null || value === null ? null : sum + value), 0)
}
