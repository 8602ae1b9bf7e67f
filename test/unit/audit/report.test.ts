import { afterEach, expect, test } from 'vitest'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { figureValue, reportOf } from '../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const OCTOBER = Date.parse('2026-10-01T00:00:00Z')
const period_s = 3600

const PLANT = plantOf({
  name: { en: 'Works', zh: '工厂' },
  factors: [
    {
      id: 'own.grid',
      activity: 'grid_electricity',
      value: 0.5,
      unit: 'kgCO2/kWh',
      valid_from: '2020-01-01',
      published: '2020-01-01',
      source: 'test',
    },
  ],
  carbon: { activity_uncertainty_pct: 3, factor_uncertainty_pct: 4 },
  devices: [
    { id: 'main', role: 'main', metrics: { elec_import_kwh: { period_s } } },
    { id: 'gas', metrics: { ng_volume_nm3: { period_s } } },
  ],
})

let bench: Bench
afterEach(() => bench.close())

/** Registers that rise by the same every hour, from midnight of a day for some days. */
function hourly(
  device: string,
  metric: string,
  step: number,
  { days, from = OCTOBER, skip = () => false }: { days: number; from?: number; skip?: (hour: number) => boolean },
): Reading[] {
  const sent: Reading[] = []
  for (let hour = 0; hour <= days * 24; hour++) {
    if (!skip(hour)) sent.push(reading({ device, metric, ts: from + hour * HOUR, value: 1000 + hour * step }))
  }
  return sent
}

async function october(readings: readonly Reading[], events: readonly DeviceEvent[] = []): Promise<void> {
  bench = await Bench.open([PLANT], OCTOBER)
  await bench.commit([], events)
  await bench.feed(readings, OCTOBER + 40 * DAY)
}

test('a month of 100 kWh and 10 Nm3 an hour: purchased energy by the own factor, fuel by GB/T 32150', async () => {
  await october([
    ...hourly('main', 'elec_import_kwh', 100, { days: 32 }),
    ...hourly('gas', 'ng_volume_nm3', 10, { days: 32 }),
  ])
  const report = await reportOf(bench, { from: '2026-10-01', to: '2026-11-01', now: '2026-11-10T00:00:00Z' })
  expect(figureValue(report, 'p/energy_elec_import')).toBe('74400')
  expect(figureValue(report, 'p/scope2_lb')).toBe('37200')
})
