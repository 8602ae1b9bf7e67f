import { Temporal } from 'temporal-polyfill'
import { systemClock } from '../../base/clock.js'
import type { PlantOptions } from '../../base/plant.js'
import type { LoadedConfig } from '../../config/config.js'
import { AnomalyWatch } from '../../insight/anomalies/anomaly-watch.js'
import type { AnomalyFinding } from '../../insight/anomalies/finding.js'
import { type PlantFigures, plantFigures } from '../../insight/anomalies/plant-figures.js'
import { LocalDays } from '../../insight/series/local-days.js'
import { complain, endProgress, printJson, printText, showProgress } from '../../program/output.js'
import { orSayWhy } from '../client/or-say-why.js'
import type { AnomaliesArguments } from './arguments.js'
import { gatewayFigures } from './gateway-figures.js'
import { anomalyLines } from './lines.js'

/** Days that are read when nobody says from when. */
const DAYS_READ = 90
/** Days that are read at most: a year of quarters of an hour of one plant is in memory at once. */
const DAYS_MAX = 400

interface Caller {
  readonly refuse: (problem: string) => never
  /** Settings of the gateway; undefined after saying on stderr what is wrong with them. */
  load(): LoadedConfig | undefined
}

/** Reads the figures of a plant, goes through them as they came, and prints what was found. */
export async function runAnomalies(options: AnomaliesArguments, { refuse, load }: Caller): Promise<void> {
  const loaded = load()
  if (loaded === undefined) return
  const plan = planOf(loaded, options.plant, refuse)
  const period = periodOf(options, plan.timezone, refuse)
  await orSayWhy(async () => {
    const { withGateway } = await import('../client/gateway-api.js')
    const figures = await withGateway(loaded, complain, (api) => plantFigures(gatewayFigures(api), plan, period))
    const findings = await found(figures, plan)
    if (options.json === true) printJson(answerOf(figures, findings))
    else printText(anomalyLines(figures, findings, plan.timezone).join('\n'))
  })
}

function planOf({ config }: LoadedConfig, plant: string | undefined, refuse: Caller['refuse']): PlantOptions {
  const known = config.plants.map(({ id }) => id).join(', ')
  if (plant === undefined && config.plants.length === 1) return config.plants[0]!
  if (plant === undefined)
    refuse(`--plant has to be given: the configuration has ${known === '' ? 'no plants' : known}`)
  return (
    config.plants.find(({ id }) => id === plant) ??
    refuse(`--plant ${plant} is none of the configuration, which has ${known === '' ? 'no plants' : known}`)
  )
}

/** Whole days of the plant, so that an interval has its place in a week. */
function periodOf({ from, to }: AnomaliesArguments, timezone: string, refuse: Caller['refuse']) {
  const dayOf = (name: string, text: string) => {
    try {
      return Temporal.PlainDate.from(text)
    } catch {
      return refuse(`--${name} ${text} is not a day: write it like 2026-10-01`)
    }
  }
  const today = Temporal.Instant.fromEpochMilliseconds(systemClock.nowMs()).toZonedDateTimeISO(timezone).toPlainDate()
  const end = to === undefined ? today : dayOf('to', to)
  const start = from === undefined ? end.subtract({ days: DAYS_READ }) : dayOf('from', from)
  const days = start.until(end).days
  if (days < 1) refuse(`--from ${start.toString()} does not lie before --to ${end.toString()}`)
  if (days > DAYS_MAX) refuse(`${days} days are more than the ${DAYS_MAX} that are read at once: write a later --from`)
  const ms = (day: Temporal.PlainDate) => day.toZonedDateTime(timezone).epochMilliseconds
  return { fromMs: ms(start), toMs: ms(end) }
}

async function found({ history }: PlantFigures, plan: PlantOptions): Promise<readonly AnomalyFinding[]> {
  const watch = new AnomalyWatch({ ...history, days: new LocalDays(plan) })
  while (watch.nextDay()) {
    const { done, of } = watch.progress
    showProgress(`${plan.id}: ${Math.floor((100 * done) / of)} %`)
    // A signal that ends the command is heard between two days.
    await new Promise((resolve) => setImmediate(resolve))
  }
  endProgress(false)
  return watch.findings
}

function answerOf({ history, silent, intervalsUnknown }: PlantFigures, findings: readonly AnomalyFinding[]): object {
  const instant = (ms: number) => new Date(ms).toISOString()
  return {
    plant: history.plant,
    from: instant(history.startMs),
    to: instant(history.startMs + history.intervals * history.stepMs),
    watched: [...history.meters, ...history.machines].map(({ device }) => device),
    silent,
    intervals_unknown: intervalsUnknown,
    price_per_kwh: history.pricePerKwh,
    kgco2e_per_kwh: history.kgCo2ePerKwh,
    findings: findings.map(({ sinceMs, untilMs, foundMs, kgCo2e, evidence, ...rest }) => ({
      ...rest,
      since: instant(sinceMs),
      until: untilMs === null ? null : instant(untilMs),
      found: instant(foundMs),
      kgco2e: kgCo2e,
      evidence: {
        start: instant(evidence.startMs),
        step_s: evidence.stepMs / 1000,
        unit: evidence.unit,
        measured: evidence.measured,
        expected: evidence.expected,
        threshold: evidence.threshold,
        threshold_unit: evidence.thresholdUnit,
      },
    })),
  }
}
