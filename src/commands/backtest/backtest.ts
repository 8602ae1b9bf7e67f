import { readFile, writeFile } from 'node:fs/promises'
import { systemClock } from '../../base/clock.js'
import { startOfDayIn } from '../../base/days-in-zone.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/durations.js'
import type { CalendarOptions, PlantOptions } from '../../base/plant.js'
import type { Coordinates } from '../../base/sun.js'
import type { LoadedConfig } from '../../config/config.js'
import { type BacktestReport, backtest } from '../../insight/backtest/backtest.js'
import { chartOf } from '../../insight/backtest/chart.js'
import { readIntervals } from '../../insight/backtest/read.js'
import { reportLines } from '../../insight/backtest/report.js'
import type { Observation } from '../../insight/series/known-series.js'
import { LocalDays } from '../../insight/series/local-days.js'
import { coordinatesOf } from '../../insight/series/sunshine.js'
import { whyUnreadable } from '../../program/named-file.js'
import { complain, endProgress, printJson, printText, showProgress } from '../../program/output.js'
import { orSayWhy } from '../client/or-say-why.js'
import type { StoredSeriesName } from '../client/stored-points.js'
import type { BacktestArguments } from './arguments.js'
import { type AskedModel, askedModel } from './asked-model.js'
import { backtestSettings, type Refuse, type Settings } from './settings.js'
import { FORECAST_WINDOWS, type StoredSeries, storedLines, storedSeries } from './stored-series.js'

/** Days that are learnt from before any is judged, unless the call says otherwise. */
const LEARNT_DAYS = 28
/** The KPI of a plant when nobody says which. */
const KPI_DEFAULT = 'energy_elec_import'

interface Caller {
  readonly refuse: Refuse
  /** Settings of the gateway; undefined after saying on stderr what is wrong with them. */
  load(): LoadedConfig | undefined
}

/** A series to be forecast, with the plan of its plant. */
interface Series {
  /** Name that the progress shows. */
  readonly title: string
  readonly observations: readonly Observation[]
  readonly unit: string
  readonly plan: Pick<PlantOptions, 'timezone' | 'shifts' | 'calendar'>
  readonly coordinates: Coordinates | null
  /** Null for a file. */
  readonly stored: StoredSeries | null
}

/** Runs the backtest and prints its report. */
export async function runBacktest(options: BacktestArguments, { refuse, load }: Caller): Promise<void> {
  const settings = backtestSettings(options, refuse)
  if (options.plant === undefined) return judge(await fileSeries(options, settings, refuse), options, settings, refuse)
  const name = storedName(options, settings, refuse)
  const loaded = load()
  if (loaded === undefined) return
  const plan = planOf(loaded, name.plant, refuse)
  await orSayWhy(async () => {
    const { withGateway } = await import('../client/gateway-api.js')
    const stored = await withGateway(loaded, complain, (api) => storedSeries(api, name, systemClock.nowMs()))
    const { observations, unit } = stored
    const calendar = [...restDays(settings), ...plan.calendar]
    const title = `${name.kpi} of ${name.id}`
    const series = { title, observations, unit, plan: { ...plan, calendar }, coordinates: coordinatesOf(plan), stored }
    await judge(series, options, settings, refuse)
  })
}

async function fileSeries(options: BacktestArguments, settings: Settings, refuse: Refuse): Promise<Series> {
  const { file } = options
  if (file === undefined) refuse('--file or --plant has to be given: the series that is forecast')
  const given = (['kpi', 'line', 'device'] as const).find((one) => options[one] !== undefined)
  if (given !== undefined) refuse(`--${given} goes with --plant, not with --file`)
  const observations = readIntervals(file, await textOf(file, refuse), settings)
  const plan = { timezone: settings.timezone, shifts: [], calendar: restDays(settings) }
  const { unit, coordinates } = settings
  return { title: file, observations, unit, plan, coordinates, stored: null }
}

