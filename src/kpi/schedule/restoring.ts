import type { Archive } from '../../archive/archive.js'
import type { Database } from '../../archive/database.js'
import { eventReaches, queryEvents } from '../../archive/events.js'
import type { Expired } from '../../archive/record/manifest.js'
import { readConnectionChanges, touchedFrom } from '../../archive/samples.js'
import type { Senders } from '../../archive/senders.js'
import { DAY_MS } from '../../base/durations.js'
import { LASTING_EVENTS } from '../../base/events.js'
import type { ConfigVersion } from '../../base/plant.js'
import { readBoundaryStates } from '../history/boundary-table.js'
import { applyConnectionChange } from '../plant/apply-event.js'
import type { EnginePlant } from '../plant/plant.js'
import { causeOf, mark } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import type { Point } from '../windows/point.js'
import { loadKeptMonths } from './gone-keeper.js'
import type { EngineProgress } from './progress.js'
import type { StoredPoints } from './recomputation.js'
import { markRematched, restoreImports } from './rematch.js'

/** Data that the engine is taken up from. */
export interface RestoreDeps {
  readonly database: Database
  readonly stored: StoredPoints
  readonly versions: readonly ConfigVersion[]
  readonly progress: EngineProgress
}

/** The plants of the engine, while they are filled. */
export interface RestoredInto {
  readonly archive: Archive
  readonly senders: Senders
  readonly plants: ReadonlyMap<string, EnginePlant>
  /** Made when it is not there. */
  plant(id: string): EnginePlant
  configured(version: ConfigVersion): void
}

/**
 * Fills plants from what is archived and stored, and marks what was archived since the points were computed.
 *
 * @param only of one plant alone; null for all
 */
export async function restorePlants(
  into: RestoredInto,
  { database, progress, versions, stored }: RestoreDeps,
  only: string | null,
): Promise<void> {
  const { archive, senders, plants } = into
  const isOf = (plant: string) => only === null || plant === only
  for (const own of archive.series.all()) {
    if (!isOf(own.plant)) continue
    into.plant(own.plant).seen(own.device, senders.find(own.plant, own.device)?.line ?? own.line)
    into.plant(own.plant).adopt(own)
  }
  const { keptFrom = {} } = (await archive.progress<Expired>('expired')) ?? {}
  for (const [id, day] of Object.entries(keptFrom)) {
    if (!isOf(id)) continue
    const plant = into.plant(id)
    plant.keepFrom(day * DAY_MS, await readBoundaryStates(database, id, day * DAY_MS))
    plant.goneDays = await loadKeptMonths(archive, id, day)
  }
  for (const version of versions) into.configured(version)
  for (const change of await readConnectionChanges(database)) {
    if (!isOf(change.plant)) continue
    const plant = into.plant(change.plant)
    if (change.position < progress.position) plant.reconnect(change)
    else applyConnectionChange(plant, change, change.position)
  }
  // Series whose first sample is not in the points.
  const unknown = new Set<SeriesState>()
  await restoreEvents(into, { database, progress }, only, unknown)
  for (const [id, watermarkMs] of Object.entries(progress.watermarks)) {
    if (isOf(id) && Number.isFinite(watermarkMs)) into.plant(id).watermarkMs = watermarkMs
  }
  const restored = () => [...plants.values()].filter(({ id }) => isOf(id))
  await restorePoints(restored(), { stored, progress })
  for (const touched of await touchedFrom(database, progress.position)) {
    const own = archive.series.byId(touched.series)
    if (!isOf(own.plant)) continue
    const plant = into.plant(own.plant)
    const series = plant.series(own.device, own.metric)
    if (series === null || touched.toMs < plant.keptFromMs) continue
    mark(plant.late, series, touched.fromMs, touched.toMs, touched.position)
    if (touched.fromMs <= own.firstTs) unknown.add(series)
  }
  markLost(restored(), unknown)
}

/** Takes in what was reported as an event, and marks what came since the points were computed. */
async function restoreEvents(
  into: RestoredInto,
  { database, progress }: Pick<RestoreDeps, 'database' | 'progress'>,
  only: string | null,
  unknown: Set<SeriesState>,
): Promise<void> {
  for (const reach of await eventReaches(database, progress.position)) {
    if (only !== null && reach.plant !== only) continue
    const plant = into.plant(reach.plant)
    const series = plant.sawEvents(reach)
    if (series !== null && reach.since !== null) {
      mark(plant.late, series, reach.since.fromMs, reach.since.toMs, reach.since.position)
      if (reach.since.fromMs <= reach.oldestTs) unknown.add(series)
    }
  }
  const ofPlant = only === null ? {} : { plant: only }
  for (const event of await queryEvents(database, { types: LASTING_EVENTS, ...ofPlant })) {
    const plant = into.plant(event.plant)
    for (const { series, fromMs, toMs } of plant.happened(event)) {
      if (event.position < progress.position || !series.isSampled) continue
      mark(plant.late, series, fromMs, toMs, event.position, causeOf(event.type))
    }
  }
}

/** Takes in the stored points, and what imports were matched with when they were computed. */
async function restorePoints(
  plants: readonly EnginePlant[],
  { stored, progress }: Pick<RestoreDeps, 'stored' | 'progress'>,
): Promise<void> {
  const [newest, open] = [await stored.newestFinal(), await stored.open()]
  for (const plant of plants) {
    const isOwn = (point: Point) => point.stream.plant === plant.id
    plant.streams.restore(newest.filter(isOwn), open.filter(isOwn))
    await restoreImports(plant, stored)
    if (progress.matched?.[plant.id] !== plant.imports.digest) plant.imports.touchAll()
  }
}

/**
 * Everything that was in memory alone is gone: sums that were live, and windows that were not final yet. A fold over late
 * samples may have saved its checkpoints and not all of its points: it must not end at these, and up to the newest sample it
 * ends nowhere.
 */
function markLost(plants: readonly EnginePlant[], unknown: ReadonlySet<SeriesState>): void {
  for (const plant of plants) {
    for (const series of plant.seriesList) {
      if (!unknown.has(series)) series.knownFirstTs = series.firstTs
      if (series.isSampled) mark(plant.late, series, series.newestTs, series.newestTs, Infinity, 'replay')
    }
    markRematched(plant)
  }
}
