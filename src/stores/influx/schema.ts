import { flagsOf } from '../../base/flags.js'
import { METRICS } from '../../base/metrics.js'
import { GOOD, QUALITIES, type QualityRank, qualityRank } from '../../base/quality.js'
import type { StoredAlarmChange } from '../../kpi/alarms/table.js'
import { factorsText, NO_FACTORS, type Point, type Stream } from '../../kpi/windows/point.js'
import { ALL_GOOD, type BatchSamples } from '../batch-samples.js'
import type { SampleSource, StoreSample } from '../sample.js'
import type { StoredForecast, WindowRef } from '../store.js'
import type { LineBytes } from './line-bytes.js'
import { fieldKeyText, fieldValueText, type LinePiece, lineText, seriesText, valueFault } from './line-protocol.js'

/** Reason of a window that nobody makes any more, where a server cannot delete; readers leave it out. */
export const REMOVED = 'removed'

/** Measurement that keeps the mark of a gateway, and that a server is tried with. */
export const MARK_MEASUREMENT = 'greengauge_store'

/** Measurement that a test of the settings writes into and reads; nobody else does. */
export const TRIAL_MEASUREMENT = 'greengauge_test'

/** Most metric names whose text is kept: names come from devices, and nothing that grows with them may be without a limit. */
const METRIC_TEXTS_MAX = 10_000

const COMMA = Buffer.from(',')
const GOOD_FIELD = Buffer.from('quality="good" ')

interface MetricText {
  /** The key as bytes; null when it cannot be one. */
  readonly bytes: Buffer | null
  /** Ends with the equals sign. */
  readonly key: LinePiece
  /** Always a string field, also when the value is a number: a field has one type. */
  readonly isWord: boolean
}

/** Samples and points as lines of the schema that every store has in common. Times in ms. */
export class LineProtocolWriter {
  readonly #sources = new WeakMap<SampleSource, LinePiece>()
  readonly #sourceBytes = new WeakMap<SampleSource, Buffer>()
  #lastSource: SampleSource | null = null
  #lastBytes: Buffer = COMMA
  readonly #streams = new WeakMap<Stream, LinePiece>()
  readonly #metrics = new Map<string, MetricText>()

  /** One line of a sample: of all its readings, or of the one at `only`. */
  sample(sample: StoreSample, only?: number): LinePiece {
    const series = this.#sourceText(sample.source)
    if ('fault' in series) return series
    const { metrics, values } = sample
    let text = series.text
    for (let i = only ?? 0; i < (only === undefined ? metrics.length : only + 1); i++) {
      const name = metrics[i] as string
      const value = values[i] as number | string
      const metric = this.#metricText(name)
      if ('fault' in metric.key) return metric.key
      const written = fieldValueText(metric.isWord ? String(value) : value)
      if (written === null) return { fault: valueFault(name, value) }
      text += `${metric.key.text}${written},`
    }
    return { text: `${text}quality=${fieldValueText(qualityText(sample.qualities))} ${sample.ts}` }
  }

  /** Writes a sample of columns as the same line, in bytes; false when it cannot be one, with a part of it written. */
  write(samples: BatchSamples, index: number, lines: LineBytes): boolean {
    const source = samples.sourceAt(index)
    if (source !== this.#lastSource && !this.#takeSource(source)) return false
    lines.put(this.#lastBytes)
    for (let reading = samples.firstOf(index); reading !== -1; reading = samples.after(reading)) {
      const { bytes, isWord } = this.#metricText(samples.metricAt(reading))
      if (bytes === null) return false
      lines.put(bytes)
      const word = samples.wordAt(reading)
      const value = samples.valueAt(reading)
      if (word !== undefined || isWord) lines.text(fieldValueText(word ?? String(value))!)
      else if (Number.isFinite(value)) lines.number(value)
      else return false
      lines.put(COMMA)
    }
    const qualities = samples.qualities(index)
    if (qualities === ALL_GOOD) lines.put(GOOD_FIELD)
    else lines.text(`quality=${fieldValueText(qualityText(qualities))} `)
    lines.number(samples.tsAt(index))
    return true
  }

  /** All fields but an absent value, every time: InfluxDB merges the fields of a point that is written again. */
  point(point: Point): LinePiece {
    return this.#window(point.stream, point)
  }

  /** Line that is written over a window that is no more, where it cannot be deleted. */
  removed({ stream, startMs }: WindowRef): LinePiece {
    const nothing = {
      numerator: 0,
      denominator: 0,
      coverage: 0,
      estimatedShare: 0,
      rev: 0,
      flags: 0,
      factors: NO_FACTORS,
    }
    return this.#window(stream, {
      ...nothing,
      startMs,
      endMs: startMs,
      value: null,
      reason: REMOVED,
      provisional: false,
    })
  }

