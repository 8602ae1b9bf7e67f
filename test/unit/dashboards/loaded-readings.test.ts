import { expect, it } from 'vitest'
import { POINTS_MAX, readOnFrom, withNewer } from '../../../dashboards/src/devices/loaded-readings.js'
import type { ReadingPoint } from '../../../src/base/wire.js'

const MINUTE = 60_000
const point = (ms: number, value = ms): ReadingPoint => {
  return { ts: new Date(ms).toISOString(), value, unit: 'kWh', quality: 'good' }
}
const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => point((from + i) * MINUTE))
const times = (points: readonly ReadingPoint[]) => points.map(({ ts }) => Date.parse(ts) / MINUTE)

/** Ten minutes of a meter that sends each minute. */
const known = { points: minutes(0, 10), fromMs: 0, toMs: 10 * MINUTE, isPart: false }

it('a page that is open reads on from the last reading, and a little before it for what is late', () => {
  expect(readOnFrom(known)).toBe(8.5 * MINUTE)
  expect(readOnFrom({ ...known, points: [] })).toBeNull()
})

it('new readings stand behind the known ones, late ones in their place, and what the range has left goes', () => {
  const read = [point(8.75 * MINUTE), ...minutes(9, 12)]
  const next = withNewer(known, read, 8.5 * MINUTE, { fromMs: 2 * MINUTE, toMs: 12 * MINUTE })
  expect(times(next.points)).toEqual([2, 3, 4, 5, 6, 7, 8, 8.75, 9, 10, 11])
  expect(next).toMatchObject({ fromMs: 2 * MINUTE, toMs: 12 * MINUTE, isPart: false })
})

it('a part says so until the range has caught up with it, and never grows beyond a page', () => {
  const part = { ...known, fromMs: 3 * MINUTE, points: minutes(3, 10), isPart: true }
  expect(withNewer(part, minutes(9, 11), 9 * MINUTE, { fromMs: 0, toMs: 11 * MINUTE }).isPart).toBe(true)
  expect(withNewer(part, minutes(9, 11), 9 * MINUTE, { fromMs: 4 * MINUTE, toMs: 11 * MINUTE }).isPart).toBe(false)

  const full = { points: minutes(0, POINTS_MAX), fromMs: 0, toMs: POINTS_MAX * MINUTE, isPart: false }
  const more = minutes(POINTS_MAX, POINTS_MAX + 5)
  const next = withNewer(full, more, POINTS_MAX * MINUTE, { fromMs: 0, toMs: (POINTS_MAX + 5) * MINUTE })
  expect([next.points.length, next.fromMs, next.isPart]).toEqual([POINTS_MAX, 5 * MINUTE, true])
})
