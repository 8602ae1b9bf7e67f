import { type Example, samples } from './example.js'

const HOUR_8 = { window: '1h', start: '2025-07-01T08:00:00Z', device: 'boiler-1' } as const
const HOUR_9 = { window: '1h', start: '2025-07-01T09:00:00Z', device: 'boiler-1' } as const

function boiler(metrics: readonly string[], limit?: object) {
  const each = Object.fromEntries(metrics.map((metric) => [metric, { period_s: 60 }]))
  return {
    devices: [{ id: 'boiler-1', line: 'l', role: 'stack', metrics: each }],
    limits: limit === undefined ? [] : [{ stack: 'boiler-1', pollutant: 'nox', standard: 'permit', ...limit }],
  }
}

/** Levels each minute from one time to another, the last minute included. */
function sent(...stretches: readonly (readonly [from: string, to: string, metrics: object])[]) {
  const all = stretches.flatMap(([from, to, metrics]) => samples([from, to, 1], () => metrics))
  return [{ device: 'boiler-1', class: 'emissions' as const, samples: all }]
}

export const STACKS: readonly Example[] = [
  {
    id: 'O15',
    source: 'public test',
    says: '100 mg/Nm3 at 5 % O2 are 112.5 at a reference of 3 %',
    plant: boiler(['nox_mgm3', 'o2_pct'], { limit: 200, o2_ref: 3 }),
    sent: sent(['09:00', '10:05', { nox_mgm3: 100, o2_pct: 5 }]),
    figures: [{ kpi: 'pollutant_ref_mean_nox', ...HOUR_9, value: 112.5 }],
  },
  {
    id: 'S4',
    source: 'synthetic',
    says: '45 good minutes make an hour, 44 do not',
    plant: boiler(['nox_mgm3']),
    sent: sent(
      ['08:00', '08:44', { nox_mgm3: 80 }],
      ['09:00', '09:43', { nox_mgm3: 80 }],
      ['10:30', '10:35', { nox_mgm3: 80 }],
    ),
    figures: [
      { kpi: 'pollutant_mean_nox', ...HOUR_8, value: 80, rest: { coverage: 0.75 } },
      { kpi: 'pollutant_mean_nox', ...HOUR_9, value: null, rest: { reason: 'low_coverage' } },
    ],
  },
  {
    id: 'S8',
    source: 'synthetic',
    says: '80 mg/Nm3 in 100,000 Nm3/h are 8 kg an hour, at 3 % oxygen and at 15 %',
    plant: boiler(['nox_mgm3', 'o2_pct', 'stack_flow_nm3h'], { limit: 200, o2_ref: 9 }),
    sent: sent(
      ['08:00', '08:59', { nox_mgm3: 80, o2_pct: 3, stack_flow_nm3h: 100_000 }],
      ['09:00', '10:05', { nox_mgm3: 80, o2_pct: 15, stack_flow_nm3h: 100_000 }],
    ),
    figures: [
      { kpi: 'pollutant_mass_nox', ...HOUR_8, value: 8 },
      { kpi: 'pollutant_mass_nox', ...HOUR_9, value: 8 },
    ],
  },
  {
    id: 'S9',
    source: 'synthetic',
    says: '200 at an oxygen of 9 %, the reference, is not above a limit of 200; 200.1 is',
    plant: boiler(['nox_mgm3', 'o2_pct'], { limit: 200, o2_ref: 9 }),
    sent: sent(['08:00', '08:59', { nox_mgm3: 200, o2_pct: 9 }], ['09:00', '10:05', { nox_mgm3: 200.1, o2_pct: 9 }]),
    figures: [
      { kpi: 'exceed_hours_nox', ...HOUR_8, value: 0 },
      { kpi: 'exceed_hours_nox', ...HOUR_9, value: 1 },
    ],
  },
  {
    id: 'S11',
    source: 'synthetic',
    says: '12 % CO2 in 50,000 Nm3/h are 11,781 kg an hour',
    plant: boiler(['co2_pct', 'stack_flow_nm3h']),
    sent: sent(['09:00', '10:05', { co2_pct: 12, stack_flow_nm3h: 50_000 }]),
    figures: [{ kpi: 'pollutant_mass_co2', ...HOUR_9, value: 11_781, digits: 0 }],
  },
]
