import type { SavingClaimItem } from '../../../src/views/wire/savings.js'

/** A saving that a plant claims, as the API tells it. */
export const CLAIM: SavingClaimItem = {
  ...{ id: 'compressor', measure: 'New compressor', line: null, meter: null, energy: 'energy_elec_import' },
  ...{ baseline_from: '2025-06-01', baseline_to: '2026-05-31', from: '2026-06-10', to: '2026-06-13', reason: '' },
  baseline: {
    model: { outputs: ['good_units'], calendar: 'kinds', heating_base_c: 16, cooling_base_c: null },
    ...{ days: 360, left_out: 5, r2: 0.94, cv_rmse: 0.061, nmbe: 0.0002, persistence: 0.2 },
    next: [
      {
        ...{ outputs: ['cycles'], calendar: 'weekdays', heating_base_c: null, cooling_base_c: null },
        worse_by: 4.2,
      },
    ],
    coefficients: [
      { term: 'constant', kwh: 4200 },
      { term: 'output good_units', kwh: 0.72 },
    ],
  },
  saving: {
    ...{ expected_kwh: 40_000, actual_kwh: 37_000, saved_kwh: 3000, lower90_kwh: 2100, upper90_kwh: 3900 },
    ...{ is_shown: true, days: 3, left_out: 1, outside_range: 1 },
    cusum: [
      { day: '2026-06-10', saved_kwh: 900 },
      { day: '2026-06-11', saved_kwh: 2100 },
      { day: '2026-06-13', saved_kwh: 3000 },
    ],
  },
  ...{ saved_cost: 2400, currency: 'CNY', saved_kgco2e: 1700 },
  left_out: [{ day: '2026-06-12', period: 'reporting', why: 'no_output' }],
  events: [{ from: '2026-06-11', to: null, kwh_per_day: 240, reason: 'second hall', author: 'Li Na' }],
}
