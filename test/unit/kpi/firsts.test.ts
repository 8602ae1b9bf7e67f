// @module-tag slow

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const DAY_MS = 86_400_000
const PERIOD_MS = 1_200_000
const FIRST = Date.parse('2026-01-05T00:00:00Z')
const PLANT = plantOf({ devices: [{ id: 'stack', metrics: { stack_flow_nm3h: { period_s: 1200 } } }] })

let benches: Bench[]

beforeEach(() => {
  benches = []
})

afterEach(() => Promise.all(benches.map((bench) => bench.close())))

/** A bench on which it is four weeks later. */
async function later(): Promise<Bench> {
  const bench = await Bench.open([PLANT], FIRST - DAY_MS)
  benches.push(bench)
  bench.tick(FIRST + 28 * DAY_MS)
  return bench
}

function flow(days: number): Reading[] {
  return Array.from({ length: (days * DAY_MS) / PERIOD_MS }, (_, i) => {
    return reading({ device: 'stack', metric: 'stack_flow_nm3h', ts: FIRST + i * PERIOD_MS, value: 50_000 })
  })
}

function fuel(device: string, day: number): DeviceEvent {
  const ts = FIRST + day * DAY_MS
  const fields = { fuel: 'diesel', amount: 2, unit: 't' }
  return { plant: 'p', line: 'l', device, id: `${device}-${day}`, type: 'fuel_used', ts, receivedAt: ts, fields }
}

async function figures(bench: Bench) {
  const points = (await bench.points()).filter(({ stream }) => stream.kpi !== 'data_timeliness')
  return new Map(points.map(({ rev, ...point }) => [windowKey({ ...point, rev }), point]))
}

test('a first sample five days before the one known so far opens the windows that others reach', async () => {
  const [whole, bench] = [await later(), await later()]
  await whole.commit(flow(8), [fuel('a', 1), fuel('b', 6)])
  await whole.settle()

  await bench.commit(flow(8), [fuel('b', 6)])
  await bench.settle()
  const before = (await figures(bench)).size
  await bench.commit([], [fuel('a', 1)])
  await bench.settle()
  expect((await figures(bench)).size).toBeGreaterThan(before)
  expect(await figures(bench)).toEqual(await figures(whole))
})

test('a start before they are computed loses none of them', async () => {
  const [whole, bench] = [await later(), await later()]
  await whole.commit(flow(20), [fuel('a', 1), fuel('b', 15)])
  await whole.settle()

  await bench.commit(flow(20), [fuel('b', 15)])
  await bench.settle()
  await bench.commit([], [fuel('a', 1)])
  await bench.restart()
  await bench.cycle()
  await bench.cycleLate()
  await bench.restart()
  await bench.settle()
  expect(await figures(bench)).toEqual(await figures(whole))
})
