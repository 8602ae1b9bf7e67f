import type { LastReadings } from '../../archive/recent.js'
import { HOUR_MS } from '../../base/durations.js'
import { METRICS, type Metric, type MetricClass } from '../../base/metrics.js'
import type { PlantOptions } from '../../base/plant.js'
import { because, type ProposalReason } from '../../base/proposal-reasons.js'
import { guessOf } from '../../decode/profile/learn/guess.js'
import type { Proposed, UnknownDevice, UnknownMetric } from '../../views/wire/unknown-devices.js'
import { behaviourOf, periodOf } from './behaviour.js'
import type { LikelyMain } from './likely-main.js'
import { parentOf, roleOf } from './role.js'

/** One series of a device with its last readings. */
export interface SentSeries extends LastReadings {
  readonly metric: string
  readonly class: MetricClass
  readonly unit: string
}

/** Facts about a device that sends and that nobody has configured or registered. */
export interface SenderFacts
  extends Pick<
    UnknownDevice,
    | 'plant'
    | 'line'
    | 'device'
    | 'since'
    | 'last_seen'
    | 'messages'
    | 'readings'
    | 'elements_rejected'
    | 'rate_per_min'
    | 'client'
    | 'ignored'
    | 'metrics_more'
  > {
  readonly series: readonly SentSeries[]
}

/** Names of a metric that mean a register, where the table does not know it. */
const CALLED_COUNTER = /(?:kwh|_wh|total|count|counter|energy|_m3|volume)$/
/** Energy and power of the same flow. */
const FLOWS = [
  ['elec_import_kwh', 'elec_import_kw'],
  ['elec_submeter_kwh', 'elec_import_kw'],
  ['elec_export_kwh', 'elec_export_kw'],
] as const
/** Two units that are taken for each other are a thousand apart; nothing that measures rightly comes near this. */
const DISAGREES = 100
/** A register of whole kWh says nothing in a few minutes at a small load. */
const GROWTH_MIN_KWH = 0.01

/**
 * A device with a proposal for each thing that its configuration would say, and the reason for each.
 *
 * @param main the new meter of the plant that is most probably the main one, where it has none yet
 */
export function proposeDevice(
  { series, ...facts }: SenderFacts,
  plant: PlantOptions | null,
  main: LikelyMain | null = null,
): UnknownDevice {
  const metrics = series.map(metricOf)
  const role = roleOf(facts.device, series, plant, main)
  return {
    ...facts,
    metrics,
    proposal: {
      role,
      parent: parentOf(facts.device, role.value, plant, main),
      line: lineOf(facts, plant),
      adoptable: plant !== null,
    },
    doubts: [
      ...(plant === null ? [because('plant_not_there', { plant: facts.plant })] : []),
      ...FLOWS.flatMap(([energy, power]) => disagreement(series, energy, power)),
    ],
  }
}

function metricOf({ ts, values, ...series }: SentSeries): UnknownMetric {
  const known = METRICS.get(series.metric)
  const isCounter =
    known === undefined ? CALLED_COUNTER.test(series.metric) : known.kind === 'counter' || known.kind === 'pieces'
  const behaviour = behaviourOf({ ts, values }, isCounter)
  const lastTs = ts.at(-1)
  return {
    ...series,
    last: values.at(-1) ?? null,
    last_ts: lastTs === undefined ? null : new Date(lastTs).toISOString(),
    values: values.length,
    taken_as: takenAs(series, known),
    behaviour: behaviour.value === null ? byTable(known, behaviour) : behaviour,
    period_s: periodOf({ ts, values }),
  }
}

/** A metric takes part in figures under the name in the table alone; any other may be meant for one of these. */
function takenAs({ metric, unit }: Omit<SentSeries, 'ts' | 'values'>, known: Metric | undefined): Proposed<string> {
  if (known !== undefined) return { value: metric, reasons: [because('in_table', { unit: known.unit })] }
  const guess = guessOf([metric], unit === '' ? undefined : { unit, isShared: false })
  const meant = guess !== null && METRICS.has(guess.guess.metric) ? guess.guess.metric : null
  const reasons = meant === null ? [because('takes_no_part')] : [because('send_as', { metric: meant, sent: metric })]
  return { value: null, reasons }
}

/** The table says what a metric is, where its values do not yet. */
function byTable(known: Metric | undefined, seen: Proposed<UnknownMetric['behaviour']['value'] & string>) {
  if (known === undefined) return seen
  const { kind } = known
  const value = kind === 'counter' || kind === 'pieces' ? ('cumulative' as const) : kind === 'event' ? null : kind
  return { value, reasons: [because('kind_of_table'), ...seen.reasons] }
}

function lineOf({ line }: Pick<SenderFacts, 'line'>, plant: PlantOptions | null): Proposed<string> {
  const isThere = plant?.lines.some(({ id }) => id === line) === true
  return { value: line, reasons: [isThere ? because('line_of_topic') : because('line_not_there', { line })] }
}

/** The register against the power, over the time that both were seen in: a factor far from 1 is that of a unit. */
function disagreement(series: readonly SentSeries[], energy: string, power: string): readonly ProposalReason[] {
  const [counted, level] = [energy, power].map((metric) => series.find((one) => one.metric === metric))
  if (counted === undefined || level === undefined || level.values.length === 0) return []
  const hours = ((counted.ts.at(-1) ?? 0) - (counted.ts[0] ?? 0)) / HOUR_MS
  const grown = Number(counted.values.at(-1)) - Number(counted.values[0])
  const mean = level.values.reduce<number>((sum, value) => sum + Number(value), 0) / level.values.length
  const expected = mean * hours
  if (!(grown > GROWTH_MIN_KWH) || !(expected > GROWTH_MIN_KWH)) return []
  const times = grown / expected
  if (times < DISAGREES && times > 1 / DISAGREES) return []
  return [because('power_disagrees', { energy, power, times: Number(times.toPrecision(2)) })]
}
