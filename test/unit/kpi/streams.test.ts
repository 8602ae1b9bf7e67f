import { expect, test } from 'vitest'
import type { Point } from '../../../src/kpi/windows/point.js'
import { Streams } from '../../../src/kpi/windows/streams.js'

const HOUR_MS = 3_600_000
const STREAM = { plant: 'p', scope: 'device', id: 'm1', kpi: 'cycles', window: '1h', unit: '1' } as const

function hour(n: number, provisional: boolean): Point {
  const made = { value: 1, reason: '', numerator: 1, denominator: 1, coverage: 1, estimatedShare: 0 } as const
  const span = { startMs: n * HOUR_MS, endMs: (n + 1) * HOUR_MS }
  return { stream: STREAM, ...span, ...made, flags: 0, factors: [], provisional, rev: 0 }
}

test('no point is made of a stream that is not wanted', () => {
  const streams = new Streams()
  const other = { ...hour(9, true), stream: { ...STREAM, scope: 'plant', id: 'p' } as const }
  streams.restore([], [hour(9, true), other])
  const asked: string[] = []
  const found = streams.latest(({ scope }) => {
    asked.push(scope)
    return scope === 'plant'
  })
  expect(asked).toEqual(['device', 'plant'])
  expect(found).toEqual([other])
})

test('after a start a device has been final as far as before, although its newest hour goes on', () => {
  const streams = new Streams()
  streams.restore([hour(8, false)], [hour(9, true)])
  expect(streams.closedMs('device', 'm1')).toBe(9 * HOUR_MS)
  expect([streams.isOpen(hour(8, false)), streams.isOpen(hour(9, true))]).toEqual([false, true])
  expect(streams.latest().map(({ startMs }) => startMs)).toEqual([9 * HOUR_MS])
  // The hour before is the same one again: neither new nor changed.
  expect(streams.settle([hour(8, false)], () => hour(8, false))).toMatchObject({ final: [], finalNew: 0 })
})
