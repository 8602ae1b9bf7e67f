import { Bench, plantOf, reading } from './engine.js'

const MINUTE_MS = 60_000
const FROM_MS = Date.parse('2026-09-29T00:00:00Z')
const TO_MS = Date.parse('2026-10-05T00:00:00Z')

/** A plant with a grid meter alone, read each hour: what is done to a bundle of it ten thousand times. */
export async function meterPlant(): Promise<Bench> {
  const plant = plantOf({
    timezone: 'Asia/Shanghai',
    grid_region: 'CN-JS',
    kpis: ['energy_elec_import', 'scope2_lb', 'energy_comprehensive'],
    devices: [{ id: 'main-1', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }],
  })
  const bench = await Bench.open([plant], FROM_MS - 30 * 86_400_000)
  const readings = Array.from({ length: 144 }, (_, i) => {
    const ts = FROM_MS + 7 * MINUTE_MS + i * 60 * MINUTE_MS
    return reading({ device: 'main-1', metric: 'elec_import_kwh', ts, value: 1000 + 12.25 * i, receivedAt: ts + 1000 })
  })
  await bench.commit(readings)
  bench.tick(TO_MS + 3 * 86_400_000)
  await bench.settle()
  await bench.cycle()
  return bench
}

/**
 * A plant of Shanghai with a grid meter, a gas meter, a stack and a robot on one line, from 2026-09-29 to 10-04: small enough
 * that a bundle of two days of it is made and checked in a moment, and with a reading of each kind.
 */
export async function smallPlant(): Promise<Bench> {
  const plant = plantOf({
    timezone: 'Asia/Shanghai',
    grid_region: 'CN-JS',
    lines: [{ id: 'l' }],
    devices: [
      { id: 'main-1', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 1800 } } },
      { id: 'gas-1', line: 'l', metrics: { ng_volume_nm3: { period_s: 1800 } } },
      {
        id: 'boiler-1',
        line: 'l',
        role: 'stack',
        metrics: { nox_mgm3: { period_s: 1800 }, o2_pct: { period_s: 1800 }, stack_flow_nm3h: { period_s: 1800 } },
      },
      {
        id: 'robot-1',
        line: 'l',
        role: 'robot',
        counting_point: true,
        metrics: { state: { period_s: 1800 }, parts_good: { period_s: 1800 } },
      },
    ],
    limits: [{ stack: 'boiler-1', pollutant: 'nox', limit: 150, o2_ref: 3.5, standard: 'permit-1' }],
  })
  const bench = await Bench.open([plant], FROM_MS - 30 * 86_400_000)
  const readings = []
  for (let ts = FROM_MS + 7 * MINUTE_MS, i = 0; ts < TO_MS; ts += 30 * MINUTE_MS, i++) {
    const of = (device: string, metric: string, value: number | string) =>
      reading({ device, metric, ts, value, receivedAt: ts + 1000 })
    readings.push(
      of('main-1', 'elec_import_kwh', 1000 + 12.25 * i),
      of('gas-1', 'ng_volume_nm3', 50 + 3.1 * i),
      of('boiler-1', 'nox_mgm3', 90 + (i % 7)),
      of('boiler-1', 'o2_pct', 4),
      of('boiler-1', 'stack_flow_nm3h', 12_000),
      of('robot-1', 'state', i % 9 === 8 ? 'Held' : 'Execute'),
      of('robot-1', 'parts_good', 40 * i),
    )
  }
  const event = {
    plant: 'p',
    line: 'l',
    ts: Date.parse('2026-10-01T03:00:00Z'),
    receivedAt: Date.parse('2026-10-01T03:00:01Z'),
  }
  await bench.commit(
    readings,
    [
      { ...event, device: 'gas-1', id: 'e-1', type: 'fuel_used', fields: { fuel: 'diesel', amount: 2.5, unit: 't' } },
      { ...event, device: 'boiler-1', id: 'e-2', type: 'comment', fields: { text: 'read by two, and "checked"' } },
    ],
    [{ plant: 'p', device: 'robot-1', at: FROM_MS, isUp: true }],
  )
  bench.tick(TO_MS + 10 * 86_400_000)
  await bench.settle()
  await bench.cycle()
  return bench
}
