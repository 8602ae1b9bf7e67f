import { isOf, type SeriesMax, type StaleStretch } from '../plant/past-work.js'
import type { EnginePlant } from '../plant/plant.js'
import { versionsEndingAfter } from '../settings/version.js'
import { minOf } from '../time/ranges.js'
import type { Share } from './live-first.js'

/** A subject of more series is always computed in parts: how long one takes depends on the stretch too. */
const WHOLE_SERIES_MAX = 100

/**
 * Takes the next subjects of the stretch that is computed: one at least, and more as long as they have so many series
 * together. Each has all of the stretch at once, so that its points are the same whatever the number. With the last of them
 * the stretch is over. Null when the next subject has more series: it stays the first of the rest, to be computed by itself.
 */
export function nextShare(plant: EnginePlant, stretch: StaleStretch, seriesMax: SeriesMax): Share | null {
  const { changed, done } = stretch
  const share = new Set<string>()
  const most = seriesMax('compute')
  let count = 0
  if (most < Infinity) {
    stretch.rest ??= subjectsIn(plant, stretch)
    while (stretch.rest.length > 0) {
      const [key, series] = stretch.rest[0]!
      if (share.size === 0 && series > Math.min(most, WHOLE_SERIES_MAX)) return null
      if (share.size > 0 && count + series > most) break
      stretch.rest.shift()
      share.add(key)
      count += series
    }
    plant.worked = { kind: 'compute', series: count }
    if (stretch.rest.length > 0) {
      for (const key of share) done.add(key)
      return { changed, concerns: ({ key }) => share.has(key) }
    }
  }
  plant.stretch = null
  return { changed, concerns: ({ key }) => !done.has(key) && isOf(stretch, key) }
}

/** The subjects that changed sums concern, in the order in which they are computed. */
function subjectsIn(
  plant: EnginePlant,
  stretch: Pick<StaleStretch, 'changed' | 'only'>,
): (readonly [key: string, series: number])[] {
  const { changed } = stretch
  const fromMs = minOf([...changed.values()], (range) => range.fromMs)
  const found = new Map<string, number>()
  for (const version of versionsEndingAfter(plant.versions, fromMs)) {
    for (const { key, readSeries } of plant.subjectsOf(version)) {
      if (!isOf(stretch, key) || !readSeries.some((series) => changed.has(series))) continue
      found.set(key, Math.max(readSeries.length, found.get(key) ?? 0))
    }
  }
  return [...found]
}
