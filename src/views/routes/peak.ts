import type { Clock } from '../../base/clock.js'
import { QUARTER_HOUR_MS } from '../../base/durations.js'
import type { Scope, Window } from '../../base/kpi.js'
import type { PlantNode } from '../../base/wire.js'
import { couldWaitOf, DEMAND_KPIS, peakAnswerOf } from '../peak.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import { type PeakAnswer, peakAnswer } from '../wire/peak.js'
import type { ForecastSources } from './forecasts.js'
import { plantParams, requirePlant } from './plants.js'

type PeakSources = Pick<KpiFigures, 'latest' | 'points' | 'watchDevices'> &
  Pick<ForecastSources, 'forecasts'> &
  KnownPlants & { readonly clock: Clock }

const IMPORT_KPI = 'energy_elec_import'
/** Roles of devices that are no load: what they measure cannot wait. */
const NO_LOADS: ReadonlySet<string | null> = new Set(['main', 'pv', 'storage'])
/** More meters than that are not looked through for the largest. */
const CANDIDATES_MAX = 200
/** Pages ask for the same plant at once, and a block lasts for 15 minutes. */
const SHARED = { keptMs: 5_000, keptMax: 64 }

export function peakRoute(server: Server, sources: PeakSources): void {
  const shared = new SharedAnswers<PeakAnswer>(sources.clock, SHARED)
  server.get(
    '/api/v1/plants/:plant/peak',
    {
      config: { right: 'view' },
      schema: {
        tags: ['forecasts'],
        summary: 'The running block of demand and the rest of the day against the limit, and what runs that could wait',
        params: plantParams,
        response: { 200: peakAnswer, 404: problem },
      },
    },
    ({ params: { plant } }) => {
      requirePlant(sources, plant)
      return shared.get(plant, () => readPeak(sources, plant))
    },
  )
}

async function readPeak(sources: PeakSources, plant: string): Promise<PeakAnswer> {
  const nowMs = sources.clock.nowMs()
  const startMs = Math.floor(nowMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const node = sources.plants().find(({ id }) => id === plant)
  const read = (of: { readonly scope: Scope; readonly id: string; readonly window: Window }, fromMs: number) => {
    const toMs = fromMs + QUARTER_HOUR_MS
    return sources.points({ plant, kpi: IMPORT_KPI, ...of, fromMs, toMs, afterMs: null, limit: 15 })
  }
  const wholePlant = { scope: 'plant', id: plant } as const
  const beforeMs = startMs - QUARTER_HOUR_MS
  const [answer, minutes, before] = await Promise.all([
    sources.forecasts({ plant, ...wholePlant, kpi: IMPORT_KPI }),
    read({ ...wholePlant, window: '1m' }, startMs),
    read({ ...wholePlant, window: '15m' }, beforeMs),
  ])
  const meters = await Promise.all(
    (await loadsOf(sources, node, plant)).map(async ({ device, line }) => {
      const [point] = await read({ scope: 'device', id: device, window: '15m' }, beforeMs)
      return { device, line, point }
    }),
  )
  const wanted = new Set<string>([...DEMAND_KPIS, 'demand_cost'])
  const months = sources.latest(plant, { ...wholePlant, window: '1mo', wants: ({ kpi }) => wanted.has(kpi) })
  return peakAnswerOf({
    nowMs,
    targets: node?.targets ?? [],
    forecasts: answer.forecasts,
    minutes,
    months: months.filter(({ end }) => Date.parse(end) > nowMs),
    couldWait: couldWaitOf(before[0], meters),
  })
}

/** Devices that measure a load, those of the tree alone. */
async function loadsOf(sources: PeakSources, node: PlantNode | undefined, plant: string) {
  await sources.watchDevices(plant, null)
  const metered = sources.latest(plant, { scope: 'device', window: '15m', wants: ({ kpi }) => kpi === IMPORT_KPI })
  const ids = new Set(metered.map(({ id }) => id))
  return (node?.lines ?? [])
    .flatMap(({ id: line, devices }) => devices.map(({ id: device, role }) => ({ device, line, role })))
    .filter(({ device, role }) => ids.has(device) && !NO_LOADS.has(role))
    .slice(0, CANDIDATES_MAX)
}
