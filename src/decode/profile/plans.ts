import { METRICS } from '../../base/metrics.js'
import type { DevicePath } from '../../base/topic.js'
import { type DecodeRules, readsExactly } from '../decode.js'
import { type MetricTarget, metricTargetOf } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { quote } from '../text.js'
import {
  type CompiledMessage,
  type CompiledUse,
  type CompiledValue,
  compileProfiles,
  type DevicePlace,
  payloadPlaceOf,
  type ValueMeaning,
} from './compile.js'
import { HeardNames, type UseKey } from './heard.js'
import { profilesOptions } from './options.js'
import { scaleOf } from './scale.js'
import { JsonShapes } from './shapes.js'
import { filledIn } from './text-template.js'

/** More topics than devices that one gateway serves: with one more everything known is forgotten, and found out anew. */
const PLANS_MAX = 20_000
/** Devices that one topic speaks of, with the same policy. */
const DEVICES_MAX = 1000
/** Names that one value of one device comes under, with the same policy. */
const NAMES_MAX = 256
/** Devices and targets of all topics together: with one more all topics are forgotten. */
const KNOWN_MAX = 200_000
/** Characters of the longest topic or name that is remembered; a longer one is found out anew each time. */
const KEPT_CHARS_MAX = 512

interface Count {
  known: number
}

/** The way in which one profile in use reads the messages of one topic. */
export interface MessagePlan {
  readonly profile: string
  /** Empty for a topic that nothing is read from. */
  readonly messages: readonly PlannedMessage[]
  /** Other things come under the topic too: what is no JSON is not refused. */
  readonly isMixed: boolean
  /** Rule by which nothing is read: the ignored topic as the profile writes it, or that of the kinds whose conditions do not hold. */
  readonly rule: string
  /** Plan of another use, for a message whose conditions hold in none of `messages`; null when there is none. */
  readonly next: MessagePlan | null
  /** Shapes of the JSON that is read by the profile. */
  readonly shapes: JsonShapes
}

interface Use extends CompiledUse, Pick<MessagePlan, 'shapes'> {
  readonly isExact: boolean
  readonly key: UseKey
  /** Remembers who has sent, for wills that speak for several; null where none does. */
  readonly heard: HeardNames | null
}

/** One kind of message, as it comes under one topic. */
export interface PlannedMessage {
  readonly options: CompiledMessage
  /** Texts that the names of the topic stand for. */
  readonly names: MetricNames
  /** Device of the message, or a fault where none can be made out, where the topic alone says it; null where the payload does. */
  readonly device: Device | Fault | null
  /** The device of a part, or a fault where none can be made out. */
  deviceOf(names: MetricNames, root: unknown, part: unknown): Device | Fault
}

export type MetricNames = Readonly<Record<string, string>>

/** A name such as 107, of which no metric name can be made. */
function namelessDetail(name: string): string {
  const key = quote(name)
  return `${key} has no letter that a metric name could begin with; say what it is under metrics of the profile in use: { ${key}: METRIC }`
}

/** Target of a value of a device, and how the value is brought into the unit of it. */
export interface ValueTarget extends MetricTarget {
  /** Places that the point of a value moves by before the rest; 0 for none. */
  readonly places: number
  readonly factor: number
  readonly offset: number
  readonly isState: boolean
  /** True where what is below 0 is another metric. */
  readonly isSplit: boolean
  /** Target of what is below 0, without its sign; null where a value is not split, or that part is not wanted. */
  readonly below: MetricTarget | null
}

/** The plans of the topics that messages come under, under the rules in force. */
export class Plans {
  readonly #byTopic = new Map<string, MessagePlan | null>()
  #rules: DecodeRules | null = null
  #uses: readonly Use[] = []
  #count: Count = { known: 0 }
  #lastTopic: string | null = null
  #last: MessagePlan | null = null
  readonly heard = new HeardNames()

