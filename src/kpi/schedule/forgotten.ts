import { DAY_MS } from '../../base/durations.js'
import type { RemovedSeries } from '../../base/forget.js'
import { streamKey } from '../../base/kpi.js'
import { LOOK_BACK_MS } from '../events/check-attempts.js'
import type { EnginePlant } from '../plant/plant.js'
import { rangeOfAnalysis } from '../plant/touched.js'
import { mark } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import { versionsEndingAfter } from '../settings/version.js'
import type { Range } from '../time/ranges.js'
import { choosesForOthers } from '../windows/firsts.js'
import { madeStreams } from '../windows/made-streams.js'
import type { StreamName } from '../windows/stream-numbers.js'
import { subjectsOf } from '../windows/subjects.js'
import type { ForgottenShare } from './progress.js'

/** Figures of a plant that go with devices that are forgotten. */
export interface GoneFigures {
  /** Time in which figures of others may be others without them; null for none. */
  readonly range: Range | null
  /** True for streams that only they made. */
  isGone(stream: StreamName): boolean
}

/** The figures of a plant, as it is before something of it is forgotten, that are not there or others without that; null without a plant. */
export function goneFigures(plant: EnginePlant | undefined, gone: RemovedSeries): GoneFigures | null {
  if (plant === undefined) return null
  const tests = testsOf(gone)
  const range = rangeOf(plant, gone, tests)
  const others = [...plant.seriesList].filter((series) => !tests.isGone(series))
  const [before, after] = [new Set<string>(), new Set<string>()]
  for (const version of versionsEndingAfter(plant.versions, -Infinity)) {
    for (const key of madeStreams(plant.subjectsOf(version)).keys()) before.add(key)
    const subjects = subjectsOf(plant.id, version, others, (device) => plant.lineOf(version, device))
    for (const key of madeStreams(subjects).keys()) after.add(key)
  }
  return {
    range,
    isGone: (stream) => {
      const key = streamKey(stream)
      return stream.plant === plant.id && before.has(key) && !after.has(key)
    },
  }
}

/** Marks what devices that are gone had a share in, to be computed again without them: up to "now". */
export function markForgotten(plant: EnginePlant | undefined, share: ForgottenShare, nowMs: number): void {
  if (plant === undefined) return
  const { range, keptSeries } = share
  for (const series of plant.seriesList) {
    const isKept = series.archived !== null && keptSeries.includes(series.archived.id)
    if (!isKept || !series.isSampled) continue
    mark(plant.late, series, series.oldestTs, series.newestTs, Infinity, 'configuration')
  }
  if (range === null) return
  const toMs = Math.min(range.toMs, nowMs + DAY_MS)
  // Their sums are the same: it is the points that are made of others.
  for (const series of plant.seriesList) mark(plant.stale, series, range.fromMs, toMs, Infinity, 'configuration')
  plant.forgotten = {
    fromMs: Math.min(range.fromMs, plant.forgotten?.fromMs ?? Infinity),
    toMs: Math.max(toMs, plant.forgotten?.toMs ?? -Infinity),
  }
}

/** Everything is computed without the devices that were forgotten, and with the others where they stand: nothing waits for that any more. */
export function noneForgotten(plants: Iterable<EnginePlant>): readonly ForgottenShare[] {
  for (const plant of plants) [plant.forgotten, plant.reparted] = [null, null]
  return []
}

/**
 * From the first sample that goes to a day after the last, as long as a sender is a member, and the days of analyses that go. Whoever was a member by a
 * configuration, or says who else is one, is so for all time.
 */
function rangeOf(plant: EnginePlant, gone: RemovedSeries, { isTouched }: GoneTests): Range | null {
  const devices = new Set(gone.devices)
  let [fromMs, toMs] = [Infinity, -Infinity]
  // Events of a device stay with it.
  const told = gone.metrics === undefined ? plant.plantEvents.laboratory.toldBy(devices) : []
  for (const analysis of told) {
    const range = rangeOfAnalysis(analysis, plant.versions)
    fromMs = Math.min(fromMs, range.fromMs)
    toMs = Math.max(toMs, range.toMs)
  }
  for (const series of plant.seriesList) {
    if (!isTouched(series) || series.firstTs === Infinity) continue
    // A part that was checked says of later checks that they are not the first.
    const restMs = series.isEvent ? LOOK_BACK_MS : Math.max(DAY_MS, series.now.times.maxHoldMs)
    fromMs = Math.min(fromMs, series.firstTs)
    toMs = Math.max(toMs, series.newestTs + restMs + 1)
  }
  if (fromMs === Infinity) return null
  // A metric decides which other one of its device counts, as a register does before power.
  const isForGood =
    gone.metrics !== undefined ||
    plant.versions.some((version) => {
      if (gone.devices.some((device) => version.device(device) !== undefined)) return true
      return plant.subjectsOf(version).some((subject) => choosesForOthers(subject, version, devices))
    })
  return { fromMs, toMs: isForGood ? Number.MAX_SAFE_INTEGER : Math.max(toMs, fromMs + DAY_MS) }
}

/** Tests of series of a plant: whether all that they are made of is to go, and whether a part of it is. */
interface GoneTests {
  isGone(series: SeriesState): boolean
  isTouched(series: SeriesState): boolean
}

function testsOf({ devices, metrics }: RemovedSeries): GoneTests {
  const ofDevices = new Set(devices)
  const isOwn = ({ device }: SeriesState) => ofDevices.has(device)
  if (metrics === undefined) return { isGone: isOwn, isTouched: isOwn }
  const ofMetrics = new Set(metrics)
  const isTouched = (series: SeriesState) =>
    isOwn(series) && series.inputs.some((input) => input !== null && ofMetrics.has(input.metric))
  return {
    isTouched,
    isGone: (series) =>
      isTouched(series) && series.inputs.every((input) => input === null || ofMetrics.has(input.metric)),
  }
}
