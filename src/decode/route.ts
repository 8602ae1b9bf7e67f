import { isMetricName, METRICS, type Metric, type MetricClass } from '../base/metrics.js'
import type { Reading } from '../base/reading.js'
import { newReadingSource, type ReadingSource } from '../base/reading-block.js'
import { type DevicePath, parseTopic } from '../base/topic.js'
import type { DecodeRules } from './decode.js'
import { isFault } from './fault.js'
import { MAGNITUDE_MAX, readUnit } from './metric.js'
import { registrationFault } from './registration.js'
import { POWER_IN } from './signed-power.js'

/** More topics than devices that one gateway serves: with one more everything known is forgotten, and found out anew. */
const ROUTES_MAX = 20_000
/** Sources of all routes together, with the same policy. */
const SOURCES_MAX = 200_000
/** Metrics of one topic; with one more those of the topic are forgotten. */
const METRICS_MAX = 256
/** Units that one metric has come in; with one more those of the metric are forgotten. */
const UNITS_MAX = 32

const encoder = new TextEncoder()

/** Source of the values of one metric in one unit, and how they are taken: stored = sent · factor + offset, from min to max. */
export interface MetricUse {
  readonly source: ReadingSource
  readonly factor: number
  readonly offset: number
  readonly min: number
  readonly max: number
}

/** The generation where nobody counts what is known. */
const UNCOUNTED = -1

interface Count {
  sources: number
}

/** A metric that has come under a topic, with what the message that is being read says of it. */
export class KnownMetric {
  /** Its name, ASCII. */
  readonly bytes: Uint8Array
  readonly isState: boolean
  /** Without a unit. */
  readonly asSent: MetricUse
  /** The one that came after it the last time. */
  next: KnownMetric | null = null
  /** Numbers of the elements in which it came last, and its unit, and its quality. */
  cameIn = 0
  unitIn = 0
  qualityIn = 0
  /** Generation of the known names in which it was found to be one of them. */
  knownIn = UNCOUNTED
  /** Use and quality as the elements numbered `unitIn` and `qualityIn` said them; of no meaning for any other element. */
  use: MetricUse
  quality = 0
  readonly #name: string
  readonly #metric: Metric | undefined
  readonly #route: Route
  readonly #uses = new Map<string, MetricUse>()

  constructor(name: string, metric: Metric | undefined, route: Route) {
    this.#name = name
    this.#metric = metric
    this.#route = route
    this.bytes = encoder.encode(name)
    this.isState = metric?.kind === 'state'
    this.asSent = this.#made(metric?.unit ?? '', 1, 0)
    this.use = this.asSent
  }

