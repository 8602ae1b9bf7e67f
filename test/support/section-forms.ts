type Filled = readonly (readonly [field: string, text: string])[]

/** A form that the schema describes, with what a person types into it. */
interface SectionForm {
  readonly title: string
  readonly good: Filled
  readonly chosen?: Filled
  readonly rows?: string
  /** A setting that is wrong, and what its rule says. */
  readonly wrong: readonly [field: string, text: string, said: string]
  readonly path: readonly (string | number)[]
  /** Part of what the file says then. */
  readonly written: object
}

/** Every form that the schema describes, for a plant `works` with a stack `boiler-1`. */
export const SECTION_FORMS: readonly SectionForm[] = [
  {
    title: 'Shifts',
    good: [
      ['name', 'day'],
      ['start', '08:00'],
      ['end', '17:00'],
    ],
    wrong: ['start', '8', 'a time of day is written like "08:00"'],
    path: ['plants', 0, 'shifts', 0],
    written: { name: 'day', start: '08:00', end: '17:00' },
  },
  {
    title: 'Calendar',
    good: [
      ['date', '2026-10-01'],
      ['to', '2026-10-07'],
      ['name', 'National Day'],
    ],
    chosen: [['planned_stop', 'true']],
    wrong: ['to', '2026-09-01', 'lies before date'],
    path: ['plants', 0, 'calendar', 0],
    written: { date: '2026-10-01', to: '2026-10-07', name: 'National Day', planned_stop: true },
  },
  {
    title: 'Tariffs',
    good: [
      ['id', 'js.2026'],
      ['valid_from', '2026-01-01'],
      ['currency', 'CNY'],
      ['periods-0-name', 'flat'],
      ['periods-0-price_per_kwh', '0.7'],
      ['periods-0-from', '00:00'],
      ['periods-0-to', '24:00'],
    ],
    rows: 'Another one: periods',
    wrong: ['periods-0-price_per_kwh', 'cheap', 'is not a number'],
    path: ['plants', 0, 'tariffs', 0],
    written: { id: 'js.2026', periods: [{ name: 'flat', price_per_kwh: 0.7, from: '00:00', to: '24:00' }] },
  },
  {
    title: 'Own emission factors',
    good: [
      ['id', 'own.grid.2026'],
      ['activity', 'grid_electricity'],
      ['value', '0.5'],
      ['unit', 'kgCO2/kWh'],
      ['valid_from', '2026-01-01'],
      ['published', '2026-01-01'],
      ['source', 'contract 7'],
    ],
    wrong: ['value', '-1', 'is too small'],
    path: ['plants', 0, 'factors', 0],
    written: { id: 'own.grid.2026', value: 0.5, source: 'contract 7' },
  },
  {
    title: 'Contracts and certificates of electricity',
    good: [
      ['id', 'GEC-1'],
      ['kwh', '1000000'],
      ['factor', '0'],
      ['vintage', '2026'],
      ['certificates', 'c-1, c-2'],
    ],
    wrong: ['vintage', '1926', 'is too small'],
    path: ['plants', 0, 'contracts', 0],
    written: { id: 'GEC-1', kwh: 1_000_000, factor: 0, vintage: 2026, certificates: ['c-1', 'c-2'] },
  },
  {
    title: 'Energy baselines',
    good: [
      ['id', 'baseline-2025'],
      ['baseline-from', '2025-01-01'],
      ['baseline-to', '2025-12-31'],
      ['a', '1200'],
      ['b', '0.8'],
      ['source', 'days of 2025'],
    ],
    wrong: ['baseline-to', '2024-12-31', 'it lies before from'],
    path: ['plants', 0, 'enpi', 0],
    written: { id: 'baseline-2025', baseline: { from: '2025-01-01', to: '2025-12-31' }, a: 1200, b: 0.8 },
  },
  {
    title: 'Notification channels',
    good: [
      ['id', 'lead'],
      ['url', 'http://127.0.0.1:9/hook'],
    ],
    chosen: [['min_severity', 'major']],
    wrong: ['id', 'Lead', 'an id is'],
    path: ['notify', 'channels', 0],
    written: { type: 'webhook', id: 'lead', url: 'http://127.0.0.1:9/hook', min_severity: 'major' },
  },
  {
    title: 'Stores',
    good: [
      ['name', 'central'],
      ['url', 'http://127.0.0.1:9'],
      ['database', 'gauge'],
    ],
    wrong: ['timeout_s', '9000', 'is too large'],
    path: ['store', 1],
    written: { type: 'influxdb1', name: 'central', url: 'http://127.0.0.1:9', database: 'gauge' },
  },
  {
    title: 'Limits of stacks',
    good: [
      ['stack', 'boiler-1'],
      ['standard', 'gb13271-gas-new'],
    ],
    chosen: [['pollutant', 'nox']],
    wrong: ['limit', '-1', 'is too small'],
    path: ['plants', 0, 'limits', 0],
    written: { stack: 'boiler-1', pollutant: 'nox', standard: 'gb13271-gas-new' },
  },
  {
    title: 'Products and ideal cycles',
    good: [
      ['id', 'gear'],
      ['name-zh', '齿轮'],
      ['ideal_cycle_s', '12.5'],
    ],
    wrong: ['ideal_cycle_s', '-1', 'is too small'],
    path: ['plants', 0, 'products', 0],
    written: { id: 'gear', name: { zh: '齿轮' }, ideal_cycle_s: 12.5 },
  },
  {
    title: 'Claimed savings',
    good: [
      ['id', 'compressor-2026'],
      ['measure', 'a new compressor'],
      ['baseline-from', '2025-01-01'],
      ['baseline-to', '2025-12-31'],
      ['reporting-from', '2026-02-01'],
    ],
    wrong: ['baseline-to', '2024-12-31', 'it lies before from'],
    path: ['plants', 0, 'savings', 0],
    written: { id: 'compressor-2026', measure: 'a new compressor', reporting: { from: '2026-02-01' } },
  },
  {
    title: 'Budgets of months and years',
    good: [
      ['kpi', 'energy_elec_import'],
      ['year', '2026'],
      ['month', '11'],
      ['amount', '17000'],
    ],
    wrong: ['month', '13', 'is too large'],
    path: ['plants', 0, 'budgets', 0],
    written: { kpi: 'energy_elec_import', year: 2026, month: 11, amount: 17_000 },
  },
  {
    title: 'Loads that can be shifted',
    good: [
      ['id', 'furnace'],
      ['power_kw', '120'],
      ['duration_h', '2'],
      ['earliest', '06:00'],
      ['latest', '22:00'],
      ['usual_start', '08:00'],
    ],
    wrong: ['latest', '05:00', 'lies before earliest'],
    path: ['plants', 0, 'shiftable_loads', 0],
    written: { id: 'furnace', power_kw: 120, duration_h: 2, usual_start: '08:00' },
  },
  {
    title: 'Storages',
    good: [
      ['id', 'battery'],
      ['capacity_kwh', '200'],
      ['charge_kw', '100'],
      ['discharge_kw', '100'],
    ],
    wrong: ['capacity_kwh', '-1', 'is too small'],
    path: ['plants', 0, 'storages', 0],
    written: { id: 'battery', capacity_kwh: 200, charge_kw: 100, discharge_kw: 100 },
  },
  {
    title: 'Charging points',
    good: [
      ['id', 'yard'],
      ['power_kw', '22'],
      ['energy_kwh', '60'],
      ['arrive', '08:00'],
      ['leave', '17:00'],
    ],
    wrong: ['leave', '07:00', 'lies before arrive'],
    path: ['plants', 0, 'chargers', 0],
    written: { id: 'yard', power_kw: 22, energy_kwh: 60, arrive: '08:00', leave: '17:00' },
  },
  {
    title: 'Reports and figures by the clock',
    good: [
      ['id', 'monthly'],
      ['plants', 'works'],
      ['cron', '0 6 3 * *'],
      ['folder', 'out'],
    ],
    chosen: [['period', 'quarter']],
    wrong: ['cron', '0 6 3 *', 'five fields of cron'],
    path: ['reports', 'schedules', 0],
    written: { id: 'monthly', plants: ['works'], cron: '0 6 3 * *', folder: 'out', period: 'quarter' },
  },
]
