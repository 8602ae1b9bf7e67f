// @module-tag slow

import { afterEach, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { forgetDevice } from './forgetting-device.js'

/** Proves that figures are computed again without the devices that are forgotten, whenever the gateway is stopped or killed. */

const START_MS = Date.UTC(2025, 6, 1, 8)
const LATER_MS = Date.UTC(2025, 8, 1)
const HOURS = 4

const DAYS = 10

/** 60 kWh an hour, a sample every ten minutes. */
const meter = (device: string): Reading[] =>
  Array.from({ length: DAYS * 24 * 6 + 1 }, (_, i) =>
    reading({ device, metric: 'elec_import_kwh', ts: START_MS + i * 600_000, value: i * 10 }),
  )

let bench: Bench
afterEach(() => bench.close())

/** The first hours: those that a start does not compute again anyway. */
const hours = async () => {
  const found: (number | null | undefined)[] = []
  for (let hour = 0; hour < HOURS; hour++) {
    const start = START_MS + hour * 3_600_000
    found.push((await bench.point({ kpi: 'energy_elec_import', window: '1h', start }))?.value)
  }
  return found.map((value) => (typeof value === 'number' ? Math.round(value) : value))
}

test.each(['goes on', 'is killed before they are', 'is killed twice'])(
  'figures are computed without a device that is forgotten when the gateway %s',
  async (what) => {
    bench = await Bench.open([plantOf({})], START_MS)
    await bench.feed([...meter('a'), ...meter('b')], LATER_MS)
    expect(await hours()).toEqual([120, 120, 120, 120])
    await forgetDevice(bench, 'b')
    if (what !== 'goes on') await bench.restart()
    if (what === 'is killed twice') {
      await bench.cycle()
      await bench.restart()
    }
    await bench.settle()
    expect(await hours()).toEqual([60, 60, 60, 60])
    await bench.restart()
    await bench.settle()
    expect(await hours()).toEqual([60, 60, 60, 60])
  },
)
