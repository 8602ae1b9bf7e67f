import { expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { packed, unpacked } from '../../../src/cluster/packed.js'
import { SubjectPoints } from '../../../src/cluster/results/subject-points.js'

const at = (minute: number, provisional: boolean, kpi = 'energy') =>
  ({ kpi, start: `2026-01-05T10:${String(minute).padStart(2, '0')}:00.000Z`, provisional, value: minute }) as KpiPoint

test('a window that has closed is told of once, one that is open or the newest again and again', () => {
  const standing = new SubjectPoints()
  standing.take(at(1, true))
  standing.take(at(2, true))
  const first = standing.points()
  expect(first).toEqual([at(1, true), at(2, true)])
  standing.said(first)
  standing.take(at(1, false))
  expect(standing.points()).toEqual([at(1, false), at(2, true)])
  standing.said(standing.points())
  expect(standing.points()).toEqual([at(2, true)])
})

test('what could not be said waits, in its newest state', () => {
  const standing = new SubjectPoints()
  standing.take(at(1, false))
  const unsaid = standing.points()
  const again = { ...at(1, false), rev: 1 }
  standing.take(again)
  standing.take(at(2, true))
  standing.said(unsaid)
  expect(standing.points()).toEqual([again, at(2, true)])
})

test('late figures of an old window leave the newest where it is', () => {
  const standing = new SubjectPoints()
  standing.take(at(9, false))
  standing.said(standing.points())
  standing.take(at(1, false))
  expect(standing.points()).toEqual([at(1, false), at(9, false)])
  standing.said(standing.points())
  expect(standing.points()).toEqual([at(9, false)])
})

test('of many windows that nobody could be told of the newest are kept', () => {
  const standing = new SubjectPoints()
  for (let hour = 0; hour < 5; hour++) {
    for (let minute = 0; minute < 60; minute++) {
      standing.take({ ...at(minute, false), start: `2026-01-05T1${hour}:${String(minute).padStart(2, '0')}:00.000Z` })
    }
  }
  expect(standing.points()).toHaveLength(64)
  expect(standing.points().at(-1)!.start).toBe('2026-01-05T14:59:00.000Z')
})

test('a KPI that is made no more goes', () => {
  const standing = new SubjectPoints()
  standing.take(at(1, true))
  standing.take(at(1, true, 'co2'))
  expect(standing.keep(new Set(['energy', 'co2']))).toBe(false)
  expect(standing.keep(new Set(['co2']))).toBe(true)
  expect(standing.points()).toEqual([at(1, true, 'co2')])
  expect(standing.keep(new Set())).toBe(true)
  expect(standing.isEmpty).toBe(true)
})

test.each([
  [{ a: [1, null, 'ü'] }],
  [null],
  ['x'.repeat(100_000)],
  [Array.from({ length: 10_000 }, (_, i) => ({ i }))],
])('what is packed is unpacked the same, and long texts are short (%#)', (value) => {
  const bytes = packed(value)
  expect(unpacked(bytes)).toEqual(value)
  expect(bytes.length).toBeLessThan(60_000)
})

test('nothing is null', () => expect(unpacked(packed(undefined))).toBe(null))
