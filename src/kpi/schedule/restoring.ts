import type { Archive } from '../../archive/archive.js'
import type { Database } from '../../archive/database.js'
import { eventReaches, queryEvents } from '../../archive/events.js'
import type { Expired } from '../../archive/record/manifest.js'
import { readConnectionChanges, touchedSince } from '../../archive/samples.js'
import type { Senders } from '../../archive/senders.js'
import { LASTING_EVENTS } from '../../base/events.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { EnginePlant } from '../plant/plant.js'
import { causeOf, mark } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import type { Point } from '../windows/point.js'
import { loadKeptMonths } from './gone-keeper.js'
import type { EngineProgress, ForgottenShare } from './progress.js'
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
  keptFrom(days: Expired['keptFrom']): void
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
  for (const series of archive.series.all()) {
    if (!isOf(series.plant)) continue
    into.plant(series.plant).seen(series.device, senders.find(series.plant, series.device)?.line ?? series.line)
    into.plant(series.plant).adopt(series)
  }
  if (only === null) {
    const { keptFrom = {} } = (await archive.progress<Expired>('expired')) ?? {}
    into.keptFrom(keptFrom)
    for (const [id, day] of Object.entries(keptFrom)) into.plant(id).goneDays = await loadKeptMonths(archive, id, day)
  }
  for (const version of versions) into.configured(version)
  for (const link of await readConnectionChanges(database)) if (isOf(link.plant)) into.plant(link.plant).relink(link)
  // Tracks whose first sample is not in the points.
  const unknown = new Set<SeriesState>()
  for (const reach of await eventReaches(database, progress.position)) {
    if (!isOf(reach.plant)) continue
    const plant = into.plant(reach.plant)
    const track = plant.sawEvents(reach)
    if (track !== null && reach.since !== null) {
      mark(plant.late, track, reach.since.fromMs, reach.since.toMs, reach.since.position)
      if (reach.since.fromMs <= reach.oldestTs) unknown.add(track)
    }
  }
  for (const event of await queryEvents(database, {
    types: LASTING_EVENTS,
    ...(only === null ? {} : { plant: only }),
  })) {
    const plant = into.plant(event.plant)
    for (const { track, fromMs, toMs } of plant.happened(event)) {
      if (event.position <= progress.position || !track.isSampled) continue
      mark(plant.late, track, fromMs, toMs, event.position, causeOf(event.type))
    }
  }
  for (const [id, watermarkMs] of Object.entries(progress.watermarks)) {
    if (isOf(id) && Number.isFinite(watermarkMs)) into.plant(id).watermarkMs = watermarkMs
  }
  const [newest, open] = [await stored.newestFinal(), await stored.open()]
  for (const plant of plants.values()) {
    if (!isOf(plant.id)) continue
    const isOwn = (point: Point) => point.stream.plant === plant.id
    plant.streams.restore(newest.filter(isOwn), open.filter(isOwn))
    await restoreImports(plant, stored)
    if (progress.matched?.[plant.id] !== plant.imports.digest) plant.imports.touchAll()
  }
  for (const touched of await touchedSince(database, progress.position)) {
    const series = archive.series.byId(touched.series)
    if (!isOf(series.plant)) continue
    const plant = into.plant(series.plant)
    const track = plant.track(series.device, series.metric)
    if (track === null) continue
    mark(plant.late, track, touched.fromMs, touched.toMs, touched.position)
    if (touched.fromMs <= series.oldestTs) unknown.add(track)
  }
  // Everything that was in memory alone is gone: sums that were hot, and windows that were not final yet. A walk over late
  // samples may have saved its checkpoints and not all of its points: it must not end at these, and up to the newest sample it
  // ends nowhere.
  for (const plant of plants.values()) {
    if (!isOf(plant.id)) continue
    for (const track of plant.tracks) {
      if (!unknown.has(track)) track.knownFirstTs = track.firstTs
      if (track.isSampled) mark(plant.late, track, track.newestTs, track.newestTs, Infinity, 'replay')
    }
    markRematched(plant)
  }
}

/** Marks what devices that are gone had a share in, to be computed again without them. */
export function markForgotten(plant: EnginePlant | undefined, { range, keptSeries }: ForgottenShare): void {
  for (const track of plant?.tracks ?? []) {
    if (!track.isSampled) continue
    const isOwn = track.series !== null && keptSeries.includes(track.series.id)
    const fromMs = isOwn ? track.oldestTs : Math.max(track.oldestTs, range?.fromMs ?? Infinity)
    const toMs = isOwn ? track.newestTs : Math.min(track.newestTs, range?.toMs ?? -Infinity)
    if (fromMs <= toMs) mark(plant!.late, track, fromMs, toMs, Infinity, 'configuration')
  }
}
