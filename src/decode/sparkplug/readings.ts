import { GOOD, qualityRank } from '../../base/quality.js'
import { Texts } from '../../base/texts.js'
import type { BytesIncoming } from '../dialect.js'
import type { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { unknownValueOf } from '../metric.js'
import { shorten } from '../text.js'
import {
  type Birth,
  type BirthMetricUse,
  type BornMetric,
  type KnownBirthMetric,
  LEFT_OUT,
  LEFT_OUT_WORDS,
  type LeftOut,
} from './birth.js'
import { readDataSet } from './data-set.js'
import { WireMetric } from './metric.js'
import { Payload } from './payload.js'
import { DATA_SET } from './value.js'
import { Wire } from './wire.js'

/** Names of metrics, of all nodes; a power of two. */
const NAMES = 8192
const FAULT = qualityRank('fault')!

/** The metrics of the message at hand: made into readings by what a birth says of them, without an object for each. */
export class Readings {
  readonly payload = new Payload()
  /** Values that made no reading, since the start. */
  readonly leftOut = Object.fromEntries(LEFT_OUT.map((why) => [why, 0])) as Record<LeftOut, number>
  /** True when the last message had what its birth does not know. */
  hasUnknown = false
  /** True when the last message was taken for one from before its birth, and aliases were refused for it. */
  hasOldAliases = false
  readonly #emitter: Emitter
  readonly #wire = new Wire()
  readonly #metric = new WireMetric()
  readonly #names = new Texts(NAMES)
  /** Position of the metric at hand among those of its message. */
  #index = 0
  #inOrder = 0

  constructor(emitter: Emitter) {
    this.#emitter = emitter
  }

  /** Opens a message; null, or why it is none. */
  open({ body, payloadStart, payloadEnd }: BytesIncoming): Fault | null {
    this.#wire.open(body, payloadStart, payloadEnd)
    return this.payload.read(this.#wire)
  }

  /** The metrics that the message, a birth, declares, and the number of its session; null when it has none. */
  born(): { readonly metrics: readonly BornMetric[]; readonly bdSeq: number | null } | Fault {
    const metrics: BornMetric[] = []
    let bdSeq: number | null = null
    for (let i = 0; i < this.payload.metrics; i++) {
      // A metric that cannot be read is refused when the values are taken.
      if (this.#read(i) !== null) continue
      const { name, alias, type, unit, value } = this.#metric
      if (name === null || name === '') return fault('bad_sparkplug', 'a metric of a birth has no name')
      if (name === BD_SEQ) bdSeq = value.asNumber()
      else metrics.push({ name, alias: Number.isNaN(alias) ? null : alias, type, unit })
    }
    return { metrics, bdSeq }
  }

  /** The number of the session that a death ends; null when it has none. */
  bdSeq(): number | null {
    for (let i = 0; i < this.payload.metrics; i++) {
      if (this.#read(i) === null && this.#metric.name === BD_SEQ) return this.#metric.value.asNumber()
    }
    return null
  }

  /**
   * Makes readings of the message by a birth; true when at least one value was in order, or there was none.
   *
   * @param isOld true when the message is from before the birth: its aliases are those of another one, only names count
   */
  take(birth: Birth, isOld = false): boolean {
    const { metrics } = this.payload
    this.hasUnknown = false
    this.#inOrder = 0
    this.hasOldAliases = false
    if (!isFault(birth.path)) this.#emitter.from(birth.path)
    for (let i = 0; i < metrics; i++) {
      this.#index = i
      const wrong = this.#read(i)
      if (wrong !== null) this.#refuse(birth, wrong)
      else if (this.#metric.name !== BD_SEQ) this.#take(birth, isOld)
      else this.#inOrder++
    }
    return this.#inOrder > 0 || metrics === 0
  }

  #read(i: number): Fault | null {
    return this.#metric.read(this.#wire, this.payload.starts[i]!, this.payload.ends[i]!, this.#names)
  }

  #take(birth: Birth, isOld: boolean): void {
    const metric = this.#metric
    const known = this.#knownOf(birth, isOld)
    if (known === null) return
    if (metric.isNull) this.#takeNull(known)
    else if (metric.isTransient) this.#leaveOut('transient', known.name)
    else if (known.type === DATA_SET) this.#takeDataSet(birth, known)
    else
      this.#put(birth, known.use, known.name, metric.value.isThere ? metric.value.as(known.type) : NO_VALUE, this.#ts)
  }

  /** A state or switch that is null ends what the one before said. */
  #takeNull({ use: { target }, name }: KnownBirthMetric): void {
    const unknown = target === null ? null : unknownValueOf(target.metric)
    if (unknown === null || target === null) {
      this.#leaveOut('null', name)
      return
    }
    const { quality } = this.#metric
    this.#inOrder++
    this.#emitter.add(target, unknown, Number.isNaN(this.#ts) ? null : this.#ts, quality === GOOD ? FAULT : quality)
  }

  /** NaN where neither the metric nor the message has a time. */
  get #ts(): number {
    const { timestamp } = this.#metric
    return Number.isNaN(timestamp) ? this.payload.timestamp : timestamp
  }

  #put(birth: Birth, use: BirthMetricUse, name: string, value: number | string | boolean | Fault, ts: number): void {
    if (use.target === null) {
      if (typeof use.instead === 'string') this.#leaveOut(use.instead, name)
      else this.#refuse(birth, use.instead, name)
      return
    }
    if (typeof value === 'object') {
      this.#refuse(birth, value, name)
      return
    }
    this.#inOrder++
    const scaled = typeof value === 'number' ? value * use.factor : value
    this.#emitter.add(use.target, scaled, Number.isNaN(ts) ? null : ts, this.#metric.quality)
  }

  #takeDataSet(birth: Birth, known: KnownBirthMetric): void {
    const { dataSetStart, dataSetEnd } = this.#metric
    const set = dataSetStart < 0 ? NO_VALUE : readDataSet(this.#wire, dataSetStart, dataSetEnd)
    if (isFault(set)) {
      this.#refuse(birth, set, known.name)
      return
    }
    for (const row of set.rows) {
      for (const [i, value] of row.values.entries()) {
        const column = set.columns[i]!
        if (value === null) this.#leaveOut('null', `${known.name}/${column}`)
        else
          this.#put(birth, birth.columnUse(known, column, value), `${known.name}/${column}`, value, row.ts ?? this.#ts)
      }
    }
  }

  /** The metric at hand as the birth knows it; null when it does not: then the metric has been refused. */
  #knownOf(birth: Birth, isOld: boolean): KnownBirthMetric | null {
    const { name, alias } = this.#metric
    if (name !== null && !(name === '' && !Number.isNaN(alias))) {
      const known = birth.named(name)
      if (known !== undefined) return known
      this.hasUnknown ||= !isOld
      this.#refuse(birth, fault('bad_sparkplug', 'the birth has no metric of this name'), name)
      return null
    }
    if (Number.isNaN(alias)) {
      this.#refuse(birth, fault('bad_sparkplug', 'a metric has neither a name nor an alias'))
      return null
    }
    if (isOld) {
      if (!this.hasOldAliases) this.#refuse(birth, OLD_ALIASES)
      this.hasOldAliases = true
      return null
    }
    const known = birth.aliased(alias)
    if (known != null) return known
    this.hasUnknown ||= known === undefined
    const problem = known === undefined ? 'the birth has not given' : 'the birth has given twice'
    this.#refuse(birth, fault('bad_sparkplug', `${problem} the alias ${alias}`))
    return null
  }

  #leaveOut(why: LeftOut, name: string): void {
    this.leftOut[why]++
    this.#emitter.leaveOut(name, LEFT_OUT_WORDS[why])
    this.#inOrder++
  }

  #refuse({ path }: Birth, why: Fault, name?: string): void {
    const about = name === undefined ? { index: this.#index } : { index: this.#index, metric: shorten(name) }
    this.#emitter.refuse(isFault(path) ? null : path, why, about)
  }
}

const BD_SEQ = 'bdSeq'
const NO_VALUE = fault('bad_sparkplug', 'the metric has no value, and does not say that it is null')
const OLD_ALIASES = fault(
  'bad_sparkplug',
  'the message is older than the birth that is known: its aliases may have meant other metrics',
)
