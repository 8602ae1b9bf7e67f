import { isDay } from '../../base/days-in-zone.js'
import { MINUTE_MS } from '../../base/durations.js'
import { isTimeZone } from '../../base/plant.js'
import type { Coordinates } from '../../base/sun.js'
import { BACKTEST_DATASETS, type BacktestDataset } from '../../insight/backtest/datasets.js'
import { PLAIN_COLUMNS } from '../../insight/backtest/read.js'
import type { BacktestArguments } from './arguments.js'

/** Ends the command with what is wrong with the call. */
export type Refuse = (problem: string) => never

export interface Settings
  extends Pick<BacktestDataset, 'column' | 'delimiter' | 'decimalMark' | 'unit' | 'stepMs' | 'timezone'> {
  readonly firstRow: string | null
  readonly timeColumn: string | null
  readonly arrivedColumn: string | null
  readonly holidays: readonly string[]
  readonly from: string | null
  readonly to: string | null
  readonly peakPower: number | null
  readonly seed: number
  /** Null where they were not given. */
  readonly coordinates: Coordinates | null
}

/** The settings of a call, with those of a known data set. */
export function backtestSettings(options: BacktestArguments, refuse: Refuse): Settings {
  const known = options.dataset === undefined ? null : BACKTEST_DATASETS[options.dataset]!
  const stepMinutes = options.step === undefined ? 15 : numberOf('--step', options.step, refuse)
  if (!Number.isInteger(stepMinutes) || stepMinutes < 1 || 1440 % stepMinutes !== 0) {
    refuse(`--step ${options.step} is not a length that a day has a whole number of: write minutes, such as 15 or 60`)
  }
  const days = [options.from, options.to, ...(options.holiday ?? [])].filter((day) => day !== undefined)
  for (const day of days) if (!isDay(day)) refuse(`${day} is not a day: write it like 2026-10-01`)
  if (options.zone !== undefined && !isTimeZone(options.zone)) {
    refuse(`--zone ${options.zone} is not a time zone: write one of the IANA list, such as Asia/Shanghai`)
  }
  const base = known ?? {
    ...PLAIN_COLUMNS,
    delimiter: ',',
    decimalMark: '.',
    unit: options.unit ?? '',
    stepMs: stepMinutes * MINUTE_MS,
    timezone: options.zone ?? 'UTC',
    firstRow: null,
    holidays: [],
    from: null,
    to: null,
    peakPower: null,
  }
  return {
    ...base,
    arrivedColumn: known === null ? PLAIN_COLUMNS.arrivedColumn : null,
    holidays: [...base.holidays, ...(options.holiday ?? [])],
    from: options.from ?? base.from,
    to: options.to ?? base.to,
    peakPower: options.peak === undefined ? base.peakPower : numberOf('--peak', options.peak, refuse),
    seed: numberOf('--seed', options.seed, refuse),
    coordinates: placeOf(options, refuse),
  }
}

function placeOf({ latitude, longitude }: BacktestArguments, refuse: Refuse): Coordinates | null {
  if (latitude === undefined && longitude === undefined) return null
  if (latitude === undefined || longitude === undefined) refuse('--latitude and --longitude go together')
  const place = {
    latitude: numberOf('--latitude', latitude, refuse),
    longitude: numberOf('--longitude', longitude, refuse),
  }
  if (Math.abs(place.latitude) > 90 || Math.abs(place.longitude) > 180) {
    refuse('--latitude lies between -90 and 90, --longitude between -180 and 180')
  }
  return place
}

function numberOf(option: string, text: string, refuse: Refuse): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) refuse(`${option} ${text} is not a number`)
  return value
}