function planOf({ config }: LoadedConfig, plant: string, refuse: Refuse): PlantOptions {
  const known = config.plants.map(({ id }) => id).join(', ')
  return (
    config.plants.find(({ id }) => id === plant) ??
    refuse(`--plant ${plant} is none of the configuration, which has ${known === '' ? 'no plants' : known}`)
  )
}

function storedName(options: BacktestArguments, { stepMs }: Settings, refuse: Refuse): StoredSeriesName {
  const { plant, kpi = KPI_DEFAULT, line, device } = options
  const given = (['file', 'dataset', 'zone', 'latitude', 'longitude', 'unit'] as const).find(
    (one) => options[one] !== undefined,
  )
  if (given !== undefined) refuse(`--${given} goes with a file, not with --plant`)
  if (line !== undefined && device !== undefined) refuse('--line and --device are two series: write one of them')
  const window = FORECAST_WINDOWS.get(stepMs)
  if (window === undefined) refuse(`--step ${options.step} is no window of a plant: write 1, 15 or 60`)
  const scope = device !== undefined ? 'device' : line !== undefined ? 'line' : 'plant'
  return { plant: plant!, scope, id: device ?? line ?? plant!, kpi, window }
}

function restDays({ holidays }: Settings): CalendarOptions[] {
  return holidays.map((date) => ({ date, name: 'holiday', planned_stop: false }))
}

async function judge(series: Series, options: BacktestArguments, settings: Settings, refuse: Refuse): Promise<void> {
  const { observations, plan, coordinates, unit, stored } = series
  const { stepMs, peakPower, seed, from, to } = settings
  const firstMs = observations.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY)
  const lastMs = observations.reduce((most, { startMs }) => Math.max(most, startMs), firstMs)
  const days = new LocalDays(plan)
  const uneven = days.firstUneven(stepMs, firstMs, lastMs)
  if (uneven !== null) {
    refuse(
      `--step ${stepMs / MINUTE_MS} does not divide the days of ${plan.timezone}: ${uneven} begins between two intervals, which are counted from midnight UTC; write a shorter one, such as 15`,
    )
  }
  const model = options.modelFile === undefined ? null : await askedModel(options.modelFile, stepMs, refuse)
  const run = backtest({
    observations,
    stepMs,
    days,
    coordinates,
    fromMs: from === null ? firstMs + LEARNT_DAYS * DAY_MS : startOfDayIn(plan.timezone, from),
    toMs: to === null ? Number.POSITIVE_INFINITY : startOfDayIn(plan.timezone, to),
    seed,
    peakThreshold: peakPower === null ? null : (peakPower * stepMs) / HOUR_MS,
    processorSeconds: () => process.cpuUsage().user / 1e6,
    modelFile: model?.sha256 ?? null,
  })
  const report = await finished(run, series.title, model).finally(() => model?.close())
  if (options.chart !== undefined) await writeFile(options.chart, chartOf(report.recent, unit))
  if (options.json === true) printJson(stored === null ? report : { ...report, stored: withoutValues(stored) })
  else printText([...(stored === null ? [] : storedLines(stored)), ...reportLines(report, unit)].join('\n'))
}

async function finished(
  run: ReturnType<typeof backtest>,
  title: string,
  model: AskedModel | null,
): Promise<BacktestReport> {
  let step = run.next()
  while (step.done !== true) {
    if (typeof step.value !== 'number') {
      step = run.next(await model?.medians(step.value))
      continue
    }
    showProgress(`${title}: ${Math.floor(100 * step.value)} %`)
    // A signal that ends the command is heard between two days.
    await new Promise((resolve) => setImmediate(resolve))
    step = run.next()
  }
  endProgress(false)
  return step.value
}

function withoutValues({ observations, ...rest }: StoredSeries): object {
  return { ...rest, figures: observations.length, arrival: 'end_of_window' }
}

async function textOf(file: string, refuse: Refuse): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    return refuse(`--file: ${whyUnreadable(file, error)}`)
  }
}