  #window(
    stream: Stream,
    point: Omit<Point, 'stream' | 'reason'> & { readonly reason: Point['reason'] | typeof REMOVED },
  ): LinePiece {
    const series = this.#streamText(stream)
    if ('fault' in series) return series
    const { value, numerator, denominator, coverage, estimatedShare, rev, endMs } = point
    // A sum is finite only if all of it is; one test stands for seven.
    const sum = (value ?? 0) + numerator + denominator + coverage + estimatedShare + rev + endMs
    if (!Number.isFinite(sum)) {
      const numbers = {
        value: value ?? 0,
        numerator,
        denominator,
        coverage,
        estimated_share: estimatedShare,
        rev,
        end: endMs,
      }
      const bad = Object.entries(numbers).find(([, number]) => !Number.isFinite(number))
      if (bad !== undefined) return { fault: valueFault(bad[0], bad[1]) }
    }
    return {
      text:
        `${series.text}${value === null ? '' : `value=${value},`}valid=${value !== null},reason="${point.reason}",` +
        `numerator=${numerator},denominator=${denominator},coverage=${coverage},estimated_share=${estimatedShare},` +
        `provisional=${point.provisional},rev=${rev},end=${endMs},flags="${flagsOf(point.flags).join(',')}",` +
        `factors="${factorsText(point.factors)}" ` +
        `${point.startMs}`,
    }
  }

  #sourceText(source: SampleSource): LinePiece {
    const known = this.#sources.get(source)
    if (known !== undefined) return known
    const { device, line, plant } = source
    const text = seriesText(source.class, { device, line, plant })
    this.#sources.set(source, text)
    return text
  }

  #takeSource(source: SampleSource): boolean {
    let bytes = this.#sourceBytes.get(source)
    if (bytes === undefined) {
      const written = this.#sourceText(source)
      if ('fault' in written) return false
      bytes = Buffer.from(written.text)
      this.#sourceBytes.set(source, bytes)
    }
    this.#lastSource = source
    this.#lastBytes = bytes
    return true
  }

  #streamText(stream: Stream): LinePiece {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    const text = seriesText(kpiMeasurement(stream.window), streamTags(stream))
    this.#streams.set(stream, text)
    return text
  }

  #metricText(name: string): MetricText {
    const known = this.#metrics.get(name)
    if (known !== undefined) return known
    const key = fieldKeyText(name)
    const text = { key, bytes: 'text' in key ? Buffer.from(key.text) : null, isWord: isWord(name) }
    if (this.#metrics.size >= METRIC_TEXTS_MAX) this.#metrics.clear()
    this.#metrics.set(name, text)
    return text
  }
}

/** A line by which a store is known again. */
export function markLine(mark: string, time: number): string {
  const line = lineText(MARK_MEASUREMENT, { mark }, { since: new Date(time).toISOString() }, time)
  if ('fault' in line) throw new Error(`write the mark ${mark}: ${line.fault}`)
  return line.text
}

const ALARM_MEASUREMENT = 'alarm'

/** A change of an alarm as a line, all fields every time; null for a number that no field can hold. */
export function alarmLine({ plant, id, rule, atMs, ...fields }: StoredAlarmChange): string | null {
  const { state, severity, value, limit, note } = fields
  const line = lineText(ALARM_MEASUREMENT, { id, plant, rule }, { state, severity, value, limit, note }, atMs)
  return 'text' in line ? line.text : null
}

/** An interval that was forecast as a line: its time is the start of the interval; null for a number that no field can hold. */
export function forecastLine(forecast: StoredForecast): string | null {
  const { horizon, startMs, issuedAtMs, value, low50, high50, low90, high90 } = forecast
  const bounds = { low_50: low50, high_50: high50, low_90: low90, high_90: high90 }
  const issued = { issued_at: new Date(issuedAtMs).toISOString(), lead_s: (startMs - issuedAtMs) / 1000 }
  const line = lineText(`forecast_${horizon}`, streamTags(forecast), { value, ...bounds, ...issued }, startMs)
  return 'text' in line ? line.text : null
}

export function kpiMeasurement(window: Stream['window']): string {
  return `kpi_${window}`
}

/** Tags that tell the series of a KPI's points apart within their measurement. */
export function streamTags({ id, kpi, plant, scope }: Pick<Stream, 'id' | 'kpi' | 'plant' | 'scope'>) {
  return { id, kpi, plant, scope }
}

/** True for metrics whose values are words and therefore kept in a string field. */
export function isWord(metric: string): boolean {
  return METRICS.get(metric)?.kind === 'state'
}

/** `good`, or what is not, such as `nox_mgm3:fault,so2_mgm3:calibration`. */
export function qualityText(qualities: StoreSample['qualities']): string {
  let poor: string[] | null = null
  for (const metric in qualities) {
    const rank = qualities[metric] as QualityRank
    if (rank === GOOD) continue
    poor ??= []
    poor.push(`${metric}:${QUALITIES[rank]}`)
  }
  return poor === null ? 'good' : poor.sort().join(',')
}

/** The quality of one metric in such a text. A word that is none of ours is not trusted. */
export function qualityOf(metric: string, text: string | null): QualityRank {
  for (const one of (text ?? '').split(',')) {
    const [name, word] = one.split(':')
    if (name === metric) return qualityRank(word ?? '') ?? UNCERTAIN
  }
  return GOOD
}

const UNCERTAIN: QualityRank = QUALITIES.indexOf('uncertain')
