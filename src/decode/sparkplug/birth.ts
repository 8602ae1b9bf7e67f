import { METRICS } from '../../base/metrics.js'
import type { DevicePath } from '../../base/topic.js'
import { type MetricTarget, metricTargetOf } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { shorten } from '../text.js'
import type { Mapping } from './mapping.js'
import { DATA_SET, isTaken, isText } from './value.js'

/** Reasons for which a value that is in order makes no reading. */
export const LEFT_OUT = ['null', 'transient', 'text', 'type', 'unwanted'] as const
export type LeftOut = (typeof LEFT_OUT)[number]
/** The same as parts of sentences. */
export const LEFT_OUT_WORDS: Readonly<Record<LeftOut, string>> = {
  null: 'it says that it has no value',
  transient: 'it says that it is not to be kept',
  text: 'it is a text, and no state of a machine',
  type: 'its type holds no single value',
  unwanted: 'the settings of Sparkplug do not take it',
}

/** Target and factor of the values of a metric; without a target, what becomes of them instead. */
export interface BirthMetricUse {
  readonly target: MetricTarget | null
  readonly factor: number
  readonly instead: Fault | LeftOut
}

/** A metric as a birth declares it. */
export interface BornMetric {
  readonly name: string
  /** Null for none. */
  readonly alias: number | null
  readonly type: number
  /** By its property; null when it has none. */
  readonly unit: string | null
}

export interface KnownBirthMetric extends BornMetric {
  /** By the mapping in force; of a data set none: that is for its columns to say. */
  use: BirthMetricUse
}

/** The newest birth of a node or of one of its devices. Only this says what an alias or a type is. */
export class Birth {
  readonly group: string
  readonly node: string
  readonly device: string | null
  /** Epoch ms by the clock of the node; by that of the arrival where the birth has no time. */
  readonly sentAt: number
  /** Epoch ms, of its arrival. */
  readonly arrivedAt: number
  /** Epoch ms, of the arrival of the first birth since which this one is known: who came first has the place. */
  readonly knownSince: number
  readonly metrics: readonly KnownBirthMetric[]
  /** The device that it becomes by the mapping in force, or why it becomes none. */
  path: DevicePath | Fault = NO_PLACE
  readonly #byName = new Map<string, KnownBirthMetric>()
  /** Null for one that two metrics have. */
  readonly #byAlias = new Map<number, KnownBirthMetric | null>()
  /** Uses of the columns of data sets, by metric and column. */
  #columns = new Map<string, BirthMetricUse>()
  /** By our name of a metric, theirs. */
  #names = new Map<string, string>()
  #judgedBy: Mapping | null = null

  constructor(of: BirthContent, metrics: readonly BornMetric[]) {
    this.group = of.group
    this.node = of.node
    this.device = of.device
    this.sentAt = of.sentAt
    this.arrivedAt = of.arrivedAt
    this.knownSince = of.knownSince ?? of.arrivedAt
    this.metrics = metrics.map((metric) => ({ ...metric, use: instead('unwanted') }))
    for (const metric of this.metrics) {
      this.#byName.set(metric.name, metric)
      if (metric.alias !== null) this.#byAlias.set(metric.alias, this.#byAlias.has(metric.alias) ? null : metric)
    }
  }

  named(name: string): KnownBirthMetric | undefined {
    return this.#byName.get(name)
  }

  /** Undefined for an alias that the birth did not give, null for one that it gave twice. */
  aliased(alias: number): KnownBirthMetric | null | undefined {
    return this.#byAlias.get(alias)
  }

  /**
   * Finds out where everything goes by a mapping, unless that is known.
   *
   * @param isKept false for one that is not remembered: it takes no place from others
   */
  judge(mapping: Mapping, isKept = true): void {
    if (mapping === this.#judgedBy) return
    this.#judgedBy = mapping
    this.#names = new Map()
    this.#columns = new Map()
    this.path = mapping.claim(this.group, this.node, this.device, isKept)
    for (const metric of this.metrics) metric.use = this.#useOf(metric)
  }

  /** The use of the values of a column of a data set. */
  columnUse(metric: KnownBirthMetric, column: string, value: unknown): BirthMetricUse {
    const name = `${metric.name}/${column}`
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    if (this.#columns.size >= COLUMNS_MAX) return instead(TOO_MANY_COLUMNS)
    const use = this.#made(name, typeof value === 'string', null)
    this.#columns.set(name, use)
    return use
  }

  #useOf({ name, type, unit }: BornMetric): BirthMetricUse {
    if (!isTaken(type) || type === DATA_SET) return instead(type === 0 ? NO_TYPE : 'type')
    return this.#made(name, isText(type), unit)
  }

  #made(name: string, isWord: boolean, unit: string | null): BirthMetricUse {
    const meaning = this.#judgedBy!.meaning(this.group, this.node, name)
    if (meaning === null) return instead('unwanted')
    if (isFault(meaning)) return instead(meaning)
    // A serial number is no reading: of texts only the states of the metric table are.
    if (isWord && METRICS.get(meaning.metric)?.kind !== 'state') return instead('text')
    if (isFault(this.path)) return instead(this.path)
    const before = this.#names.get(meaning.metric)
    if (before !== undefined && before !== name) {
      const both = fault(
        'bad_sparkplug',
        `${shorten(name)} and ${shorten(before)} would both be ${meaning.metric}; give one of them another name under sparkplug.metrics`,
      )
      return instead(both)
    }
    this.#names.set(meaning.metric, name)
    const target = metricTargetOf(this.path, meaning.class, meaning.metric, meaning.unit ?? unit ?? undefined)
    return isFault(target) ? instead(target) : { target, factor: meaning.factor, instead: 'unwanted' }
  }
}

function instead(what: Fault | LeftOut): BirthMetricUse {
  return { target: null, factor: 1, instead: what }
}

/** Node or device that a birth is of, and its times, epoch ms. */
export interface BirthContent {
  readonly group: string
  readonly node: string
  readonly device: string | null
  readonly sentAt: number
  readonly arrivedAt: number
  readonly knownSince?: number | undefined
}

/** Columns of all data sets of a device. */
const COLUMNS_MAX = 1000
const TOO_MANY_COLUMNS = fault('bad_sparkplug', `the data sets of a device have more than ${COLUMNS_MAX} columns`)
const NO_TYPE = fault('bad_sparkplug', 'the metric was born without a data type')
const NO_PLACE = fault('bad_sparkplug', 'the birth has no place yet')
