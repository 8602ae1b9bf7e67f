import { expect, test } from 'vitest'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000
const FIRST = Date.parse('2026-01-05T00:00:00Z')
const METER = { period_s: 15, idle_s: 3600 }
const PLANT = plantOf({ devices: [{ id: 'm1', role: 'main', metrics: { elec_import_kwh: METER } }] })

/** A register that goes up by 1 kWh a minute. */
const at = (second: number) =>
  reading({ metric: 'elec_import_kwh', ts: FIRST + second * 1000, value: 100 + second / 60 })

test('final points of one stream in one cycle come by their windows, also one that time alone has ended', async () => {
  const bench = await Bench.open([PLANT], FIRST)
  const minutes: number[] = []
  for (const seconds of [[0, 60, 120, 150], [180], [240], [300, 330, 360, 390]]) {
    await bench.commit(seconds.map(at))
    const { final } = await bench.cycle()
    const own = final.filter(({ stream }) => stream.kpi === 'energy_elec_import' && stream.scope === 'plant')
    for (const { stream, startMs } of own) if (stream.window === '1m') minutes.push((startMs - FIRST) / MINUTE_MS)
  }
  expect(minutes).toEqual([0, 1, 2, 3, 4, 5])
})
