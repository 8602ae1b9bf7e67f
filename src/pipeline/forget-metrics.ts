import type { Database } from '../archive/database.js'
import type { Series, SeriesTable } from '../archive/series.js'
import type { ForgetMetricsQuery } from '../base/forget.js'
import { EXPORT_INPUTS, STATE_INPUTS } from '../base/merged-metrics.js'
import type { ForgetMetricsAnswer } from '../views/wire/forget-metrics.js'
import type { OperatorActions } from './operator-actions.js'

type Refusal = ForgetMetricsAnswer['refused'][number]

export interface ForgetMetricsDeps {
  readonly database: Pick<Database, 'columns'>
  readonly series: Pick<SeriesTable, 'all'>
  readonly actions: Pick<OperatorActions, 'submit' | 'isRemoving'>
  /** Metrics that the configuration names for a device. */
  configuredMetrics(plant: string, device: string): readonly string[]
  /** True while a report of a plant is being frozen, or waits for it. */
  isFreezing(plant: string): boolean
  /** Chooses of some metrics of a device those with readings on a day that a frozen report rests on, each with the report. */
  onFrozenDays(plant: string, device: string, metrics: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** Chooses the metrics of a request, and hands in that they be forgotten; null when the journal takes too long for it. */
export async function forgetMetricsOnRequest(
  deps: ForgetMetricsDeps,
  query: ForgetMetricsQuery,
): Promise<ForgetMetricsAnswer | null> {
  const { actions, isFreezing, onFrozenDays } = deps
  const { plant, device, isDryRun, by, why } = query
  const wanted = [...new Set(query.metrics)]
  const own = deps.series.all().filter((one) => one.plant === plant && one.device === device)
  const sent = wanted.filter((metric) => own.some((one) => one.metric === metric))
  const reported = await onFrozenDays(plant, device, sent)
  const counts = await readingsOf(
    deps.database,
    own.filter(({ metric }) => sent.includes(metric)),
  )
  // From here to the act nothing else happens: a freeze that begins behind it waits until all of it is done.
  const isHeld = !isDryRun && isFreezing(plant)
  const configured = new Set(deps.configuredMetrics(plant, device))
  const refused = wanted.flatMap((metric): Refusal[] => {
    const report = reported.get(metric)
    if (!sent.includes(metric)) return [{ metric, reason: 'unknown' }]
    if (configured.has(metric)) return [{ metric, reason: 'configured' }]
    if (report !== undefined) return [{ metric, reason: 'reported', report }]
    return isHeld ? [{ metric, reason: 'freezing' }] : []
  })
  const free = sent.filter((metric) => !refused.some((one) => one.metric === metric))
  refused.push(
    ...mergedWithOthers(
      own.map(({ metric }) => metric),
      free,
    ),
  )
  const chosen = own.filter(({ metric }) => free.includes(metric) && !refused.some((one) => one.metric === metric))
  // An order that is on its way is not handed in again: it may come out of the journal however late.
  if (!isDryRun && actions.isRemoving(plant)) return null
  const answer = { metrics: chosen.map((one) => shown(one, counts.get(one.id) ?? 0)), refused, dry_run: isDryRun }
  if (isDryRun || chosen.length === 0) return answer
  const metrics = chosen.map(({ metric }) => metric)
  const act = { what: 'forget' as const, plant, devices: [device], metrics, by, ...(why !== null && { why }) }
  return (await actions.submit(act)) ? answer : null
}

/** Metrics of a device that stay because one series of figures is made of them together with others that stay. */
function mergedWithOthers(sent: readonly string[], free: readonly string[]): readonly Refusal[] {
  const groups: readonly (readonly string[])[] = [STATE_INPUTS, EXPORT_INPUTS]
  return groups.flatMap((group) => {
    const others = group.filter((metric) => sent.includes(metric) && !free.includes(metric))
    if (others.length === 0) return []
    const own = group.filter((metric) => free.includes(metric))
    return own.map((metric): Refusal => ({ metric, reason: 'merged', with: others }))
  })
}

/** Numbers of readings that are there, by series. */
async function readingsOf(
  database: Pick<Database, 'columns'>,
  series: readonly Series[],
): Promise<ReadonlyMap<number, number>> {
  if (series.length === 0) return new Map()
  const [ids = [], counts = []] = await database.columns(
    `SELECT series, count(*)::DOUBLE FROM reading WHERE series IN (${series.map(({ id }) => id).join(', ')}) GROUP BY series`,
  )
  return new Map(ids.map((id, i) => [Number(id), Number(counts[i])]))
}

function shown({ metric, unit, oldestTs, newestTs }: Series, readings: number): ForgetMetricsAnswer['metrics'][number] {
  return { metric, unit, readings, first_reading: instantOf(oldestTs), last_reading: instantOf(newestTs) }
}

function instantOf(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}
