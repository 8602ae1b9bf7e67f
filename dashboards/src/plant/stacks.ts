import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { PlantNode, Target } from '../../../src/base/wire.js'
import { type Reference, referenceFor } from '../tiles/model.js'

const POLLUTANTS = ['nox', 'so2', 'pm', 'co'] as const
type Pollutant = (typeof POLLUTANTS)[number]

const STACK_MEANS = POLLUTANTS.map((pollutant) => `pollutant_mean_${pollutant}`)
const REFERENCE_MEANS = POLLUTANTS.map((pollutant) => `pollutant_ref_mean_${pollutant}`)
export const STACK_KPIS = [
  ...STACK_MEANS,
  ...REFERENCE_MEANS,
  ...POLLUTANTS.map((pollutant) => `exceed_multiple_${pollutant}`),
  ...POLLUTANTS.map((pollutant) => `exceed_hours_${pollutant}`),
  ...POLLUTANTS.map((pollutant) => `pollutant_mass_${pollutant}`),
]

/** Place of the limit in every row, as a part of the track. */
export const LIMIT_AT = 0.8

/** A figure of a stack with what it compares with. */
export interface StackFigure {
  readonly window: Window
  readonly point: KpiPoint
  readonly reference: Reference | null
}

const STACK_FIGURES = ['hour', 'day', 'mass'] as const

/** One pollutant of one stack, or of all stacks of a plant; null is a figure the gateway does not have. */
export interface StackRow {
  readonly pollutant: Pollutant
  readonly hour: StackFigure | null
  readonly day: StackFigure | null
  readonly mass: StackFigure | null
}

/**
 * The rows of what is measured: a pollutant without any figure has none. A stack by itself (`isOne`) is compared with
 * its limits at reference oxygen; several stacks together have none.
 */
export function stackRows(
  newest: (kpi: string, window: Window) => KpiPoint | undefined,
  targets: readonly Target[],
  isOne = true,
): readonly StackRow[] {
  const figure = (kpi: string, window: Window): StackFigure | null => {
    const point = newest(kpi, window)
    return point === undefined ? null : { window, point, reference: referenceFor(targets, kpi, window, point.value) }
  }
  return POLLUTANTS.map((pollutant) => {
    const limited = isOne ? againstLimit(newest, pollutant) : null
    // Figures in one row are made in one way.
    const kind = limited === null ? 'mean' : 'ref_mean'
    return {
      pollutant,
      hour: limited ?? figure(`pollutant_mean_${pollutant}`, '1h'),
      day: figure(`pollutant_${kind}_${pollutant}`, '1d'),
      mass: figure(`pollutant_mass_${pollutant}`, '1d'),
    }
  }).filter(({ hour, day, mass }) => hour !== null || day !== null || mass !== null)
}

/**
 * The hour's mean at the reference oxygen of its limit, with that limit: how far a stack is above it is a figure whose
 * denominator it is. null where no limit is configured, or the hour is not valid.
 */
function againstLimit(
  newest: (kpi: string, window: Window) => KpiPoint | undefined,
  pollutant: Pollutant,
): StackFigure | null {
  const point = newest(`pollutant_ref_mean_${pollutant}`, '1h')
  const limit = newest(`exceed_multiple_${pollutant}`, '1h')
  const value = limit?.denominator ?? null
  if (point === undefined || point.value === null || point.start !== limit?.start || value === null) return null
  return { window: '1h', point, reference: { kind: 'limit', value, isMissed: point.value > value } }
}

/** Hours of the day above the limit; 0 where there is none to be above. */
export function hoursAbove(newest: (kpi: string, window: Window) => KpiPoint | undefined): number {
  return Math.max(0, ...POLLUTANTS.map((pollutant) => newest(`exceed_hours_${pollutant}`, '1d')?.value ?? 0))
}

/**
 * The value at the full length of the tracks of a pollutant, the same for all stacks of a plant: the limit lies at 80 %;
 * without one the highest mean of several does, and one alone has no length.
 */
export function trackEnd(rows: readonly StackRow[], pollutant: Pollutant): number {
  const ofKind = rows.filter((row) => row.pollutant === pollutant)
  const values = ofKind.map((row) => row.hour?.point.value ?? 0)
  const limit = ofKind.map(limitOf).find((found) => found !== null)
  return (limit ?? (ofKind.length > 1 ? Math.max(...values, 0) : 0)) / LIMIT_AT
}

/** The limit of the hour's mean; null without one. */
export function limitOf({ hour }: StackRow): number | null {
  return hour?.reference?.kind === 'limit' ? hour.reference.value : null
}

export function stackDevices(plant: PlantNode) {
  return plant.lines.flatMap((line) => line.devices.filter(({ role }) => role === 'stack'))
}

/** The standards or permits that the means at reference oxygen are made for. */
export function limitIds(newest: (kpi: string, window: Window) => KpiPoint | undefined): readonly string[] {
  return [...new Set(REFERENCE_MEANS.flatMap((kpi) => newest(kpi, '1h')?.factors ?? []))]
}

/** Remark that has to be made in words, once of everything it is true of. */
export interface StackRemark {
  readonly figures: readonly (typeof STACK_FIGURES)[number][]
  /** Empty when it is true of all that are measured. */
  readonly pollutants: readonly Pollutant[]
  /** One of the figures, for its reason or its reference. */
  readonly of: StackFigure
}

/** Remarks on why figures are missing, and on which are on the wrong side of their reference. */
export function stackRemarks(rows: readonly StackRow[]): readonly StackRemark[] {
  const remarks = new Map<string, StackRemark>()
  for (const figure of STACK_FIGURES) {
    const faults = rows.flatMap((row) => faultOf(row, figure) ?? [])
    for (const fault of new Set(faults.map(({ text }) => text))) {
      const same = faults.filter(({ text }) => text === fault)
      const pollutants = same.length === rows.length ? [] : same.map(({ pollutant }) => pollutant)
      const key = `${pollutants} ${fault}`
      const figures = [...(remarks.get(key)?.figures ?? []), figure]
      remarks.set(key, { figures, pollutants, of: same[0]!.of })
    }
  }
  return [...remarks.values()]
}

function faultOf(row: StackRow, figure: (typeof STACK_FIGURES)[number]) {
  const of = row[figure]
  if (of === null) return null
  const { reason } = of.point
  if (reason === '' && of.reference?.isMissed !== true) return null
  const text = reason === '' ? `${of.reference?.kind} ${of.reference?.value}` : reason
  return { pollutant: row.pollutant, of, text }
}
