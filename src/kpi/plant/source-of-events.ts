import type { Series } from '../../archive/series.js'

/** Number that events have in place of that of a series of readings. */
const NO_SERIES = -1

/** A series that is in no table: its samples are events. */
export function sourceOfEvents(at: Pick<Series, 'plant' | 'device' | 'line' | 'metric'>): Series {
  const bounds = { oldestTs: Infinity, newestTs: -Infinity, firstTs: Infinity }
  return { ...at, id: NO_SERIES, class: 'production', unit: '1', ...bounds }
}