  /** The use of its values in a unit; null when they are not taken, or when there is no room for one more unit. */
  useIn(unit: string): MetricUse | null {
    const known = this.#uses.get(unit)
    if (known !== undefined) return known
    if (this.#uses.size >= UNITS_MAX) return null
    const toStored = readUnit(this.#name, unit, this.#metric)
    if (isFault(toStored)) return null
    // The unit of a known metric is that of the table: however it comes, it is one source.
    const stored = this.#metric?.unit ?? unit
    const like = stored === this.asSent.source.unit ? this.asSent.source : null
    const use = this.#made(stored, toStored.factor, toStored.offset, like)
    this.#uses.set(unit, use)
    return use
  }

  /** The source of a reading that was taken, by its stored unit. */
  sourceIn(storedUnit: string): ReadingSource {
    if (storedUnit === this.asSent.source.unit) return this.asSent.source
    if (this.#uses.size >= UNITS_MAX) this.#uses.clear()
    return this.useIn(storedUnit)!.source
  }

  #made(unit: string, factor: number, offset: number, like: ReadingSource | null = null): MetricUse {
    const [possibleMin, max] = this.#metric?.possible ?? [-Infinity, Infinity]
    // Power below 0 becomes two readings and is taken apart by `decode`.
    const min = this.#name === POWER_IN ? 0 : possibleMin
    const source = like ?? this.#route.newSource(this.#name, unit)
    return { source, factor, offset, min: Math.max(min, -MAGNITUDE_MAX), max: Math.min(max, MAGNITUDE_MAX) }
  }
}

/** A topic of readings, with what is known of it. */
export class Route {
  readonly path: DevicePath
  readonly class: MetricClass
  /** The metric that the last message began with. */
  first: KnownMetric | null = null
  readonly #count: Count
  readonly #metrics = new Map<string, KnownMetric>()
  #judgedBy: DecodeRules | null = null
  #isRegistered = false
  #knownIn = UNCOUNTED

  constructor(path: DevicePath, under: MetricClass, count: Count) {
    this.path = path
    this.class = under
    this.#count = count
  }

  isRegistered(rules: DecodeRules): boolean {
    if (rules !== this.#judgedBy) {
      this.#isRegistered = registrationFault(this.path, rules) === null
      this.#judgedBy = rules
    }
    return this.#isRegistered
  }

  /** True when readings of its device have been taken under this topic before, as far as that is counted. */
  isKnown({ known }: DecodeRules): boolean {
    return this.#knownIn === (known?.generation ?? UNCOUNTED)
  }

  /** Null for what cannot come under this topic, or when there is no room for one more. */
  metric(name: string): KnownMetric | null {
    const known = this.#metrics.get(name)
    if (known !== undefined) return known
    if (this.#metrics.size >= METRICS_MAX || !isMetricName(name)) return null
    const metric = METRICS.get(name)
    if (metric !== undefined && !metric.classes.includes(this.class)) return null
    const made = new KnownMetric(name, metric, this)
    this.#metrics.set(name, made)
    return made
  }

  /** The source of a reading that came under this topic and was taken. */
  sourceOf({ metric, unit }: Reading, { known }: DecodeRules): ReadingSource {
    const generation = known?.generation ?? UNCOUNTED
    this.#knownIn = generation
    if (!this.#metrics.has(metric) && this.#metrics.size >= METRICS_MAX) {
      this.#metrics.clear()
      this.first = null
    }
    const found = this.metric(metric)!
    found.knownIn = generation
    return found.sourceIn(unit)
  }

  newSource(metric: string, unit: string): ReadingSource {
    this.#count.sources++
    return newReadingSource(this.path, this.class, metric, unit)
  }
}

/**
 * The routes of the topics that messages come under: the sources of one topic, metric and unit are one object, as long
 * as it is remembered.
 */
export class Routes {
  readonly #byTopic = new Map<string, Route | null>()
  #count: Count = { sources: 0 }
  #lastTopic = ''
  #last: Route | null = null

  /** Null for a topic of no readings. To be asked before a message is read: it may forget all that is known. */
  of(topic: string): Route | null {
    if (topic === this.#lastTopic) return this.#last
    const known = this.#byTopic.get(topic)
    this.#last = known === undefined ? this.#made(topic) : known
    this.#lastTopic = topic
    return this.#last
  }

  forget(): void {
    this.#byTopic.clear()
    this.#count = { sources: 0 }
    this.#lastTopic = ''
    this.#last = null
  }

  #made(topic: string): Route | null {
    // Topics of other languages are not kept: they are told apart at once.
    if (!topic.startsWith('plants/')) return null
    const parsed = parseTopic(topic)
    if (this.#byTopic.size >= ROUTES_MAX || this.#count.sources >= SOURCES_MAX) this.forget()
    const isOfReadings = !('problem' in parsed) && parsed.kind !== 'status' && parsed.kind !== 'rejected'
    const route = isOfReadings ? this.#routeOf(parsed, parsed.kind) : null
    this.#byTopic.set(topic, route)
    return route
  }
  #routeOf({ plant, line, device }: DevicePath, under: MetricClass): Route {
    return new Route({ plant, line, device }, under, this.#count)
  }
}
