import { expect, test } from 'vitest'
import { NULL_REASONS, type NullReason } from '../../../src/base/reasons.js'
import type { Point, Stream } from '../../../src/kpi/windows/point.js'
import { PointRows } from '../../../src/kpi/windows/point-rows.js'

const REASONS = Object.keys(NULL_REASONS) as NullReason[]
const stream: Stream = { plant: 'p', scope: 'device', id: 'm', kpi: 'energy', window: '1m', unit: 'kWh' }

function point(i: number): Point {
  const isNull = i % 3 === 0
  return {
    stream: { ...stream, id: `m-${i}` },
    startMs: 1.8e12 + i * 60_000,
    endMs: 1.8e12 + (i + 1) * 60_000,
    value: isNull ? null : i / 7,
    reason: isNull ? REASONS[i % REASONS.length]! : '',
    numerator: -i / 3,
    denominator: i * 1e9,
    coverage: 1 / (i + 1),
    estimatedShare: 0.1,
    flags: i % 2 === 0 ? 0 : 1 << 17,
    factors: i % 5 === 0 ? ['a', `b-${i}`] : [],
    provisional: i % 2 === 0,
    rev: i * 100_000,
  }
}

test('rows beyond the first blocks give back every part of a point', () => {
  const rows = new PointRows()
  const points = Array.from({ length: 5000 }, (_, i) => point(i))
  const numbers = points.map((one) => rows.add(one))
  expect(numbers.map((row) => rows.read(row))).toEqual(points)
  expect(points.filter((one, i) => !rows.isSame(numbers[i]!, one))).toEqual([])
  expect(rows.isSame(numbers[7]!, { ...points[7]!, flags: 1 })).toBe(false)
})

test('a row that is free is given out again, and its neighbours stay', () => {
  const rows = new PointRows()
  const [first, second, third] = [rows.add(point(1)), rows.add(point(2)), rows.add(point(3))]
  rows.setNext(first, third)
  rows.free(second)
  expect(rows.add(point(4))).toBe(second)
  expect([rows.next(second), rows.next(first)]).toEqual([-1, third])
  expect([first, second, third].map((row) => rows.stream(row).id)).toEqual(['m-1', 'm-4', 'm-3'])
})
