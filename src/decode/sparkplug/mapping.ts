import { isMetricName, METRICS, type MetricClass } from '../../base/metrics.js'
import type { SparkplugMetricRule, SparkplugOptions } from '../../base/options/sparkplug.js'
import { type DevicePath, isId } from '../../base/topic.js'
import { type Fault, fault, isFault } from '../fault.js'
import { shorten } from '../text.js'

/** Our name for a metric of a node, with class, unit and factor. */
export interface MappedMetric {
  readonly metric: string
  readonly class: MetricClass
  /** Null when it is for the birth to say. */
  readonly unit: string | null
  readonly factor: number
}

/** Node of a topic, and its device where it names one. */
interface SparkplugPlace {
  readonly group: string
  readonly node: string
  readonly device: string | null
}

interface Rule extends SparkplugMetricRule {
  matches(name: string): boolean
}

type NodeOptions = SparkplugOptions['nodes'][number]

/** Twice as many as there can be births at a time. */
const OWNERS_MAX = 1_000_000
/** Commands and what belongs to the session itself: no readings. */
const CONTROLS = /^(?:bdSeq$|Node Control\/|Device Control\/)/

/** Mapping of the names of Sparkplug to ours, by one configuration. */
export class Mapping {
  readonly options: SparkplugOptions
  readonly #rules: readonly Rule[]
  readonly #nodes: ReadonlyMap<string, { readonly options: NodeOptions; readonly rules: readonly Rule[] }>
  /** Owner of a device, keyed by `plant/device`. */
  readonly #owners = new Map<string, string>()
  readonly #places = new WeakMap<SparkplugPlace, DevicePath | Fault>()

  constructor(options: SparkplugOptions) {
    this.options = options
    this.#rules = options.metrics.map(compiled)
    this.#nodes = new Map(
      options.nodes.map((one) => [`${one.group}/${one.node}`, { options: one, rules: one.metrics.map(compiled) }]),
    )
  }

  /** More births than there can be have been given a place: those of many are forgotten. */
  get isWornOut(): boolean {
    return this.#owners.size > OWNERS_MAX
  }

  /** Gives a node, or a device of it, its place, to keep or to look at; the second one that would stand there is refused. */
  claim(group: string, node: string, device: string | null, isKept: boolean): DevicePath | Fault {
    const path = this.place(group, node, device)
    if (isFault(path)) return path
    const key = `${path.plant}/${path.device}`
    const claimant = nameOf(group, node, device)
    const owner = this.#owners.get(key) ?? claimant
    if (isKept) this.#owners.set(key, owner)
    if (owner === claimant) return path
    return fault(
      'bad_sparkplug',
      `${shorten(claimant)} would be device ${path.device} of plant ${path.plant}, as ${shorten(owner)} is; give one of them another id under sparkplug.nodes`,
    )
  }

  /**
   * The path of a node, or of a device of it. Without settings the group is the plant, the node the line, and the device
   * is called after node and device: two nodes may have devices with one name.
   */
  place(group: string, node: string, device: string | null): DevicePath | Fault {
    const set = this.#nodes.get(`${group}/${node}`)?.options
    const setDevice = device === null ? undefined : set?.devices[device]
    const plant = set?.plant ?? this.options.groups[group] ?? idOf(group)
    const line = setDevice?.line ?? set?.line ?? idOf(node)
    const own = device === null ? set?.device : setDevice?.device
    const id = own ?? idOf(device === null ? node : `${node}-${device}`)
    if (plant !== null && line !== null && id !== null) return { plant, line, device: id }
    const name = shorten(nameOf(group, node, device))
    return fault('bad_sparkplug', `no ids can be made of ${name}; give it a place under sparkplug.nodes`)
  }

  /** The same for a topic that is remembered: found out once, and as long as it is. */
  placeOf(topic: SparkplugPlace): DevicePath | Fault {
    let place = this.#places.get(topic)
    if (place === undefined) {
      place = this.place(topic.group, topic.node, topic.device)
      this.#places.set(topic, place)
    }
    return place
  }

  /** Our metric for one of a node; null when it is left out. */
  meaning(group: string, node: string, name: string): MappedMetric | Fault | null {
    if (CONTROLS.test(name)) return null
    const own = this.#nodes.get(`${group}/${node}`)?.rules ?? []
    const rule = own.find(({ matches }) => matches(name)) ?? this.#rules.find(({ matches }) => matches(name))
    if (rule?.metric === false) return null
    const metric = rule?.metric ?? metricNameOf(name)
    if (metric === null) {
      return fault(
        'bad_sparkplug',
        `no metric name can be made of ${shorten(name)}; give it one under sparkplug.metrics`,
      )
    }
    return { metric, class: rule?.class ?? classOf(metric), unit: rule?.unit ?? null, factor: rule?.factor ?? 1 }
  }
}

function nameOf(group: string, node: string, device: string | null): string {
  return device === null ? `${group}/${node}` : `${group}/${node}/${device}`
}

function compiled(rule: SparkplugMetricRule): Rule {
  return { ...rule, matches: wildcards(rule.match) }
}

/**
 * A test whether a name is as a text with `*` for anything says. Each part is looked for once behind the one before; a
 * regular expression would try all ways to share a name between four of them, for seconds.
 */
function wildcards(match: string): (name: string) => boolean {
  const [first = '', ...more] = match.split('*')
  const last = more.pop()
  if (last === undefined) return (name) => name === first
  return (name) => {
    const end = name.length - last.length
    if (!name.startsWith(first) || !name.endsWith(last)) return false
    let at = first.length
    for (const part of more) {
      const found = name.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return at <= end
  }
}

function classOf(metric: string): MetricClass {
  const classes = METRICS.get(metric)?.classes ?? ['production']
  return classes.includes('production') ? 'production' : classes[0]!
}

/** The id that stands for a name; null when nothing of it can stand in an id. */
function idOf(name: string): string | null {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 64)
    .replace(/-+$/, '')
  return isId(id) ? id : null
}

/**
 * The last part of a name when the metric table has it, else the whole name: `Line 1/elec_import_kwh` is
 * `elec_import_kwh`, but `Motor 1/Current` and `Motor 2/Current` must stay two. Null when there is no such name.
 */
function metricNameOf(name: string): string | null {
  const last = wordOf(name.slice(name.lastIndexOf('/') + 1))
  if (METRICS.has(last)) return last
  const whole = wordOf(name)
  if (isMetricName(whole)) return whole
  const prefixed = `m_${whole}`
  return whole !== '' && isMetricName(prefixed) ? prefixed : null
}

function wordOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}
