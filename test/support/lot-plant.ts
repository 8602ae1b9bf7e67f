import { withOrigin } from '../../src/base/entry-origin.js'
import type { DeviceEvent } from '../../src/base/reading.js'
import { Bench, plantOf, reading } from './engine.js'

/** A plant whose footprints of lots can be worked by hand: every hour is as every other, and every factor is a round number. */

const HALF_HOUR_MS = 1_800_000
const FROM_MS = Date.parse('2026-09-29T16:00:00Z')
const TO_MS = Date.parse('2026-10-04T16:00:00Z')

/** Days that hold the lots. */
export const LOT_DAYS = { from: '2026-10-01', to: '2026-10-03' } as const

/** Increase of each register in half an hour. */
const HALF_HOURLY = [
  ['main-1', 'u', 'elec_import_kwh', 100],
  ['pv-1', 'u', 'renew_onsite_kwh', 25],
  ['meter-a', 'a', 'elec_submeter_kwh', 40],
  ['meter-b', 'b', 'elec_submeter_kwh', 30],
  ['gas-1', 'b', 'ng_volume_nm3', 5],
  ['heat-1', 'b', 'heat_gj', 0.5],
] as const

const factor = (id: string, activity: string, value: number, unit: string, more: object = {}) => ({
  ...{ id, activity, value, unit, valid_from: '2026-01-01', published: '2026-01-01', source: 'decree 1', ...more },
})
const measured = { param_source: 'measured' }

/** Configuration of the plant; an hour buys 200 kWh of 250 kWh used, at 0.5 kg, burns 10 Nm3 at 2.2 kg and takes 1 GJ at 110 kg. */
export const LOT_OPTIONS = {
  name: { en: 'Works', zh: '工厂' },
  timezone: 'Asia/Shanghai',
  grid_region: 'CN-JS',
  lines: [{ id: 'u' }, { id: 'a' }, { id: 'b' }],
  report: { organisation: 'Works Ltd', credit_code: '91320500MA1N8K3H0X' },
  products: [{ id: 'bracket', name: { en: 'Bracket', zh: '支架' }, ideal_cycle_s: 30 }],
  carbon: { combustion: 'cn' },
  factors: [
    factor('own.grid', 'grid_electricity', 0.5, 'kgCO2e/kWh'),
    factor('own.heat', 'heat', 0.11, 'tCO2/GJ'),
    factor('own.ncv', 'fuel.natural_gas.ncv', 400, 'GJ/1e4Nm3', measured),
    factor('own.carbon', 'fuel.natural_gas.carbon_content', 0.015, 'tC/GJ', measured),
    factor('own.oxidation', 'fuel.natural_gas.oxidation_factor', 1, '1', measured),
  ],
  devices: HALF_HOURLY.map(([id, line, metric]) => ({
    id,
    line,
    ...(id === 'main-1' ? { role: 'main' } : id.startsWith('meter') ? { role: 'sub', parent: 'main-1' } : {}),
    metrics: { [metric]: { period_s: 1800 } },
  })),
}

/** Something that a person put on record of the plant. */
export function said(type: string, id: string, at: string, fields: Record<string, unknown>): DeviceEvent {
  const ts = Date.parse(at)
  return {
    ...{ plant: 'p', line: 'office', device: 'office', id, type, ts, receivedAt: TO_MS },
    fields: withOrigin({ author: 'Li Na', document: `paper ${id}`, ...fields }, { kind: 'person', account: 'li' }),
  }
}

/**
 * The plant with what people said of its lots, and all of its figures final; `twins` are other plants that send the same, with their settings,
 * and `without` names devices that send nothing.
 */
export async function lotPlant(
  events: readonly DeviceEvent[],
  options: object = LOT_OPTIONS,
  twins: readonly object[] = [],
  without: readonly string[] = [],
): Promise<Bench> {
  const plants = [plantOf({ ...options }), ...twins.map((twin) => plantOf({ ...twin }))]
  const bench = await Bench.open(plants, FROM_MS - 30 * 86_400_000)
  const readings = []
  for (let ts = FROM_MS, i = 0; ts <= TO_MS; ts += HALF_HOUR_MS, i++) {
    for (const [device, line, metric, step] of HALF_HOURLY) {
      if (without.includes(device)) continue
      for (const { id: plant } of plants) {
        readings.push(reading({ plant, device, line, metric, ts, value: 1000 + step * i, receivedAt: ts + 1000 }))
      }
    }
  }
  await bench.commit(readings, events)
  bench.tick(TO_MS + 3 * 86_400_000)
  await bench.settle()
  await bench.cycle()
  return bench
}
