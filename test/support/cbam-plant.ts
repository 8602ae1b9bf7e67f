import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { Bench, plantOf, reading } from './engine.js'

const MINUTE_MS = 60_000
const FROM_MS = Date.parse('2026-09-29T00:00:00Z')
const TO_MS = Date.parse('2026-10-05T00:00:00Z')

/** Two days within the readings of the plants. */
export const CBAM_DAYS = { from: '2026-10-01', to: '2026-10-03' } as const

/** Statements of the first demo plant about itself in its reports. */
function demoReport(): unknown {
  const { plants } = parse(readFileSync('devices/demo/greengauge.yaml', 'utf8')) as { plants: { report: unknown }[] }
  return plants[0]!.report
}

const GOOD = { category: 'Iron or steel products', direct_share: 0.2, electricity_share: 0.25 }
const PRECURSOR = { t_per_t: 1.1, see_direct: 2, see_indirect: 0.3, source: 'supplier, letter 7' }
const ORIGIN = {
  installation: 'Mill 2',
  operator: 'Mills Ltd',
  registry_id: 'CBAM-I-3',
  country: 'CN',
  period: { from: '2026-01-01', to: '2027-01-01' },
}
const PRODUCED = [{ from: '2026-10-01', to: '2026-10-03', t: 12.5, source: 'weighbridge' }]

const SAID = {
  parameters: [{ name: 'alloy', value: 1.5, unit: '%', source: 'laboratory' }],
  free_allocation: {
    t_per_t: 0.1,
    method: 'benchmark of 2026',
    benchmarks_confirmed: true,
    source: 'decision 4',
  },
}

/** Every setting that the two forms ask for, and goods in and beyond Annex II. */
const WHOLE_REPORT = {
  organisation: 'Works Ltd',
  site: 'Works 1',
  address: '1 Works Road',
  latitude: 31.5,
  longitude: 120.25,
  unlocode: 'CNSZH',
  cbam: {
    operator: 'Works Ltd',
    registration_number: 'R-1',
    operator_address: '2 Works Road',
    registry_id: 'CBAM-I-1',
    other_processes: ['painting'],
    other_goods: 'painted parts, 3 t',
    zero_rating: 'certificates of the supplier',
    months_monitored: 7,
    heat: '12 GJ in',
    waste_gas: 'none',
    waste_gas_used: false,
    co2_captured: false,
    co2: 'none',
    onsite_electricity: { cogeneration: false, separate: true, origin: 'renewable' },
    electricity: {
      origin: 'power_purchase_agreement',
      kg_per_kwh: 0.125,
      source: 'agreement 3',
      criteria_met: true,
      evidence_submitted: true,
    },
    partners: [
      { name: 'Heat Ltd', exchanges: ['heat_in'], country: 'CN', registry_id: 'CBAM-I-2', contact: 'Ms Wu, +86 1' },
      { name: 'Carbon Ltd', exchanges: ['co2_out', 'electricity_in', 'waste_gas_out'], country: 'CN' },
    ],
    goods: [
      {
        ...GOOD,
        id: 'rods',
        name: 'Rods',
        cn_code: '72142000',
        route: 'rolling',
        produced: PRODUCED,
        process: 'Rolling',
        heat_devices: ['heat-1'],
        ...SAID,
        precursors: [
          {
            ...PRECURSOR,
            name: 'Billets',
            cn_code: '72071100',
            is_default: true,
            markup_pct: 'by_year',
            ...ORIGIN,
          },
          {
            ...PRECURSOR,
            name: 'Own billets',
            cn_code: '72071190',
            made_here: true,
            period_basis: 'default_reporting_period',
          },
        ],
      },
      {
        ...GOOD,
        id: 'lime',
        cn_code: '25232900',
        category: 'Cement',
        route: 'grinding',
        ...SAID,
        produced: PRODUCED,
        process: 'Rolling',
        heat_devices: ['heat-1'],
        precursors: ['2025-01-01', '2026-01-01'].flatMap((from) =>
          ['Kiln A', 'Kiln B'].map((installation) => ({
            ...PRECURSOR,
            name: 'Clinker',
            cn_code: '25231000',
            installation,
            operator: 'Kilns Ltd',
            country: 'CN',
            registry_id: `CBAM-${installation}`,
            period: { from, to: `${Number(from.slice(0, 4)) + 1}-01-01` },
            period_basis: 'time_of_production',
            obtained_by: 'default_method',
          })),
        ),
      },
    ],
  },
}

export type CbamPlant = 'demo' | 'whole' | 'bare' | 'chinese'

const REPORTS: Readonly<Record<CbamPlant, () => unknown>> = {
  demo: demoReport,
  whole: () => WHOLE_REPORT,
  bare: () => ({}),
  chinese: () => ({ organisation: { zh: '示例工厂' } }),
}

/** A plant with grid, gas and heat meters, a solar roof, a press and a machine that counts pieces, from 2026-09-29 to 10-04. */
export async function cbamPlant(which: CbamPlant): Promise<Bench> {
  const period_s = 1800
  const plant = plantOf({
    name: { en: 'Works', zh: '工厂' },
    timezone: 'Asia/Shanghai',
    grid_region: 'CN-JS',
    lines: [{ id: 'l' }],
    report: REPORTS[which](),
    devices: [
      {
        id: 'main-1',
        line: 'l',
        role: 'main',
        metrics: { elec_import_kwh: { period_s }, elec_export_kwh: { period_s } },
      },
      { id: 'press-1', line: 'l', role: 'sub', parent: 'main-1', metrics: { elec_submeter_kwh: { period_s } } },
      { id: 'gas-1', line: 'l', metrics: { ng_volume_nm3: { period_s } } },
      { id: 'heat-1', line: 'l', metrics: { heat_gj: { period_s } } },
      { id: 'pv-1', line: 'l', metrics: { renew_onsite_kwh: { period_s } } },
      { id: 'stamp-1', line: 'l', role: 'machine', counting_point: true, metrics: { parts_good: { period_s } } },
    ],
  })
  const bench = await Bench.open([plant], FROM_MS - 30 * 86_400_000)
  const readings = []
  for (let ts = FROM_MS + 7 * MINUTE_MS, i = 0; ts < TO_MS; ts += 30 * MINUTE_MS, i++) {
    const of = (device: string, metric: string, value: number) =>
      reading({ device, metric, ts, value, receivedAt: ts + 1000 })
    readings.push(
      of('main-1', 'elec_import_kwh', 1000 + 12.25 * i),
      of('main-1', 'elec_export_kwh', 0.5 * i),
      of('press-1', 'elec_submeter_kwh', 6 * i),
      of('heat-1', 'heat_gj', 0.125 * i),
      of('pv-1', 'renew_onsite_kwh', 2 * i),
      of('stamp-1', 'parts_good', 40 * i),
    )
    // The gas meter falls silent for three hours of the first day.
    if (i < 120 || i > 126) readings.push(of('gas-1', 'ng_volume_nm3', 50 + 3.1 * i))
  }
  const ts = Date.parse('2026-10-01T03:00:00Z')
  const event = { plant: 'p', line: 'l', ts, receivedAt: ts + 1000, device: 'gas-1' }
  await bench.commit(readings, [
    { ...event, id: 'e-1', type: 'fuel_used', fields: { fuel: 'diesel', amount: 2.5, unit: 't' } },
  ])
  bench.tick(TO_MS + 3 * 86_400_000)
  await bench.settle()
  await bench.cycle()
  return bench
}
