import { METRICS, type MetricClass } from '../../base/metrics.js'
import { QUALITIES, type QualityRank, qualityRank } from '../../base/quality.js'
import { deviceIdOf, metricNameOf } from './names.js'
import type { MetricOverride, ProfilesOptions, ProfileUse } from './options.js'
import { type PayloadPath, parsePath } from './path.js'
import { type Profile, type ProfileMessage, type ProfileQuality, type ProfileValue, withPrefix } from './profile.js'
import { parseTextTemplate, type TextTemplate } from './text-template.js'
import { readTime, type TimeReader } from './time-reader.js'
import { parseTopicTemplate, type TopicTemplate } from './topic-template.js'

/** A profile as it is used in one place, with everything that its texts say found out once. */
export interface CompiledUse {
  readonly options: ProfileUse
  readonly messages: readonly CompiledMessage[]
  readonly ignored: readonly IgnoredTopic[]
  /** The place here of the device that is sent under a name; null when nothing of the name can stand in an id. */
  deviceOf(sent: string): DevicePlace | null
  /** The meaning of a value at a device; null when it is left out. `name` is what it is sent under. */
  meaningOf(value: CompiledValue, name: string, device: DevicePlace): ValueMeaning | null
}

/** Topics that nothing is read from, with how the profile writes them. */
export interface IgnoredTopic {
  readonly rule: string
  readonly topic: TopicTemplate
}

/** Plant, line and id of a device, and what is said of its metrics alone. */
export interface DevicePlace {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly metrics: ProfileUse['metrics']
}

/** The metric that a value becomes, and how it is brought into the unit. */
export interface ValueMeaning {
  readonly metric: string
  readonly class: MetricClass
  readonly unit: string | undefined
  readonly factor: number
  readonly offset: number
}

export interface CompiledMessage {
  readonly topic: TopicTemplate
  /** The topic as the profile writes it. */
  readonly written: string
  readonly format: ProfileMessage['format']
  readonly when: readonly CompiledCondition[]
  readonly each: PayloadPath | null
  readonly device: TextTemplate
  readonly time: CompiledTime | null
  readonly isPartial: boolean
  readonly isMixed: boolean
  readonly status: CompiledStatus | null
  readonly values: readonly CompiledValue[]
}

export interface CompiledCondition {
  readonly at: PayloadPath
  /** null: any value but null. */
  readonly is: ReadonlySet<unknown> | null
  readonly not: ReadonlySet<unknown>
}

/** True when a value that stands where a condition looks, undefined where none does, is what the condition asks for. */
export function fits({ is, not }: Pick<CompiledCondition, 'is' | 'not'>, there: unknown): boolean {
  return (is === null ? there !== undefined && there !== null : is.has(there)) && !not.has(there)
}

export interface CompiledTime {
  readonly at: PayloadPath
  readonly read: TimeReader
}

export interface CompiledStatus {
  readonly at: PayloadPath | null
  readonly online: ReadonlySet<unknown>
  readonly offline: ReadonlySet<unknown>
  /** Beginning of the names of further devices that it speaks for; null when it is of its own alone. */
  readonly covers: TextTemplate | null
}

export interface CompiledValue {
  readonly options: ProfileValue
  /** Template of the name that its metric has in the message; null when the profile says the metric. */
  readonly naming: TextTemplate | null
  /** null when the payload, or the part of it, is the value. */
  readonly at: PayloadPath | null
  readonly sum: readonly PayloadPath[] | null
  readonly words: ReadonlyMap<string, string | number | boolean> | null
  readonly absent: ReadonlySet<unknown> | null
  readonly time: CompiledTime | null
  /** The first of them that is not good counts. */
  readonly qualities: readonly CompiledQuality[]
}

export interface CompiledQuality {
  readonly at: PayloadPath
  readonly isStatusCode: boolean
  readonly words: ReadonlyMap<string, QualityRank>
  readonly otherwise: QualityRank
}

/** All uses whose profile is there, in their order. `zoneOf` knows the zone of a plant. */
export function compileProfiles(
  { use, defined }: ProfilesOptions,
  zoneOf: (plant: string) => string,
): readonly CompiledUse[] {
  return use.flatMap((one) => {
    const profile = defined[one.profile]
    return profile === undefined ? [] : compileUse(one, profile, zoneOf(one.plant))
  })
}

function compileUse(use: ProfileUse, profile: Profile, zone: string): CompiledUse {
  const prefix = use.prefix ?? profile.prefix ?? ''
  const topic = (text: string) => sound(parseTopicTemplate(withPrefix(text, prefix)))
  return {
    options: use,
    messages: profile.messages.map((message) => compileMessage(message, topic(message.topic), zone)),
    ignored: profile.ignored.map((rule) => ({ rule, topic: topic(rule) })),
    deviceOf: (sent) => deviceOf(use, sent),
    meaningOf: ({ options }, name, { metrics }) => {
      // People write the name that they see, which is the metric that a name becomes.
      const names = [name, options.metric, metricNameOf(name)].filter((one) => one !== '')
      const found = [metrics, use.metrics].flatMap((all) => names.flatMap((one) => ownEntry(all, one) ?? []))[0]
      return meaningOf(options, name, found?.override)
    },
  }
}

