import { isMetricName, METRICS, type Metric, type MetricClass } from '../base/metrics.js'
import { GOOD, QUALITIES, type QualityRank, qualityRank } from '../base/quality.js'
import type { Reading } from '../base/reading.js'
import { type Conversion, conversion, unitsFor } from '../base/units.js'
import { type Fault, fault, isFault } from './fault.js'
import { isStorable, quote, shorten } from './text.js'

const NAME_IN_WORDS =
  'small letters, digits and _, a letter first, at most 64 characters, but not quality, time or value'
/** Largest magnitude of a number, as sent and as stored. */
export const MAGNITUDE_MAX = 1e15
export const STATE_CHARS_MAX = 256
const UNIT_CHARS_MAX = 32
const AS_SENT: Conversion = { factor: 1, offset: 0 }

/** Fields that all readings of one message have in common. */
export type MessageBasis = Omit<Reading, 'metric' | 'value' | 'unit' | 'quality'>

/** One entry of `metrics` with what the message says of it; `undefined` where it says nothing. */
export interface SentMetric {
  readonly name: string
  readonly value: unknown
  readonly unit: unknown
  readonly quality: unknown
}

/** The reading in the stored unit, or the first fault in the order name, class, quality, unit, value. */
export function readMetric(sent: SentMetric, basis: MessageBasis): Reading | Fault {
  const { name } = sent
  const metric = metricUnder(name, basis.class)
  if (metric !== undefined && isFault(metric)) return metric

  const quality = sent.quality === undefined ? GOOD : readQuality(sent.quality)
  if (typeof quality !== 'number') return fault('bad_schema', `the quality of ${name}: ${quality.detail}`)

  const toStored = sent.unit === undefined ? AS_SENT : readUnit(name, sent.unit, metric)
  if (isFault(toStored)) return toStored

  const value = readValue(name, sent.value, metric, toStored)
  if (typeof value === 'object') return value

  return {
    plant: basis.plant,
    line: basis.line,
    device: basis.device,
    class: basis.class,
    metric: name,
    ts: basis.ts,
    value,
    unit: metric?.unit ?? (sent.unit as string | undefined) ?? '',
    quality,
    seq: basis.seq,
    receivedAt: basis.receivedAt,
    tsAssumed: basis.tsAssumed,
  }
}

/** Table entry and conversion by which the values of a metric that come in one unit are judged and stored. */
export interface MetricMeaning {
  readonly metric: Metric | undefined
  readonly toStored: Conversion
}

/** The meaning of a metric that comes under a class in a unit, or the first fault in the order name, class, unit. */
export function meaningOf(name: string, under: MetricClass, unit: string | undefined): MetricMeaning | Fault {
  const metric = metricUnder(name, under)
  if (metric !== undefined && isFault(metric)) return metric
  const toStored = unit === undefined ? AS_SENT : readUnit(name, unit, metric)
  return isFault(toStored) ? toStored : { metric, toStored }
}

/** The stored value, or why it is none. */
export function readValueOf(
  name: string,
  value: unknown,
  { metric, toStored }: MetricMeaning,
): number | string | Fault {
  return readValue(name, value, metric, toStored)
}

/**
 * Value of a reading that says only, by its quality, that nobody knows the value any more: a state or switch would else go on
 * counting as it was, as long as its connection. null for other metrics, which need no such reading.
 */
export function unknownValueOf(name: string): 'UNKNOWN' | 0 | null {
  const kind = METRICS.get(name)?.kind
  if (kind === 'state') return 'UNKNOWN'
  return kind === 'switch' ? 0 : null
}

/** The entry of the table; undefined for an unknown metric; or what is wrong with name or class. */
function metricUnder(name: string, under: MetricClass): Metric | undefined | Fault {
  if (!isMetricName(name)) return fault('bad_schema', `${quote(name)} is no metric name: ${NAME_IN_WORDS}`)
  const metric = METRICS.get(name)
  return metric !== undefined && !metric.classes.includes(under) ? wrongClass(name, metric, under) : metric
}

/** The rank of a quality word, or a `bad_schema` that lists the words. */
export function readQuality(word: unknown): QualityRank | Fault {
  const rank = typeof word === 'string' ? qualityRank(word) : undefined
  return rank ?? fault('bad_schema', `${quote(word)} is none of ${QUALITIES.join(', ')}`)
}

function wrongClass(name: string, metric: Metric, sentUnder: MetricClass): Fault {
  return fault('bad_schema', `${name} belongs to ${metric.classes.join(' or ')}, it came under ${sentUnder}`)
}

/** The conversion of a value in `unit` to the stored one, or what is wrong with that unit. */
export function readUnit(name: string, unit: unknown, metric: Metric | undefined): Conversion | Fault {
  if (typeof unit !== 'string' || !isStorable(unit, UNIT_CHARS_MAX)) {
    return fault('bad_unit', `the unit of ${name} is ${quote(unit)}: a text of at most ${UNIT_CHARS_MAX} characters`)
  }
  if (metric === undefined) return AS_SENT
  const found = conversion(unit, metric.unit, metric.gas)
  if (found !== null) return found
  const expected = metric.unit === '' ? 'takes no unit' : `takes ${unitsFor(metric.unit, metric.gas).join(', ')}`
  return fault('bad_unit', `${name} ${expected}; ${quote(unit)} came`)
}

function readValue(
  name: string,
  value: unknown,
  metric: Metric | undefined,
  toStored: Conversion,
): number | string | Fault {
  switch (typeof value) {
    case 'number':
      return readNumber(name, value, metric, toStored)
    case 'boolean':
      return readNumber(name, value ? 1 : 0, metric, toStored)
    case 'string':
      return readState(name, value, metric)
    default:
      return fault('bad_value', `${name} is ${quote(value)}; a number or a boolean is expected`)
  }
}

function readNumber(name: string, sent: number, metric: Metric | undefined, toStored: Conversion): number | Fault {
  // Adding the offset, even when it is 0, also makes the 0 that a sign bit may stand before the one 0.
  const value = sent * toStored.factor + toStored.offset
  // Written so that NaN and Infinity (1e999 in JSON) fail as well.
  if (!(Math.abs(sent) <= MAGNITUDE_MAX && Math.abs(value) <= MAGNITUDE_MAX)) {
    return fault('bad_value', `${name} is ${sent}; numbers go to ${MAGNITUDE_MAX} in magnitude`)
  }
  if (metric?.possible !== undefined) {
    const [min, max] = metric.possible
    if (value < min || value > max) {
      const range = max === Infinity ? `a counter is never below ${min}` : `it can only lie between ${min} and ${max}`
      return fault('bad_value', `${name} is ${value} ${metric.unit}; ${range}`)
    }
  }
  return value
}

function readState(name: string, word: string, metric: Metric | undefined): string | Fault {
  if (metric?.kind !== 'state') {
    return fault('bad_value', `${name} is the text ${quote(word)}; a number is expected (without quotation marks)`)
  }
  if (isStorable(word, STATE_CHARS_MAX)) return word
  return fault(
    'bad_value',
    `${name} is ${quote(shorten(word))}; a state is a well-formed text of at most ${STATE_CHARS_MAX} characters`,
  )
}
