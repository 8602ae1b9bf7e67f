import type { Clock } from '../base/clock.js'
import { DEMAND_KPIS } from '../base/demand-limit.js'
import { HOUR_MS, QUARTER_HOUR_MS } from '../base/durations.js'
import type { KpiPoint } from '../base/kpi.js'
import { SLIDING_DEMAND } from '../base/sliding-demand.js'
import type { DeviceNode, PlantNode } from '../base/wire.js'
import { couldWaitOf, type DemandParts, peakAnswerOf } from './peak.js'
import type { ForecastSources } from './routes/forecasts.js'
import type { KpiFigures, PointsQuery } from './sources/kpis.js'
import type { KnownPlants } from './sources/plants.js'
import type { PeakAnswer } from './wire/peak.js'

export type PeakSources = Pick<KpiFigures, 'latest' | 'points'> &
  Pick<ForecastSources, 'forecasts'> &
  Pick<KnownPlants, 'plants'> & { readonly clock: Clock }

type ReadQuery = Pick<PointsQuery, 'scope' | 'id' | 'window' | 'fromMs' | 'toMs'>

const IMPORT_KPI = 'energy_elec_import'
const MONTHLY: ReadonlySet<string> = new Set([...DEMAND_KPIS, 'demand_cost'])
/** Minutes of a block, and of the one before it where demand slides. */
const MINUTES_MAX = 30
/** Roles of devices that are no load: what they measure cannot wait. */
const NO_LOADS: ReadonlySet<string | null> = new Set(['main', 'pv', 'storage'])
/** Quarters of an hour that are over and may be final: the last one often is not yet. */
const QUARTERS = 2
/** More meters than that are not looked through for the largest. */
const CANDIDATES_MAX = 200
/** A plant with more main meters than that waits until its own minutes are final. */
const MAINS_MAX = 50

/** Reads what is known of the demand of a plant at this moment. */
export async function readDemand(sources: PeakSources, plant: string): Promise<DemandParts> {
  const nowMs = sources.clock.nowMs()
  const startMs = Math.floor(nowMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const node = sources.plants().find(({ id }) => id === plant)
  const wholePlant = { scope: 'plant', id: plant } as const
  const months = monthsOf(sources, plant, nowMs)
  const slides = months.some(({ kpi }) => kpi === SLIDING_DEMAND.kpi)
  const fromMs = slides ? startMs - QUARTER_HOUR_MS : startMs
  const minutesOf = { window: '1m', fromMs, toMs: startMs + QUARTER_HOUR_MS } as const
  const [answer, minutes, mains] = await Promise.all([
    sources.forecasts({ plant, ...wholePlant, kpi: IMPORT_KPI }),
    readImport(sources, plant, { ...wholePlant, ...minutesOf }),
    Promise.all(
      mainsOf(sources, node, nowMs).map((id) => readImport(sources, plant, { scope: 'device', id, ...minutesOf })),
    ),
  ])
  return { nowMs, targets: node?.targets ?? [], forecasts: answer.forecasts, minutes, mains, months }
}

/** Reads the same with what runs. */
export async function readPeak(sources: PeakSources, plant: string): Promise<PeakAnswer> {
  const nowMs = sources.clock.nowMs()
  const startMs = Math.floor(nowMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const node = sources.plants().find(({ id }) => id === plant)
  const wholePlant = { scope: 'plant', id: plant } as const
  const quarters = { window: '15m', fromMs: startMs - QUARTERS * QUARTER_HOUR_MS, toMs: startMs } as const
  const read = (of: ReadQuery) => readImport(sources, plant, of)
  const [demand, before] = await Promise.all([readDemand(sources, plant), read({ ...wholePlant, ...quarters })])
  const meters = await Promise.all(
    loadsOf(sources, node, plant).map(async ({ device, line }) => {
      return { device, line, points: await read({ scope: 'device', id: device, ...quarters }) }
    }),
  )
  return peakAnswerOf({ ...demand, couldWait: couldWaitOf(before, meters) })
}

/** Reads the newest figures of demand of the month that goes on. */
function monthsOf(sources: PeakSources, plant: string, nowMs: number): readonly KpiPoint[] {
  const months = sources.latest(plant, {
    ...{ scope: 'plant', id: plant, window: '1mo' },
    wants: ({ kpi }) => MONTHLY.has(kpi),
  })
  return months.filter(({ end }) => Date.parse(end) > nowMs)
}

function readImport(sources: PeakSources, plant: string, of: ReadQuery) {
  return sources.points({ plant, kpi: IMPORT_KPI, ...of, afterMs: null, limit: MINUTES_MAX, finalOnly: true })
}

/** Main meters that the plant's electricity is made of: those that are known to measure some, and are not long out of service. */
function mainsOf(sources: PeakSources, node: PlantNode | undefined, nowMs: number): readonly string[] {
  if (node === undefined) return []
  const metered = sources.latest(node.id, { scope: 'device', window: '1h', wants: ({ kpi }) => kpi === IMPORT_KPI })
  const ids = new Set(metered.map(({ id }) => id))
  const isOut = ({ retired, newest }: DeviceNode) =>
    retired !== undefined && (newest === null || Date.parse(newest) < nowMs - HOUR_MS)
  const mains = node.lines
    .flatMap(({ devices }) => devices)
    .filter((device) => device.role === 'main' && ids.has(device.id) && !isOut(device))
  return mains.length > MAINS_MAX ? [] : mains.map(({ id }) => id)
}

/** Devices that measure a load, those of the tree alone: the largest of them by their newest figures, where there are many. */
function loadsOf(sources: PeakSources, node: PlantNode | undefined, plant: string) {
  const metered = sources.latest(plant, { scope: 'device', window: '15m', wants: ({ kpi }) => kpi === IMPORT_KPI })
  const newest = new Map(metered.map(({ id, value }) => [id, value ?? 0]))
  return (node?.lines ?? [])
    .flatMap(({ id: line, devices }) => devices.map(({ id: device, role }) => ({ device, line, role })))
    .filter(({ device, role }) => newest.has(device) && !NO_LOADS.has(role))
    .sort((a, b) => (newest.get(b.device) ?? 0) - (newest.get(a.device) ?? 0))
    .slice(0, CANDIDATES_MAX)
}
