import { readFile, writeFile } from 'node:fs/promises'
import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/durations.js'
import { backtest } from '../../insight/backtest/backtest.js'
import { chartOf } from '../../insight/backtest/chart.js'
import { BACKTEST_DATASETS, type BacktestDataset } from '../../insight/backtest/datasets.js'
import { PLAIN_COLUMNS, readIntervals } from '../../insight/backtest/read.js'
import { reportLines } from '../../insight/backtest/report.js'
import { LocalDays } from '../../insight/series/local-days.js'
import { endProgress, printJson, printText, showProgress } from '../../program/output.js'
import type { BacktestArguments } from './arguments.js'

/** Days that are learnt from before any is judged, unless the call says otherwise. */
const LEARNT_DAYS = 28

interface Settings
  extends Pick<BacktestDataset, 'column' | 'delimiter' | 'decimalMark' | 'unit' | 'stepMs' | 'timezone'> {
  readonly firstRow: string | null
  readonly timeColumn: string | null
  readonly arrivedColumn: string | null
  readonly holidays: readonly string[]
  readonly from: string | null
  readonly to: string | null
  readonly peakPower: number | null
  readonly seed: number
}

/** Runs the backtest and prints its report. `refuse` ends the command with what is wrong with the call. */
export async function runBacktest(options: BacktestArguments, refuse: (problem: string) => never): Promise<void> {
  const settings = settingsOf(options, refuse)
  const observations = readIntervals(options.file, await textOf(options.file, refuse), settings)
  const { timezone, stepMs, unit, peakPower, seed } = settings
  const calendar = settings.holidays.map((date) => ({ date, name: 'holiday', planned_stop: false }))
  const firstMs = observations.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY)
  const run = backtest({
    observations,
    stepMs,
    days: new LocalDays({ timezone, shifts: [], calendar }),
    fromMs: settings.from === null ? firstMs + LEARNT_DAYS * DAY_MS : dayMs(settings.from, timezone),
    toMs: settings.to === null ? Number.POSITIVE_INFINITY : dayMs(settings.to, timezone),
    seed,
    peakThreshold: peakPower === null ? null : (peakPower * stepMs) / HOUR_MS,
    processorSeconds: () => process.cpuUsage().user / 1e6,
  })
  let step = run.next()
  for (; step.done !== true; step = run.next()) {
    showProgress(`${options.file}: ${Math.floor(100 * step.value)} %`)
    // A signal that ends the command is heard between two days.
    await new Promise((resolve) => setImmediate(resolve))
  }
  endProgress(false)
  if (options.chart !== undefined) await writeFile(options.chart, chartOf(step.value.recent, unit))
  if (options.json === true) printJson(step.value)
  else printText(reportLines(step.value, unit).join('\n'))
}

async function textOf(file: string, refuse: (problem: string) => never): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    return refuse(`--file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

function settingsOf(options: BacktestArguments, refuse: (problem: string) => never): Settings {
  const known = options.dataset === undefined ? null : BACKTEST_DATASETS[options.dataset]!
  const stepMinutes = options.step === undefined ? 15 : numberOf('--step', options.step, refuse)
  if (!Number.isInteger(stepMinutes) || stepMinutes < 1 || 1440 % stepMinutes !== 0) {
    refuse(`--step ${options.step} is not a length that a day has a whole number of: write minutes, such as 15 or 60`)
  }
  const days = [options.from, options.to, ...(options.holiday ?? [])].filter((day) => day !== undefined)
  for (const day of days) if (!isDay(day)) refuse(`${day} is not a day: write it like 2026-10-01`)
  if (options.zone !== undefined && !isZone(options.zone)) {
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
  }
}

function numberOf(option: string, text: string, refuse: (problem: string) => never): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) refuse(`${option} ${text} is not a number`)
  return value
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}

function isZone(text: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text)
    return true
  } catch {
    return false
  }
}

function dayMs(day: string, timezone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(timezone).epochMilliseconds
}