function deviceOf(use: ProfileUse, sent: string): DevicePlace | null {
  const { plant, line } = use
  const mapped = (ownEntry(use.devices, sent) ?? ownEntry(use.devices, deviceIdOf(sent)))?.override
  if (typeof mapped === 'object') {
    return { plant, line: mapped.line ?? line, device: mapped.id, metrics: mapped.metrics }
  }
  const device = mapped ?? deviceIdOf(sent)
  return device === '' ? null : { plant, line, device, metrics: {} }
}

/** The meaning of a value under the name it comes with, unless `override` says otherwise; null when that leaves it out. */
function meaningOf(value: ProfileValue, name: string, override: MetricOverride | undefined): ValueMeaning | null {
  if (override === null) return null
  const isNamed = value.metric.startsWith('{')
  const own = isNamed ? metricNameOf(name) : value.metric
  const said = typeof override === 'string' ? { metric: override } : override
  const metric = said?.metric ?? own
  const classes = METRICS.get(metric)?.classes ?? []
  // An unknown metric of a known value stays in its class.
  const under = value.class ?? METRICS.get(own)?.classes[0]
  const one = (said as { class?: MetricClass } | undefined)?.class ?? (classes.length === 1 ? classes[0] : under)
  const {
    unit,
    factor = value.factor,
    offset = value.offset,
  } = (said ?? {}) as Partial<Exclude<MetricOverride, string | null>>
  return { metric, class: one ?? 'energy', unit: unit ?? value.unit, factor, offset }
}

function compileMessage(message: ProfileMessage, topic: TopicTemplate, zone: string): CompiledMessage {
  const { status } = message
  return {
    topic,
    written: message.topic,
    format: message.format,
    when: message.when.map(({ at, is, not }) => {
      return { at: pathOf(at), is: is === undefined ? null : new Set(is), not: new Set(not) }
    }),
    each: message.each === undefined ? null : pathOf(message.each),
    device: sound(parseTextTemplate(message.device)),
    time: compileTime(message.time, zone),
    isPartial: message.partial,
    isMixed: message.mixed,
    status:
      status === undefined
        ? null
        : {
            at: status.at === undefined ? null : pathOf(status.at),
            online: new Set(status.online),
            offline: new Set(status.offline),
            covers: status.covers === undefined ? null : sound(parseTextTemplate(status.covers)),
          },
    values: message.values.map((value) => compileValue(value, zone)),
  }
}

function compileValue(value: ProfileValue, zone: string): CompiledValue {
  return {
    options: value,
    naming: value.metric.startsWith('{') ? sound(parseTextTemplate(value.metric)) : null,
    at: value.at === undefined ? null : pathOf(value.at),
    sum: value.sum?.map(pathOf) ?? null,
    words: value.words === undefined ? null : new Map(Object.entries(value.words)),
    absent: value.absent === undefined ? null : new Set(value.absent),
    time: compileTime(value.time, zone),
    qualities: [value.quality ?? []].flat().map(compileQuality),
  }
}

function compileQuality({ at, format, words, otherwise }: ProfileQuality): CompiledQuality {
  return {
    at: pathOf(at),
    isStatusCode: format === 'opcua_status',
    words: new Map(Object.entries(words).map(([word, meaning]) => [word, qualityRank(meaning)!])),
    otherwise: QUALITIES.indexOf(otherwise),
  }
}

function compileTime(time: ProfileMessage['time'], zone: string): CompiledTime | null {
  return time === undefined ? null : { at: pathOf(time.at), read: readTime(time.format, time.zone ?? zone) }
}

/** Place of a value in the payload, as the profile says it. */
export function payloadPlaceOf({ at, sum }: Pick<CompiledValue, 'at' | 'sum'>): string {
  return at?.text ?? sum?.map(({ text }) => text).join(' + ') ?? 'the payload'
}

function pathOf(text: string): PayloadPath {
  return sound(parsePath(text))
}

/** The schema has refused every text that its parser does. */
function sound<T extends object>(parsed: T | { readonly problem: string }): T {
  if ('problem' in parsed) throw new Error(`compile a profile that was checked: ${parsed.problem}`)
  return parsed
}

/** Names come from devices: `constructor` must find nothing. Boxed, since null is an answer. */
function ownEntry<T>(by: Readonly<Record<string, T>>, name: string): { readonly override: T } | undefined {
  return Object.hasOwn(by, name) ? { override: by[name]! } : undefined
}
