import type { DeviceEvent } from '../../src/base/reading.js'
import { LOT_EVENTS } from './lot-entries.js'
import { LOT_OPTIONS, said } from './lot-plant.js'

/** The plant of `lot-plant.ts` with what the indicators of a zero-carbon factory ask beside. */
export const GREEN_OPTIONS = {
  ...LOT_OPTIONS,
  products: [...LOT_OPTIONS.products, { id: 'plate', ideal_cycle_s: 60 }, { id: 'gear', ideal_cycle_s: 60 }],
  factors: [
    ...LOT_OPTIONS.factors,
    {
      ...{ id: 'own.supplier', activity: 'supplier_electricity', value: 0.6, unit: 'kgCO2e/kWh', source: 'contract 1' },
      ...{ valid_from: '2026-01-01', published: '2026-01-01' },
    },
  ],
  contracts: [{ id: 'wind-1', kwh: 4800, factor: 0, vintage: 2026, valid_from: '2026-10-01', valid_to: '2026-10-02' }],
  equipment: [
    { id: 'fan-1', name: 'Fan', rated_kw: 90, count: 2, efficiency: 'grade_2', standard: 'GB 18613-2020' },
    { id: 'pump-1', name: { en: 'Pump', zh: '泵' }, rated_kw: 55, efficiency: 'grade_3' },
    { id: 'press-1', name: 'Press', rated_kw: 45 },
    { id: 'old-1', name: 'Old fan', rated_kw: 500, to: '2026-09-30' },
  ],
  meters_required: 8,
  benchmarks: [{ kpi: 'carbon_per_kwh', level: 'sector', value: 2, source: 'norm 1, table 2' }],
  devices: [...LOT_OPTIONS.devices, { id: 'water-1', line: 'u', metrics: { water_fresh_m3: { period_s: 1800 } } }],
}

export const GREEN_DAYS = { from: '2026-10-01', to: '2026-10-03' } as const

const DAY_1 = '2026-09-30T16:00:00Z'
const DAY_2 = '2026-10-01T16:00:00Z'

export const VALUE_ADDED = said('period_statement', 'g-1', DAY_1, {
  ...{ measure: 'value_added', amount: 1_000_000, currency: 'CNY', from: '2026-10-01', to: '2026-10-02' },
  ...{ document_sha256: 'ab'.repeat(32) },
})
export const MORE_VALUE_ADDED = said('period_statement', 'g-2', DAY_2, {
  ...{ measure: 'value_added', amount: 500_000, currency: 'CNY', from: '2026-10-02', to: '2026-10-03' },
})

/** Two functions as the gateway found them, a while after the period. */
export const LOOK = said('centre_look', 'g-4', '2026-10-05T02:00:00Z', {
  in_use: 1,
  functions: [
    {
      id: 'monitoring',
      state: 'in_use',
      proofs: [{ id: 'energy_elec_import', state: 'in_use', at: '2026-10-04T16:00:00.000Z' }],
    },
    {
      id: 'verification',
      state: 'partly',
      proofs: [
        { id: 'ledger', state: 'in_use', at: '2026-10-05T01:00:00.000Z' },
        { id: 'frozen_reports', state: 'missing' },
      ],
    },
  ],
})

export const GREEN_EVENTS: readonly DeviceEvent[] = [
  ...LOT_EVENTS,
  VALUE_ADDED,
  MORE_VALUE_ADDED,
  said('period_statement', 'g-3', DAY_1, {
    ...{ measure: 'output_value', amount: 6_000_000, currency: 'CNY', from: '2026-10-01', to: '2026-10-03' },
  }),
  LOOK,
]
