import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { AmountReason, AnomalyAmount, AnomalyEvidence, AnomalyFinding } from './finding.js'
import type { OpenFinding } from './open-findings.js'
import type { PlantHistory } from './plant-history.js'
import type { WatchedSeries } from './watched-series.js'

/** Values of one piece of evidence, at most. */
export const EVIDENCE_MAX = 400
/** Days before the beginning that are shown, and days after it. */
const DAYS_BEFORE = 7
const DAYS_AFTER = 7

type Plant = Pick<PlantHistory, 'startMs' | 'stepMs' | 'pricePerKwh' | 'kgCo2ePerKwh'>

/** A finding as it stands when `intervals` are known. */
export function described(open: OpenFinding, plant: Plant, intervals: number): AnomalyFinding {
  const ms = (interval: number) => plant.startMs + interval * plant.stepMs
  const { kind, device, line, other, unit, factor, confidence } = open
  const excess = excessOf(open, intervals)
  return {
    kind,
    device,
    line,
    other,
    sinceMs: ms(open.since),
    untilMs: open.until === null ? null : ms(open.until),
    foundMs: ms(open.found),
    excess,
    unit,
    kwh: amount(excess, unit, 1, null),
    money: amount(excess, unit, plant.pricePerKwh, 'no_price'),
    kgCo2e: amount(excess, unit, plant.kgCo2ePerKwh, 'no_factor'),
    factor,
    confidence: Math.max(0, Math.min(1, confidence)),
    evidence: evidenceOf(open, plant, intervals),
  }
}

function excessOf({ series: [first], since, until }: OpenFinding, intervals: number): number | null {
  if (first === undefined) return null
  let sum = 0
  let count = 0
  for (let i = since; i < (until ?? intervals); i++) {
    if (Number.isNaN(first.values[i]!) || Number.isNaN(first.expected[i]!)) continue
    sum += first.values[i]! - first.expected[i]!
    count++
  }
  return count === 0 ? null : sum
}

function amount(
  excess: number | null,
  unit: string,
  perKwh: number | null,
  without: AmountReason | null,
): AnomalyAmount {
  if (unit !== 'kWh') return { value: null, reason: 'not_energy' }
  if (excess === null) return { value: null, reason: 'no_expectation' }
  return perKwh === null ? { value: null, reason: without } : { value: excess * perKwh, reason: null }
}

function evidenceOf(open: OpenFinding, plant: Plant, intervals: number): AnomalyEvidence {
  const { threshold, thresholdUnit, unit, ratios } = open
  const [first] = open.series
  if (ratios !== null || first === undefined) {
    const shown = (ratios ?? []).slice(-EVIDENCE_MAX)
    const [from, last] = [shown[0]?.day ?? 0, shown.at(-1)?.day ?? -1]
    const startMs = plant.startMs + from * DAY_MS
    const byDay = new Map(shown.map(({ day, ratio }) => [day, ratio]))
    // A day without work has its place: the others would stand at wrong dates.
    const measured = Array.from(
      { length: Math.min(EVIDENCE_MAX, last - from + 1) },
      (_, k) => byDay.get(from + k) ?? null,
    )
    return { startMs, stepMs: DAY_MS, unit: '1', measured, expected: measured.map(() => 1), threshold, thresholdUnit }
  }
  const perDay = Math.round(DAY_MS / plant.stepMs)
  const isSlow = open.kind === 'drift' || open.kind === 'conservation_broken'
  const stepMs = isSlow ? DAY_MS : Math.max(HOUR_MS, plant.stepMs)
  const per = Math.max(1, Math.round(stepMs / plant.stepMs))
  const from = Math.max(0, open.since - (open.since % per) - (isSlow ? 2 : 1) * DAYS_BEFORE * perDay)
  const to = Math.min(open.until ?? intervals, isSlow ? intervals : open.since + DAYS_AFTER * perDay)
  const count = Math.min(EVIDENCE_MAX, Math.ceil((to - from) / per))
  const sums = (values: Float64Array) => Array.from({ length: count }, (_, k) => sumOf(values, from + k * per, per))
  const [measured, expected] = [sums(first.values), sums(first.expected)]
  return { startMs: plant.startMs + from * plant.stepMs, stepMs, unit, measured, expected, threshold, thresholdUnit }
}

/** Null when one of them is not known. */
function sumOf(values: WatchedSeries['values'], from: number, count: number): number | null {
  let sum = 0
  for (let i = from; i < Math.min(values.length, from + count); i++) sum += values[i]!
  return Number.isNaN(sum) ? null : sum
}
