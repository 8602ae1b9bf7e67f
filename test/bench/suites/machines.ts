import { type PlantOptions, plantOptions } from '../../../src/base/plant.js'
import { STATES } from '../../../src/base/states.js'
import type { Message } from '../sides/in-process.js'

export const FIVE = ['cycles', 'time_producing', 'time_down_fault', 'oee', 'quality_ratio']
/** KPIs that the machines below have, without the odder ones. */
export const FORTY = [
  ...FIVE,
  ...STATES.map((state) => `time_${state.toLowerCase()}`).filter((id) => !FIVE.includes(id)),
  ...['microstops', 'good_units', 'availability', 'effectiveness', 'nee', 'allocation_efficiency'],
  ...['utilization_efficiency', 'technical_efficiency', 'setup_ratio', 'throughput_rate', 'allocation_ratio'],
  ...['production_process_ratio', 'failures', 'mtbf', 'mttr', 'inherent_availability', 'corrective_maintenance_ratio'],
  ...['scrap_ratio', 'defect_ppm', 'fpy', 'data_completeness', 'data_validity', 'connectivity', 'equipment_load'],
  ...['scope1_co2e'],
]

/** Ten lines of machines that make one product in two shifts. */
export function plantOfMachines(count: number, kpis: readonly string[], periodS: number): PlantOptions {
  return plantOptions.parse({
    id: 'bench',
    name: { en: 'Bench' },
    timezone: 'Asia/Shanghai',
    kpis,
    shifts: [
      { name: 'day', start: '08:00', end: '20:00', breaks: [{ start: '12:00', end: '12:45' }], breaks_in_pbt: false },
    ],
    products: [{ id: 'housing', ideal_cycle_s: 2 }],
    lines: Array.from({ length: 10 }, (_, i) => ({ id: `line-${i}` })),
    devices: Array.from({ length: count }, (_, i) => ({
      id: `m${i}`,
      line: `line-${i % 10}`,
      role: 'machine',
      product: 'housing',
      metrics: Object.fromEntries(
        ['state', 'cycle_count', 'parts_total', 'parts_good'].map((metric) => [metric, { period_s: periodS }]),
      ),
    })),
  })
}

/** A machine that makes a piece each two seconds, with a fault now and then. */
export function messageOf(device: number, second: number, nowMs: number): Message {
  const pieces = 1000 + Math.floor(second / 2)
  const state = (second + device) % 97 < 3 ? 'Aborted' : (second + device) % 23 === 0 ? 'Idle' : 'Execute'
  const metrics = { state, cycle_count: pieces, parts_total: pieces, parts_good: pieces - Math.floor(pieces / 50) }
  return {
    topic: `plants/bench/line-${device % 10}/m${device}/production`,
    payload: Buffer.from(JSON.stringify({ ts: nowMs, metrics, seq: second })),
  }
}
