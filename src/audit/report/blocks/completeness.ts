import { METRICS } from '../../../base/metrics.js'
import { expectedMetrics, seriesTimes } from '../../../base/plant.js'
import { byDeviceAndMetric } from '../../../base/text-order.js'
import { add, isPositive, subtract } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, type ReportFigures } from '../figures.js'
import type { StreamQuality } from '../sources.js'
import { bilingual } from '../words.js'

/** The streams of a plant: those that reported, and since edition 2 those that were expected to and were silent. */
export function streamsOf(facts: PlantFacts): readonly StreamQuality[] {
  const { streams, options, dueMs, startMs } = facts
  if (facts.edition === 1 || dueMs <= startMs) return streams
  const heard = new Set(streams.map(({ device, metric }) => `${device}/${metric}`))
  const silent = options.devices.flatMap((device) =>
    expectedMetrics(device)
      .filter((metric) => !heard.has(`${device.id}/${metric}`))
      .map((metric) => silentStream(facts, device.id, metric)),
  )
  const isDue = (stream: StreamQuality) => readingsDue(facts, stream) !== null
  return [...streams, ...silent.filter(isDue)].sort(byDeviceAndMetric)
}

function silentStream({ startMs, dueMs }: PlantFacts, device: string, metric: string): StreamQuality {
  const gaps = [{ fromMs: startMs, toMs: dueMs }]
  const unit = METRICS.get(metric)?.unit ?? ''
  return { device, metric, unit, received: 0, byQuality: {}, late: 0, assumedTime: 0, gaps, delayMs: null }
}

/** Readings that were due by the period of the end of the report; null where nothing is due. */
export function readingsDue(
  { options, startMs, dueMs }: PlantFacts,
  { device, metric }: Pick<StreamQuality, 'device' | 'metric'>,
): number | null {
  const configured = options.devices.find(({ id }) => id === device)
  const kind = METRICS.get(metric)?.kind
  if (configured?.on_change === true || kind === undefined) return null
  const { periodMs } = seriesTimes(configured?.metrics[metric])
  return Math.floor((dueMs - startMs) / periodMs)
}

/**
 * Readings received and due of all streams over the whole period, as the table of streams has them: what is more than was
 * due of one stream makes up for nothing that another one lacks.
 */
export function completenessParts(
  facts: PlantFacts,
  figures: ReportFigures,
): { readonly part: string; readonly whole: string } {
  const plant = facts.plant.id
  const stems = streamsOf(facts)
    .filter((stream) => readingsDue(facts, stream) !== null)
    .map(({ device, metric }) => `${plant}/stream/${device}/${metric}`)
  const due = stems.map((stem) => `${stem}/expected`)
  const received = stems.map((stem) => `${stem}/received`)
  const whole = figures.sum(
    `${plant}/data_completeness/whole`,
    bilingual('Data completeness: readings due', '数据完整率：应收读数'),
    '1',
    due,
  )
  const part = figures.rule(
    `${plant}/data_completeness/part`,
    bilingual('Data completeness: of these received', '数据完整率：其中已收到'),
    '1',
    {
      formula: 'streams_received',
      of: [...received, ...due],
      value: (...of) => knownValue(add('0', ...stems.map((_, i) => smaller(of[i]!, of[stems.length + i]!)))),
    },
  )
  return { part, whole }
}

function smaller(a: string, b: string): string {
  return isPositive(subtract(a, b)) ? b : a
}
