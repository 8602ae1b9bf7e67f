import { HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'

/** A public data set as a series of intervals: only the column that is forecast is read. */
export interface BacktestDataset {
  /** Name of the file as it is published. */
  readonly file: string
  readonly column: string
  readonly delimiter: string
  readonly decimalMark: string
  readonly unit: string
  readonly stepMs: number
  readonly timezone: string
  /** Start of the first row by the wall clock; null where a column has the time. */
  readonly firstRow: string | null
  readonly timeColumn: string | null
  readonly holidays: readonly string[]
  /** First day that is judged, and the day behind the last. */
  readonly from: string
  readonly to: string
  /** Power above which an interval is a peak, in units of the column an hour; null where none is looked for. */
  readonly peakPower: number | null
}

/** Public holidays of the Republic of Korea in 2018, as they were known beforehand, with the day of labour and the day of the vote. */
const KOREA_2018 = [
  ...['01-01', '02-15', '02-16', '02-17', '03-01', '05-01', '05-05', '05-07', '05-22', '06-06', '06-13'],
  ...['08-15', '09-23', '09-24', '09-25', '09-26', '10-03', '10-09', '12-25'],
].map((day) => `2018-${day}`)

/**
 * Data sets that `greengauge backtest` knows. Reactive power and CO2 of the steel works are of the same interval as the consumption:
 * whoever reads them does not forecast.
 */
export const BACKTEST_DATASETS: Readonly<Record<string, BacktestDataset>> = {
  steel: {
    file: 'steel-energy.csv',
    column: 'Usage_kWh',
    delimiter: ',',
    decimalMark: '.',
    unit: 'kWh',
    stepMs: QUARTER_HOUR_MS,
    timezone: 'Asia/Seoul',
    firstRow: '2018-01-01T00:00',
    timeColumn: null,
    holidays: KOREA_2018,
    from: '2018-10-01',
    to: '2019-01-01',
    peakPower: 460,
  },
  'gas-turbine': {
    file: 'gas-turbine-emissions.csv',
    column: 'Turbine energy yield',
    delimiter: ',',
    decimalMark: '.',
    unit: 'MWh',
    stepMs: HOUR_MS,
    timezone: 'Europe/Istanbul',
    firstRow: '2011-01-01T00:00',
    timeColumn: null,
    holidays: [],
    from: '2012-01-01',
    to: '2013-01-01',
    peakPower: null,
  },
  ur3: {
    file: 'ur3-cobot.csv',
    column: 'Tool_current',
    delimiter: ';',
    decimalMark: ',',
    unit: 'A',
    stepMs: MINUTE_MS,
    timezone: 'UTC',
    firstRow: null,
    timeColumn: 'Timestamp',
    holidays: [],
    from: '2022-10-26',
    to: '2022-10-27',
    peakPower: null,
  },
}