  /** Null for a topic that no profile in use knows. */
  of(topic: string, rules: DecodeRules): MessagePlan | null {
    if (rules !== this.#rules) this.#obey(rules)
    if (this.#byTopic.size >= PLANS_MAX || this.#count.known > KNOWN_MAX) this.#forget()
    if (topic === this.#lastTopic) return this.#last
    let plan = this.#byTopic.get(topic)
    if (plan === undefined) {
      plan = planOf(topic, this.#uses, this.#count)
      if (topic.length <= KEPT_CHARS_MAX) this.#byTopic.set(topic, plan)
    }
    this.#lastTopic = topic
    this.#last = plan
    return plan
  }

  #obey(rules: DecodeRules): void {
    const { settings, timezones } = rules
    const profiles = profilesOptions.safeParse(settings?.profiles).data
    this.#rules = rules
    const compiled = profiles === undefined ? [] : compileProfiles(profiles, (plant) => timezones?.get(plant) ?? 'UTC')
    const isExact = readsExactly(rules)
    this.#uses = compiled.map((use) => {
      const { plant, profile, prefix = '' } = use.options
      const heard = use.messages.some(({ status }) => status?.covers != null) ? this.heard : null
      return { ...use, isExact, shapes: new JsonShapes(use.messages), key: [plant, profile, prefix], heard }
    })
    this.#forget()
  }

  #forget(): void {
    this.#byTopic.clear()
    this.#count = { known: 0 }
    this.#lastTopic = null
  }
}

/** The first use that reads a topic decides about it; that one ignores it counts only where none reads it. */
function planOf(topic: string, uses: readonly Use[], count: Count): MessagePlan | null {
  const plans = uses.flatMap((use): MessagePlan[] => {
    const messages = use.messages.flatMap((message) => {
      const names = message.topic.match(topic)
      return names === null ? [] : [planned(use, message, names, count)]
    })
    const isMixed = messages.every(({ options }) => options.isMixed)
    // The rule that leaves the rest of such a topic leaves too what no kind takes.
    const ignored = isMixed ? use.ignored.find((one) => one.topic.match(topic) !== null) : undefined
    const rule = ignored?.rule ?? `${messages[0]?.options.written}, conditions`
    return messages.length === 0
      ? []
      : [{ profile: use.options.profile, messages, isMixed, rule, shapes: use.shapes, next: null }]
  })
  if (plans.length > 0) return plans.reduceRight((next, plan) => ({ ...plan, next }))
  for (const { options, ignored, shapes } of uses) {
    const found = ignored.find((one) => one.topic.match(topic) !== null)
    if (found !== undefined)
      return { profile: options.profile, messages: [], isMixed: false, rule: found.rule, shapes, next: null }
  }
  return null
}

function planned(use: Use, options: CompiledMessage, names: MetricNames, count: Count): PlannedMessage {
  const known = new Map<string, Device | Fault>()
  const deviceOf = (all: MetricNames, root: unknown, part: unknown): Device | Fault => {
    const sent = filledIn(options.device, all, root, part)
    if (typeof sent === 'object') {
      return fault(
        'bad_profile',
        `profile ${use.options.profile}: ${sent.missing.text}, which names the device, is no text`,
      )
    }
    let device = known.get(sent)
    if (device === undefined) {
      if (known.size >= DEVICES_MAX) known.clear()
      device = named(use, sent, count)
      if (sent.length <= KEPT_CHARS_MAX) known.set(sent, device)
      count.known++
    }
    return device
  }
  const isOfTopic = options.device.isOfNames && options.device.names.every((name) => Object.hasOwn(names, name))
  return { options, names, device: isOfTopic ? deviceOf(names, undefined, undefined) : null, deviceOf }
}

function named(use: Use, sent: string, count: Count): Device | Fault {
  const place = use.deviceOf(sent)
  if (place !== null) return new Device(use, place, sent, count)
  return fault(
    'bad_profile',
    `profile ${use.options.profile}: no id can be made of the device name ${quote(sent)}; map it (devices)`,
  )
}

/** Target of a value at a device, or what is wrong with its metric; neither when it is left out. */
export interface Destination {
  readonly target: ValueTarget | null
  readonly fault: Fault | null
}

