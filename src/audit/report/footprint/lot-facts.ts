import type { StoredEvent } from '../../../archive/events.js'
import { groupedBy } from '../../../base/grouped-by.js'
import type { Scope } from '../../../base/kpi.js'
import type { Point } from '../../../kpi/windows/point.js'
import { eventItem } from '../../entries.js'
import { lotsOnRecord, type ProductionLot } from '../../footprint/lots-on-record.js'
import { FATAL } from '../fatal-reasons.js'
import type { PlantSpan, ReportSources } from '../sources.js'

/** KPIs of a line that the footprint of a lot is made with: what it used, and what it gave off itself. */
const LINE_KPIS = ['energy_elec_import', 'scope1_co2e', 'energy_heat_gj', 'energy_steam_gj']
/** KPIs of its plant: emissions of purchased energy, and the energy that they are of. */
const PLANT_KPIS = ['energy_elec_consumed', 'scope2_lb', 'scope2_heat', 'energy_heat_gj', 'energy_steam_gj']

/** Adding up shares in doubles may come out so far above one. */
const SHARE_EPSILON = 1e-9

/** A lot with the hours of its line and plant that its footprint is made of. */
export interface LotFacts extends ProductionLot {
  /** More than all of the line's energy in some hour is allocated to lots, or another lot has its number: none of them is known then. */
  readonly isContested: boolean
  /** Final hours of a KPI within the window of the lot that anything is known of, in order of time. */
  hours(kpi: string, scope: Scope, id: string): readonly Point[]
}

/** Lots of a plant that touch the period of a report. */
export interface PlantLots {
  /** Lots made wholly within the days of the period that are over. */
  readonly within: readonly LotFacts[]
  /** Lots that begin before or end behind them: a longer period has their footprint. */
  readonly beyond: readonly ProductionLot[]
}

export const NO_LOTS: PlantLots = { within: [], beyond: [] }

/** Reads the lots of a plant out of its entries, and the hours behind them. @param endMs end of the period; `span` ends with its days that are over */
export async function plantLots(
  sources: Pick<ReportSources, 'hours'>,
  span: PlantSpan,
  endMs: number,
  events: readonly StoredEvent[],
): Promise<PlantLots> {
  const all = lotsOnRecord(events.map(eventItem))
  const touching = all.filter(({ fromMs, toMs }) => toMs > span.fromMs && fromMs < endMs)
  const isWithin = ({ fromMs, toMs }: ProductionLot) => fromMs >= span.fromMs && toMs <= span.toMs
  const within = touching.filter(isWithin)
  if (within.length === 0) return { within: [], beyond: touching }
  const query = {
    plant: span.plant,
    fromMs: Math.min(...within.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...within.map(({ toMs }) => toMs)),
  }
  const points = pointsByStream([
    ...(await sources.hours({ ...query, kpis: LINE_KPIS, scopes: ['line'] })),
    ...(await sources.hours({ ...query, kpis: PLANT_KPIS, scopes: ['plant'] })),
  ])
  const byLine = groupedBy(all, ({ said }) => said.line)
  const byNumber = groupedBy(all, ({ said }) => said.lot)
  return {
    within: within.map((lot) => ({
      ...lot,
      isContested: byNumber.get(lot.said.lot)!.length > 1 || isOverallocated(lot, byLine.get(lot.said.line)!),
      hours: (kpi, scope, id) => hoursWithin(points.get(streamKey({ kpi, scope, id })) ?? [], lot),
    })),
    beyond: touching.filter((lot) => !isWithin(lot)),
  }
}

function streamKey({ kpi, scope, id }: { readonly kpi: string; readonly scope: Scope; readonly id: string }): string {
  return `${scope}|${kpi}|${id}`
}

/** Final points of which anything is known, or that are unknown for want of a factor or setting, in order of time. */
function pointsByStream(points: readonly Point[]): ReadonlyMap<string, readonly Point[]> {
  const told = points.filter(({ coverage, numerator, provisional, reason }) => {
    return !provisional && (coverage > 0 || numerator !== 0 || FATAL.has(reason))
  })
  told.sort((a, b) => a.startMs - b.startMs)
  return groupedBy(told, ({ stream }) => streamKey(stream))
}

/** A report may have thousands of lots: each looks at its own hours alone. */
function hoursWithin(points: readonly Point[], { fromMs, toMs }: ProductionLot): readonly Point[] {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.startMs < fromMs) low = middle + 1
    else high = middle
  }
  let end = low
  while (end < points.length && points[end]!.endMs <= toMs) end++
  return points.slice(low, end)
}

/** Part of its line's energy that a lot gets, 0 to 1. */
function shareOf({ said: { allocated, allocated_of } }: ProductionLot): number {
  return allocated === undefined || allocated_of === undefined ? 1 : allocated / allocated_of
}

/** Looks at each instant of a lot at which another one of its line begins: between two of them the shares stay as they are. */
function isOverallocated(lot: ProductionLot, ofLine: readonly ProductionLot[]): boolean {
  const others = ofLine.filter(({ fromMs, toMs }) => fromMs < lot.toMs && toMs > lot.fromMs)
  const instants = others.map(({ fromMs }) => Math.max(fromMs, lot.fromMs))
  return instants.some((ms) => {
    const going = others.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
    return going.reduce((sum, one) => sum + shareOf(one), 0) > 1 + SHARE_EPSILON
  })
}
