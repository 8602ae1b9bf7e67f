// @module-tag deep
/** Proves figures whose rules were wrong once, through a gateway. */
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectFigures, pointOf, sendSamples } from '../../support/examples.js'
import { removeData, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { at, EARLY, type Example, registers, said, samples } from '../published/example.js'

// Figures of machines, stacks, fuels, demand and inspected parts that were wrong once: messages in, API out.

const HOUR_9 = { window: '1h', start: '2025-07-01T09:00:00Z' } as const
const DAY = { window: '1d', start: '2025-07-01T00:00:00Z' } as const
const SHIFT = { window: 'shift', start: '2025-07-01T06:00:00Z' } as const
const JULY = { window: '1mo', start: '2025-07-01T00:00:00Z' } as const
const MAIN = { id: 'main-1', line: 'l', role: 'main' }
const since = { valid_from: '2020-01-01', published: '2020-01-01', source: 'the supplier' }

/** Levels of a stack each minute from one time to another, the last minute included. */
function stack(...stretches: readonly (readonly [from: string, to: string, metrics: object])[]): Example['sent'] {
  const sent = stretches.flatMap(([from, to, metrics]) => samples([from, to, 1], () => metrics))
  return [{ device: 'boiler-1', class: 'emissions', samples: sent }]
}

function boiler(metrics: readonly string[], gas: object = {}, limit?: object) {
  const each = Object.fromEntries(metrics.map((metric) => [metric, { period_s: 60 }]))
  return {
    carbon: { measured: [{ stack: 'boiler-1', replaces: ['gas-1'] }] },
    devices: [{ id: 'boiler-1', line: 'l', role: 'stack', stack: gas, metrics: each }],
    limits: limit === undefined ? [] : [{ stack: 'boiler-1', pollutant: 'nox', standard: 'permit', ...limit }],
  }
}

/** Valid hours of a day from midnight on; with those behind them lost until the next day. */
function hours(count: number): Example['sent'] {
  const end = `${String(count - 1).padStart(2, '0')}:59`
  const levels = { nox_mgm3: 80, o2_pct: 3 }
  return stack(['00:00', end, levels], ['2025-07-02T00:00:00Z', '2025-07-02T01:05:00Z', levels])
}

const NOX = boiler(['nox_mgm3', 'o2_pct'], {}, { limit: 200, o2_ref: 3 })

/** 1,000 Nm3 of gas of 35,550 kJ and 12 t of steam of the level 1.0MPa in an hour, 100 good parts. */
const BOILER_HOUSE: Example['sent'] = [
  { device: 'gas-1', class: 'energy', samples: registers({ ng_volume_nm3: 1000 }) },
  { device: 'steam-1', class: 'energy', samples: registers({ steam_mass_t: 12 }) },
  { device: 'press-1', class: 'production', samples: registers({ parts_good: 100 }) },
]
const OWN_GAS = { id: 'gas.bill', activity: 'fuel.natural_gas.ncv', value: 35_550, unit: 'kJ/Nm3', ...since }

/** Tonnes of a coal that was burnt at half past nine. */
function burnt(fuel: string): Example['sent'] {
  const event = { id: `batch-${fuel}`, type: 'fuel_used', fuel, amount: 10 }
  return [{ device: 'store-1', class: 'energy', samples: [{ ts: at('09:30'), events: [event] }] }]
}

function check(time: string, serial: string, result: 'pass' | 'fail') {
  return { ts: at(time), events: [{ id: `${serial}-${time}`, type: 'serial_result', serial, op: 'leak', result }] }
}

/** Part 1 is good at once, part 2 at its second test and a third one. */
const CHECKS = [
  check('09:10', 'part-1', 'pass'),
  check('09:20', 'part-2', 'fail'),
  check('09:40', 'part-2', 'pass'),
  check('10:40', 'part-2', 'pass'),
] as const

/** Register at a time: 40.7 kWh from 08:05 to 08:15 and 34.3 kWh from there to 08:20, which are two quarters. */
function registerAt(ms: number): number {
  const minutes = (ms - at('08:05')) / 60_000
  const [first, second] = [Math.min(10, minutes), Math.min(5, minutes - 10)].map((of) => Math.max(0, of))
  return 1000 + first! * 4.07 + second! * 6.86
}

/** Every minute around that, and every quarter of an hour in the rest of the month. */
const JULY_METER = [
  ...samples(['2025-07-01T00:00:00Z', '07:45', 15], () => ({})),
  ...samples(['07:46', '09:30', 1], () => ({})),
  ...samples(['09:45', '2025-08-01T00:15:00Z', 15], () => ({})),
].map((sample) => {
  const { ts } = sample as { ts: number }
  return { ts, metrics: { elec_import_kwh: registerAt(ts) } }
})
const ACROSS_QUARTERS: Example['sent'] = [{ device: 'main-1', class: 'energy', samples: JULY_METER }]
const tariff = {
  id: 't1',
  valid_from: '2020-01-01',
  currency: 'CNY',
  periods: [{ name: 'flat', price_per_kwh: 1, from: '00:00', to: '24:00' }],
  demand_price_per_kw_month: 40,
}
const billed = (options: object) => ({
  tariffs: [tariff],
  devices: [{ ...MAIN, metrics: { elec_import_kwh: { period_s: 60 } } }],
  ...options,
})

/** CO2 of 12.5 % in the dry gas of 10 m/s through 1 m2 at 100 °C with 20 % of water, kg in an hour. */
const CO2_OF_VELOCITY = (0.125 * (36_000 * (273.15 / 373.15) * 0.8) * 44.0095) / 22.414

const EXAMPLES: readonly Example[] = [
  {
    id: 'A3',
    source: 'hsu-aut ontology of ISO 22400-2; OPC 40001-1 table 68',
    says: 'a fault is delay: 300 min producing, 60 of setup, 60 held and 60 of fault in a shift of 480',
    plant: {
      shifts: [EARLY],
      devices: [{ id: 'm', line: 'l', role: 'machine', metrics: { state: { max_hold_s: 86_400 } } }],
    },
    sent: [
      {
        device: 'm',
        class: 'production',
        samples: [
          ...said(['06:00', 'Setup'], ['07:00', 'Execute'], ['12:00', 'Aborted'], ['13:00', 'Held'], ['14:00', 'Off']),
          ...samples(['06:00', '14:00', 5], (i) => ({ order_active: i < 96 })),
          ...said(['15:00', 'Off']),
        ],
      },
    ],
    figures: [
      { kpi: 'technical_efficiency', ...SHIFT, device: 'm', value: 0.7142857143, digits: 9 },
      { kpi: 'allocation_efficiency', ...SHIFT, device: 'm', value: 1 },
      { kpi: 'utilization_efficiency', ...SHIFT, device: 'm', value: 0.625 },
      { kpi: 'allocation_ratio', ...SHIFT, device: 'm', value: 1 },
      { kpi: 'production_process_ratio', ...SHIFT, device: 'm', value: 0.625 },
      { kpi: 'mtbf', ...SHIFT, device: 'm', value: 6 },
      { kpi: 'mttr', ...SHIFT, device: 'm', value: 1 },
    ],
  },
  {
    id: 'A4',
    source: 'KPI specification §2.2, §2.4',
    says: 'a wet analyser reads 10 % of CO2 at 20 % of water: 12.5 % of 10,000 Nm3/h dry are 2,454 kg, not 1,963',
    plant: boiler(['co2_pct', 'stack_flow_nm3h', 'stack_moisture_pct'], { basis: 'wet' }),
    sent: stack(['09:00', '10:05', { co2_pct: 10, stack_flow_nm3h: 10_000, stack_moisture_pct: 20 }]),
    figures: [
      { kpi: 'scope1_measured', ...HOUR_9, value: 2454, digits: 0, rest: { coverage: 1 } },
      { kpi: 'pollutant_mass_co2', ...HOUR_9, value: 2454, digits: 0 },
      { kpi: 'scope1_co2e', ...HOUR_9, value: 2454, digits: 0 },
    ],
  },
  {
    id: 'A4',
    source: 'KPI specification §2.2, §2.4',
    says: 'a stack that sends its velocity alone has the measured CO2 of its mass, not no_data',
    plant: boiler(['co2_pct', 'stack_velocity_ms', 'stack_temp_c', 'stack_pressure_kpa', 'stack_moisture_pct'], {
      basis: 'wet',
      area_m2: 1,
    }),
    sent: stack([
      '09:00',
      '10:05',
      { co2_pct: 10, stack_velocity_ms: 10, stack_temp_c: 100, stack_pressure_kpa: 0, stack_moisture_pct: 20 },
    ]),
    figures: [
      { kpi: 'pollutant_mass_co2', ...HOUR_9, value: CO2_OF_VELOCITY },
      { kpi: 'scope1_measured', ...HOUR_9, value: CO2_OF_VELOCITY },
      { kpi: 'scope1_stationary', ...HOUR_9, value: CO2_OF_VELOCITY },
    ],
  },
  {
    id: 'A4',
    source: 'KPI specification §2.2, §2.4',
    says: 'a velocity without the area of the stack is bad_config, as its mass is',
    plant: boiler(['co2_pct', 'stack_velocity_ms', 'stack_temp_c', 'stack_moisture_pct']),
    sent: stack(['09:00', '10:05', { co2_pct: 10, stack_velocity_ms: 10, stack_temp_c: 100, stack_moisture_pct: 20 }]),
    figures: [
      { kpi: 'pollutant_mass_co2', ...HOUR_9, value: null, rest: { reason: 'bad_config' } },
      { kpi: 'scope1_measured', ...HOUR_9, value: null, rest: { reason: 'bad_config' } },
    ],
  },
  {
    id: 'A5',
    source: 'GB/T 2589-2020, read in secondary sources',
    says: 'steam of an own boiler is not added to its gas: 1.213 tce, not 2.516',
    plant: { energy: { steam_class: '1.0MPa' }, factors: [OWN_GAS] },
    sent: BOILER_HOUSE,
    figures: [
      { kpi: 'energy_comprehensive', ...HOUR_9, value: 1.213, digits: 3 },
      { kpi: 'energy_comprehensive_equivalent', ...HOUR_9, value: 1.213, digits: 3 },
      { kpi: 'sec_gj', ...HOUR_9, value: 0.3555 },
      { kpi: 'sec_tce', ...HOUR_9, value: 12.13, digits: 2 },
      { kpi: 'energy_steam_gj', ...HOUR_9, value: 38.184 },
    ],
  },
  {
    id: 'A5',
    source: 'GB/T 2589-2020, read in secondary sources',
    says: 'steam that is bought counts beside the gas',
    plant: { energy: { steam_class: '1.0MPa' }, factors: [OWN_GAS], carbon: { purchased_steam: {} } },
    sent: BOILER_HOUSE,
    figures: [
      { kpi: 'energy_comprehensive', ...HOUR_9, value: 2.516, digits: 3 },
      { kpi: 'sec_gj', ...HOUR_9, value: 0.73734 },
    ],
  },
  {
    id: 'A6',
    source: 'HJ 75-2017, from memory',
    says: 'a day with 19 valid hours has no mean; its month and its hours have one',
    plant: NOX,
    sent: hours(19),
    figures: [
      { kpi: 'pollutant_mean_nox', ...DAY, device: 'boiler-1', value: null, rest: { reason: 'low_coverage' } },
      {
        kpi: 'pollutant_ref_mean_nox',
        ...DAY,
        device: 'boiler-1',
        value: null,
        rest: { reason: 'low_coverage', numerator: 19 * 80, denominator: 19 },
      },
      { kpi: 'pollutant_ref_mean_nox', ...HOUR_9, device: 'boiler-1', value: 80 },
      { kpi: 'pollutant_ref_mean_nox', ...DAY, value: null, rest: { reason: 'low_coverage' } },
    ],
  },
  {
    id: 'A6',
    source: 'HJ 75-2017, from memory',
    says: 'a day with 20 valid hours has a mean',
    plant: NOX,
    sent: hours(20),
    figures: [
      { kpi: 'pollutant_mean_nox', ...DAY, device: 'boiler-1', value: 80 },
      { kpi: 'pollutant_ref_mean_nox', ...DAY, device: 'boiler-1', value: 80, rest: { denominator: 20 } },
    ],
  },
  {
    id: 'A8',
    source: 'KPI specification §2, option demand_mode',
    says: 'demand that slides is billed as it slides: 300 kW at 40 are 12,000, not 6,512',
    plant: billed({ energy: { demand_mode: 'sliding' } }),
    sent: ACROSS_QUARTERS,
    figures: [
      { kpi: 'peak_demand_15', window: '1h', start: '2025-07-01T08:00:00Z', value: 162.8 },
      { kpi: 'demand_cost', ...JULY, value: 12_000 },
    ],
  },
  {
    id: 'A8',
    source: 'KPI specification §2, option demand_mode',
    says: 'demand slides in China where nothing is said, and by the block where it is',
    plant: billed({ grid_region: 'CN-JS' }),
    sent: ACROSS_QUARTERS,
    figures: [
      { kpi: 'peak_demand_15_sliding', window: '1h', start: '2025-07-01T08:00:00Z', value: 300 },
      { kpi: 'demand_cost', ...JULY, value: 12_000 },
    ],
  },
  {
    id: 'A8',
    source: 'KPI specification §2, option demand_mode',
    says: 'demand is that of blocks outside China',
    plant: billed({ grid_region: 'GB' }),
    sent: ACROSS_QUARTERS,
    figures: [{ kpi: 'demand_cost', ...JULY, value: 6512 }],
  },
  ...(
    [
      ['lignite', 14.449],
      ['briquette', 17.46],
      ['anthracite', 24.515],
      ['bituminous_coal', 23.204],
      ['other_washed_coal', 15.373],
    ] as const
  ).map(
    ([fuel, gjT]): Example => ({
      id: 'A11',
      source: 'NDRC 2015 by its heating value, GB/T 2589-2020',
      says: `10 t of ${fuel} are its own ${gjT} GJ/t, not raw coal's 0.7143`,
      plant: {},
      sent: burnt(fuel),
      figures: [{ kpi: 'energy_comprehensive', ...HOUR_9, value: (10 * gjT) / 29.307, digits: 9 }],
    }),
  ),
  ...(
    [
      ['in their order', [0, 1, 2, 3]],
      ['in any other', [3, 2, 0, 1]],
    ] as const
  ).map(
    ([order, places]): Example => ({
      id: 'A9',
      source: 'ISO 22400-2 by the KPI specification §4',
      says: `a retest is no new part, with results ${order}: .5, not .667`,
      plant: {},
      sent: [
        {
          device: 'tester-1',
          class: 'production',
          samples: places.map((place) => CHECKS[place]),
        },
      ],
      figures: [
        { kpi: 'fpy', ...HOUR_9, value: 0.5, rest: { numerator: 1, denominator: 2 } },
        { kpi: 'rty', ...HOUR_9, value: 0.5 },
        { kpi: 'fpy', window: '1h', start: '2025-07-01T10:00:00Z', value: null, rest: { reason: 'no_denominator' } },
        { kpi: 'fpy', ...DAY, value: 0.5 },
      ],
    }),
  ),
  {
    id: 'A12',
    source: '40 CFR 60 appendix A, method 19',
    says: 'regime us has air of 20.9 %: 100 at 10 % of oxygen are 164.22 at 3 %, not 163.64',
    plant: boiler(['nox_mgm3', 'o2_pct'], {}, { limit: 200, o2_ref: 3, regime: 'us' }),
    sent: stack(['09:00', '10:05', { nox_mgm3: 100, o2_pct: 10 }]),
    figures: [{ kpi: 'pollutant_ref_mean_nox', ...HOUR_9, value: 164.22, digits: 2 }],
  },
  {
    id: 'A12',
    source: 'HJ 75-2017',
    says: 'regime cn keeps its air of 21 %: 163.64',
    plant: boiler(['nox_mgm3', 'o2_pct'], {}, { limit: 200, o2_ref: 3 }),
    sent: stack(['09:00', '10:05', { nox_mgm3: 100, o2_pct: 10 }]),
    figures: [{ kpi: 'pollutant_ref_mean_nox', ...HOUR_9, value: 163.64, digits: 2 }],
  },
]

const plantOf = (example: Example) => `${example.id.toLowerCase()}-${EXAMPLES.indexOf(example)}`

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  const plants = EXAMPLES.map((example) => ({
    id: plantOf(example),
    name: {},
    timezone: 'UTC',
    ...example.plant,
  }))
  gateway = await startGateway({ config: { plants } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const example of EXAMPLES) for (const sent of example.sent) await sendSamples(client, plantOf(example), sent)
  const accounts = await settled(gateway)
  expect(accounts.closes).toBe(true)
  expect(accounts.elements_rejected).toBe(0)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** Reads the figures of every example of one line. */
async function holds(line: string): Promise<void> {
  const examples = EXAMPLES.filter(({ id }) => id === line)
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) await expectFigures(gateway, plantOf(example), example.figures)
}

test('a fault is delay: technical efficiency 0.7142857143, allocation 1, utilization 0.625', () => holds('A3'))

test('measured CO2 is dried, and follows from a velocity: 2,454 kg, not 1,963', () => holds('A4'))

test('steam of an own boiler is not added to its gas: 1.213 tce, not 2.516', () => holds('A5'))

test('a day with 19 valid hours has no mean, one with 20 has one', () => holds('A6'))

test('demand is billed by its mode, which slides in China: 12,000, not 6,512', () => holds('A8'))

test('the first result of a part at a step is its first attempt: .5, not .667', () => holds('A9'))

test('named coals have the coal equivalent of their own heating value', () => holds('A11'))

test('regime us reckons with 20.9 % of oxygen: 164.22, not 163.64', () => holds('A12'))

test('what is measured of a stack is its mass of CO2, to the last bit', async () => {
  const measured = EXAMPLES.filter(({ id, figures }) => id === 'A4' && figures.every(({ value }) => value !== null))
  for (const example of measured) {
    const [mass, scope1] = await Promise.all(
      ['pollutant_mass_co2', 'scope1_measured'].map((kpi) =>
        pointOf(gateway, plantOf(example), { kpi, ...HOUR_9, value: null }),
      ),
    )
    expect(scope1?.value).toBe(mass?.value)
  }
})