/** A device as messages of one topic speak of it. */
export class Device {
  readonly path: DevicePath
  readonly #use: Use
  readonly #place: DevicePlace
  readonly #sent: string
  readonly #count: Count
  /** It need not be noted that it has sent: nobody asks, or it has been. */
  isHeard: boolean
  /** By the number of the value, and by the name that it comes under, where it has none of its own. */
  readonly #said: Destination[] = []
  readonly #named: Map<string, Destination>[] = []

  constructor(use: Use, place: DevicePlace, sent: string, count: Count) {
    const { plant, line, device } = place
    this.path = { plant, line, device }
    this.#use = use
    this.#place = place
    this.#sent = sent
    this.#count = count
    this.isHeard = use.heard === null
  }

  /** It has sent something that was taken. */
  noteHeard(): void {
    this.#use.heard?.hear(this.#use.key, this.#sent)
    this.isHeard = true
  }

  /** The devices that have sent under names which begin with a text, as long as they are remembered. */
  heardUnder(beginning: string): readonly DevicePath[] {
    const { heard, key } = this.#use
    return [...(heard?.under(key, beginning) ?? [])].flatMap((sent) => {
      const place = this.#use.deviceOf(sent)
      return place === null ? [] : [{ plant: place.plant, line: place.line, device: place.device }]
    })
  }

  /** The destination of a value whose metric the profile says. */
  destinationOf(number: number, value: CompiledValue): Destination {
    const known = this.#said[number]
    if (known !== undefined) return known
    const found = this.#found(value, value.options.metric)
    this.#said[number] = found
    this.#count.known++
    return found
  }

  /** The destination of a value that comes under a name. */
  destinationOfNamed(number: number, value: CompiledValue, name: string): Destination {
    let byName = this.#named[number]
    if (byName === undefined) this.#named[number] = byName = new Map()
    let found = byName.get(name)
    if (found === undefined) {
      if (byName.size >= NAMES_MAX) byName.clear()
      found = this.#found(value, name)
      if (name.length <= KEPT_CHARS_MAX) byName.set(name, found)
      this.#count.known++
    }
    return found
  }

  #found(value: CompiledValue, name: string): Destination {
    const meaning = this.#use.meaningOf(value, name, this.#place)
    if (meaning === null) return { target: null, fault: null }
    const { metric, class: under, unit, offset } = meaning
    const place = `profile ${this.#use.options.profile}, ${payloadPlaceOf(value)}`
    if (metric === '') return { target: null, fault: fault('bad_schema', `${place}: ${namelessDetail(name)}`) }
    const target = metricTargetOf(this.path, under, metric, unit)
    if (isFault(target)) return { target: null, fault: { ...target, detail: `${place}: ${target.detail}` } }
    const below = this.#belowOf(value, meaning)
    if (below !== null && isFault(below)) {
      return { target: null, fault: { ...below, detail: `${place}: ${below.detail}` } }
    }
    const scale = scaleOf(target, meaning, this.#use.isExact)
    return {
      target: {
        path: target.path,
        class: under,
        metric,
        meaning: scale.meaning,
        source: target.source,
        place,
        places: scale.places,
        factor: scale.factor,
        offset,
        isState: METRICS.get(metric)?.kind === 'state',
        isSplit: value.options.split_sign !== undefined,
        below: below === null ? null : { ...below, place, meaning: scaleOf(below, meaning, this.#use.isExact).meaning },
      },
      fault: null,
    }
  }

  /** The target of what is below 0 of a value; null where it is not split, or that part is left out. */
  #belowOf(value: CompiledValue, { class: under, unit }: ValueMeaning): MetricTarget | Fault | null {
    const name = value.options.split_sign
    if (name === undefined) return null
    const own = { ...value, options: { ...value.options, metric: name } }
    const meaning = this.#use.meaningOf(own, name, this.#place)
    return meaning === null ? null : metricTargetOf(this.path, under, meaning.metric, unit)
  }
}
