import { at, type Example, registers, samples } from './example.js'

const HOUR_9 = { window: '1h', start: '2025-07-01T09:00:00Z' } as const
const HOUR_10 = { window: '1h', start: '2025-07-01T10:00:00Z' } as const
const MAIN = { id: 'main-1', line: 'l', role: 'main' }

const quarters = 720 * 4
/** 65,000 kWh in the 720 h of June: one quarter of 31.25 kWh, which is 125 kW, and the rest even. */
const JUNE = Array.from({ length: quarters + 1 }, (_, i) => {
  const each = (65_000 - 31.25) / (quarters - 1)
  return {
    ts: at('2025-06-01T00:00:00Z') + i * 900_000,
    metrics: { elec_import_kwh: i * each + (i > 99 ? 31.25 - each : 0) },
  }
})

function own(activity: string, value: number, unit: string) {
  const since = { valid_from: '2020-01-01', published: '2020-01-01', source: 'the example' }
  return { id: `own.${activity}`, activity, value, unit, ...since }
}

/** Electricity of an hour in a grid of the table. */
function lookup(id: string, [region, year]: readonly [string, number], tonnes: number): Example {
  const start = `${year}-06-01T09:00:00Z`
  return {
    id,
    source: id === 'O11' ? 'pzacademy' : 'factors of the ministry of ecology and environment',
    says: `5000 MWh of ${region} in ${year} are ${tonnes} t`,
    plant: { grid_region: region, carbon: { year_policy: 'match_year' }, devices: [MAIN] },
    sent: [{ device: 'main-1', class: 'energy', samples: registers({ elec_import_kwh: 5_000_000 }, start) }],
    figures: [{ kpi: 'scope2_lb', window: '1h', start, value: tonnes * 1000, digits: 3 }],
  }
}

