import type { KpiPoint } from '../../../src/base/kpi.js'

/** One hour of a plant's electricity, from `hour` o'clock UTC on a fixed day. */
export function hourPoint(hour: number, value: number | null, more: Partial<KpiPoint> = {}): KpiPoint {
  const startMs = Date.UTC(2026, 10, 24, hour)
  return {
    plant: 'suzhou-1',
    scope: 'plant',
    id: 'suzhou-1',
    kpi: 'energy_elec_import',
    window: '1h',
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + 3_600_000).toISOString(),
    value,
    unit: 'kWh',
    reason: value === null ? 'no_data' : '',
    numerator: value,
    denominator: 1,
    coverage: 1,
    estimated_share: 0,
    provisional: false,
    rev: 0,
    flags: [],
    factors: [],
    ...more,
  }
}
