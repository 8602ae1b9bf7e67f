import { DAY_MS } from '../../../src/base/durations.js'
import type { SeriesAnswer } from '../../../src/base/wire.js'
import { get } from '../gateway/api.js'
import { nowMs } from '../state.js'
import { localMs } from '../time/time.js'

/** A new report offers days as far back as this; older ones are chosen by hand. */
const DAYS_BACK = 730

/** The first and last day of a plant of which anything was received, 2026-10-01; null where nothing was, or nobody answers. */
export async function daysWithData(plant: string, zone: string, signal: AbortSignal) {
  const now = nowMs.peek()
  const query = new URLSearchParams({
    window: '1d',
    from: new Date(now - DAYS_BACK * DAY_MS).toISOString(),
    to: new Date(now).toISOString(),
    limit: String(2 * DAYS_BACK),
  })
  const path = `/plants/${encodeURIComponent(plant)}/kpis/data_validity/series?${query}`
  const answer = await get<SeriesAnswer>(path, signal)
  if (answer.kind !== 'loaded') return null
  const days = answer.value.points
    .filter(({ value }) => value !== null)
    .map(({ start }) => new Date(localMs(Date.parse(start), zone)).toISOString().slice(0, 10))
  const [first] = days
  const last = days.at(-1)
  return first === undefined || last === undefined ? null : { first, last }
}