export const ENERGY: readonly Example[] = [
  {
    id: 'O9',
    source: 'bettercostcontrol.com',
    says: '65,000 kWh in 720 h with a highest quarter of 125 kW are a load factor of 72.2 %',
    plant: { devices: [{ ...MAIN, metrics: { elec_import_kwh: { period_s: 900 } } }] },
    sent: [{ device: 'main-1', class: 'energy', samples: JUNE }],
    figures: [{ kpi: 'load_factor', window: '1mo', start: '2025-06-01T00:00:00Z', value: 0.722, digits: 3 }],
  },
  {
    id: 'O9',
    source: 'utility guide',
    says: '150 kWh in half an hour are 300 kW',
    plant: { devices: [{ ...MAIN, metrics: { elec_import_kwh: { period_s: 900 } } }] },
    sent: [
      {
        device: 'main-1',
        class: 'energy',
        samples: samples(['09:00', '10:15', 15], (i) => ({ elec_import_kwh: Math.min(i, 2) * 75 })),
      },
    ],
    figures: [{ kpi: 'peak_demand_15', ...HOUR_9, value: 300, rest: { numerator: 75, denominator: 0.25 } }],
  },
  {
    id: 'O13',
    source: 'tutorial and test in public code',
    says: '1 GWh at 0.20 with 600 MWh of certificates at 0 and a residual mix of 0.45 are 200 t, 180 t, and 60 % covered',
    // Certificates deliver evenly over their year, so the hour has its share: 1 GWh of it against 600 MWh times 8760.
    plant: {
      grid_region: 'DE',
      factors: [own('grid_electricity', 0.2, 'kgCO2e/kWh'), own('grid_electricity_residual', 0.45, 'kgCO2e/kWh')],
      contracts: [{ id: 'wind', kwh: 600_000 * 8760, factor: 0, vintage: 2025 }],
      devices: [MAIN],
    },
    sent: [{ device: 'main-1', class: 'energy', samples: registers({ elec_import_kwh: 1_000_000 }) }],
    figures: [
      { kpi: 'scope2_lb', ...HOUR_9, value: 200_000, digits: 3 },
      { kpi: 'scope2_mb', ...HOUR_9, value: 180_000, digits: 3 },
      { kpi: 'scope2_covered_share', ...HOUR_9, value: 0.6 },
    ],
  },
  {
    id: 'O17',
    source: 'Prometheus promqltest',
    says: 'a counter of 0 1 2 3 2 3 4, from a device that nobody has configured, rises by 7',
    sent: [
      {
        device: 'stray-1',
        class: 'energy',
        samples: samples(['09:00', '10:00', 10], (i) => ({ elec_import_kwh: [0, 1, 2, 3, 2, 3, 4][i] })),
      },
    ],
    figures: [{ kpi: 'energy_elec_import', ...HOUR_9, value: 7, rest: { flags: ['counter_reset'] } }],
  },
  {
    id: 'O21',
    source: 'GB/T 2589-2020 by a secondary source',
    says: '18,540,000 kWh are 2278.6 tce at the equivalent value',
    plant: { grid_region: 'CN-JS', devices: [MAIN] },
    sent: [{ device: 'main-1', class: 'energy', samples: registers({ elec_import_kwh: 18_540_000 }) }],
    figures: [{ kpi: 'energy_comprehensive_equivalent', ...HOUR_9, value: 2278.6, digits: 1 }],
  },
  {
    id: 'O24',
    source: 'Tango documentation',
    says: '1000 MWh of 669.23 lb/MWh are 303.56 t',
    plant: { grid_region: 'US', factors: [own('grid_electricity', 669.23, 'lbCO2e/MWh')], devices: [MAIN] },
    sent: [{ device: 'main-1', class: 'energy', samples: registers({ elec_import_kwh: 1_000_000 }) }],
    figures: [{ kpi: 'scope2_lb', ...HOUR_9, value: 303_560, digits: -1 }],
  },
  {
    id: 'O25',
    source: 'cal75.calculator.city',
    says: '1000 kWh and 500 kvarh are 1118.03 kVAh and a power factor of 0.894',
    plant: { devices: [MAIN] },
    sent: [
      { device: 'main-1', class: 'energy', samples: registers({ elec_import_kwh: 1000, elec_reactive_kvarh: 500 }) },
    ],
    figures: [
      {
        kpi: 'power_factor',
        ...HOUR_9,
        value: 0.894,
        digits: 3,
        rest: { numerator: 1000, denominator: Math.sqrt(1_250_000) },
      },
    ],
  },
  lookup('O26', ['CN-GRID-E', 2022], 2808.5),
  lookup('O26', ['CN', 2022], 2683),
  // The national emissions of 2021, which O26 sets against it, are published as O11.
  lookup('O11', ['CN', 2021], 2784),
  {
    id: 'S6',
    source: 'synthetic',
    says: '60 kWh between 09:50 and 10:20 give 20 to hour 9 and 40 to hour 10, both estimated',
    plant: { devices: [{ ...MAIN, metrics: { elec_import_kwh: { period_s: 60 } } }] },
    sent: [
      {
        device: 'main-1',
        class: 'energy',
        samples: [
          ...samples(['09:00', '09:50', 1], () => ({ elec_import_kwh: 500 })),
          ...samples(['10:20', '11:05', 1], () => ({ elec_import_kwh: 560 })),
        ],
      },
    ],
    figures: [
      { kpi: 'energy_elec_import', ...HOUR_9, value: 20, rest: { flags: ['estimated'], coverage: 1 } },
      { kpi: 'energy_elec_import', ...HOUR_10, value: 40, rest: { flags: ['estimated'], coverage: 1 } },
    ],
  },
  {
    id: 'S10',
    source: 'default values of China, GB/T 32151',
    says: '10,000 Nm3 of natural gas are 21.6219 t',
    plant: { grid_region: 'CN-JS', devices: [{ id: 'gas-1', line: 'l' }] },
    sent: [{ device: 'gas-1', class: 'energy', samples: registers({ ng_volume_nm3: 10_000 }) }],
    figures: [{ kpi: 'scope1_co2e', ...HOUR_9, value: 21_621.9, digits: 1 }],
  },
]
