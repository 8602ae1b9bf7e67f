// @module-tag slow

import { expect, test } from 'vitest'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000
const METRIC = 'elec_import_kwh'
const START = Date.parse('2025-01-05T00:00:00Z')
const NOW = Date.parse('2025-07-31T10:30:00Z')
const PLANT = plantOf({ devices: [{ id: 'a', role: 'sub', metrics: { [METRIC]: {} } }] })

/** A register of a meter for so many hours of the past, each minute. */
function hours(from: number, to: number): Reading[] {
  return Array.from({ length: (to - from) * 60 }, (_, i) => {
    const minute = from * 60 + i
    const ts = START + minute * MINUTE_MS
    return reading({ device: 'a', metric: METRIC, ts, value: minute / 100, receivedAt: NOW })
  })
}

/** Windows that go on are computed as often as somebody looks at them. */
const isFinal = ({ provisional }: Point) => !provisional

async function figures(killsBehind: readonly number[]) {
  const bench = await Bench.open([PLANT], 0)
  try {
    for (const [i, block] of [hours(0, 5), hours(5, 10), hours(10, 15)].entries()) {
      await bench.commit(block)
      // All that came before is in the points; of this record nothing is.
      if (killsBehind.includes(i)) await bench.restart()
      await bench.settle()
    }
    const points = await bench.store.between('p', START, START + 15 * 60 * MINUTE_MS)
    return new Map([...points.values()].filter(isFinal).map((point) => [windowKey(point), point.value]))
  } finally {
    await bench.close()
  }
}

test('of a record that was archived and not computed when the gateway was killed no figure is missing', async () => {
  const expected = await figures([])
  expect(expected.size).toBeGreaterThan(100)
  expect(await figures([1])).toEqual(expected)
  expect(await figures([2])).toEqual(expected)
  expect(await figures([0, 1, 2])).toEqual(expected)
})

const KPIS = ['availability', 'utilization_efficiency', 'data_completeness']
const MACHINE = plantOf({ kpis: KPIS, devices: [{ id: 'a', role: 'machine', line: 'l', on_change: true }] })

const change = (minute: number, isUp: boolean): ConnectionChange => {
  return { plant: 'p', device: 'a', at: START + minute * MINUTE_MS, isUp }
}
const word = (minute: number, value: string): Reading => {
  const ts = START + minute * MINUTE_MS
  return reading({ device: 'a', metric: 'state', ts, value, receivedAt: ts })
}

type Block = readonly [readings: readonly Reading[], changes: readonly ConnectionChange[]]

/** A machine that says twice an hour what it does, the first of it over a connection that stays. */
const WORDS = [
  [[], [change(0, true)]],
  ...Array.from({ length: 20 }, (_, i): Block => [[word(i * 30, i % 3 === 0 ? 'IDLE' : 'PRODUCTIVE')], []]),
] as const

/** Changes of its connection that are heard of when all that it said is in the points. */
const CHANGES: Readonly<Record<string, readonly Block[]>> = {
  'it was lost long ago': [[[], [change(245, false)]]],
  'it was lost long ago and came back later': [
    [[], [change(245, false)]],
    [[], [change(400, true)]],
  ],
  'it was lost, and its word is older': [[[], [change(615, false)]]],
  'it was lost with a late word': [[[word(610, 'IDLE'), word(100, 'IDLE')], [change(605, false)]]],
  'it was lost before late words': [
    [[], [change(245, false)]],
    [[word(95, 'IDLE')], []],
  ],
}

async function statesAfter(changes: readonly Block[], killsBehind: readonly number[]) {
  const bench = await Bench.open([MACHINE], 0)
  try {
    for (const [readings, connections] of WORDS) {
      await bench.commit(readings, [], connections)
      await bench.settle()
    }
    bench.tick(START + 700 * MINUTE_MS)
    await bench.settle()
    for (const [i, [readings, connections]] of changes.entries()) {
      await bench.commit(readings, [], connections)
      if (killsBehind.includes(i)) await bench.restart()
      else await bench.cycle()
    }
    bench.tick(START + 3000 * MINUTE_MS)
    await bench.settle()
    const points = await bench.store.between('p', START, START + 15 * 60 * MINUTE_MS)
    return new Map(
      [...points.values()].filter(isFinal).map((point) => [windowKey(point), [point.value, point.coverage]]),
    )
  } finally {
    await bench.close()
  }
}

test.each(Object.entries(CHANGES))('of a change of connection too: %s', async (_, changes) => {
  const expected = await statesAfter(changes, [])
  expect(expected.size).toBeGreaterThan(100)
  for (const kills of [[0], [changes.length - 1], changes.map((__, i) => i)]) {
    const found = await statesAfter(changes, kills)
    const differing = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => {
      return JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))
    })
    expect(differing.map((key) => ({ key, found: found.get(key), expected: expected.get(key) })).slice(0, 4)).toEqual(
      [],
    )
  }
})
