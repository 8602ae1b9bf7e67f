import type { LineNode, PlantNode } from '../../src/base/wire.js'
import type { Total } from './range-sum.js'

/** Where the electricity of a plant comes from and where it goes, as far as its meters tell. */

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
  /** What the sources come to; null without the grid meter. */
  readonly supply: number | null
  /** Sources minus uses, by figures that do not depend on each other; null where there is nothing to check with. */
  readonly difference: number | null
}

/** Of a line: its own figure, or those of its submeters where its main meter is that of the whole plant. */
interface LineMeters {
  readonly line: LineNode
  /** null where the figure of the line is that of its uses. */
  readonly submeters: readonly string[] | null
}

/** Which figures say what a line uses: a main meter beside lines that have submeters alone is the plant's. */
export function metersOf(plant: PlantNode): readonly LineMeters[] {
  const has = (line: LineNode, role: string) => line.devices.some((device) => device.role === role)
  const hasSubmeters = plant.lines.some((line) => has(line, 'sub'))
  return plant.lines.map((line) => {
    const isOfPlant = hasSubmeters && has(line, 'main')
    const submeters = line.devices.filter(({ role }) => role === 'sub').map(({ id }) => id)
    return { line, submeters: isOfPlant ? submeters : null }
  })
}

interface FlowFigures {
  readonly imported: number | null
  /** Import, generation and discharge less export and charge; null where the gateway does not reckon it. */
  readonly consumed: number | null
  /** Of the grid meter what no submeter sees; undefined where there are no submeters. */
  readonly unmetered: number | null | undefined
  readonly lines: readonly { readonly line: string; readonly amount: number | null }[]
}

/**
 * The flow of a plant. What is generated and stored on site comes as one net figure, consumption less import. The
 * remainder is the gateway's own, of its tree of meters, so that sources and uses can be compared; only without one it
 * is what is left.
 */
export function flowOf({ imported, consumed, unmetered, lines }: FlowFigures): Flow {
  const onSite = imported === null || consumed === null ? null : consumed - imported
  const metered = lines.reduce((sum, { amount }) => sum + (amount ?? 0), 0)
  const isWhole = lines.every(({ amount }) => amount !== null)
  const left = imported === null || !isWhole ? null : imported - metered
  const behindGrid = unmetered === undefined ? left : unmetered
  const remainder = behindGrid === null ? null : behindGrid + (onSite ?? 0)
  const fed = onSite !== null && onSite < 0 ? [{ kind: 'feedback', line: '', amount: -onSite } as const] : []
  const made = onSite !== null && onSite > 0 ? [{ kind: 'onsite', line: '', amount: onSite } as const] : []
  return {
    sources: [{ kind: 'import', line: '', amount: imported }, ...made],
    uses: [
      ...lines.map(({ line, amount }) => ({ kind: 'line', line, amount }) as const),
      ...fed,
      // What is fed back has left the bus: the remainder is of what stays.
      { kind: 'unmetered', line: '', amount: remainder },
    ],
    supply: imported === null ? null : imported + Math.max(0, onSite ?? 0),
    difference: left === null || unmetered == null ? null : left - unmetered,
  }
}

/** Readings that reach the page a moment apart differ by no more than this. */
const DIFFERENCE_SHARE = 0.005
const DIFFERENCE_MIN = 1

export function isBalanced({ supply, difference }: Flow): boolean | null {
  if (supply === null || difference === null) return null
  return Math.abs(difference) <= Math.max(DIFFERENCE_MIN, supply * DIFFERENCE_SHARE)
}

/** The sum of totals, as the sum of a line's submeters; null when one of them is not known. */
export function sumOfTotals(totals: readonly Total[]): number | null {
  return totals.reduce<number | null>((sum, { value }) => (sum === null || value === null ? null : sum + value), 0)
}
