import type { ProposalReason } from '../../../base/proposal-reasons.js'
import type { ReadingBlock } from '../../../base/reading-block.js'
import { rejectionsOf } from '../../decoded-message.js'
import { type Profile, profileOptions } from '../profile.js'
import { type TrialResult, trialOf } from '../trial.js'
import { type Guess, guessOf, isGeneric, ownName, type SentUnit } from './guess.js'
import { type Leaf, leavesOf } from './leaves.js'
import { type MessageShape, type ReadSample, shapesOf, type UnreadMessage } from './shapes.js'
import { type LearnedTime, timeOf } from './times.js'

/** A profile as it is written, without what has a default. */
interface WrittenMessage {
  readonly topic: string
  readonly format?: 'number'
  readonly device?: string
  readonly time?: object
  readonly values: readonly WrittenValue[]
}

interface WrittenValue extends Guess {
  readonly at?: string
  readonly sum?: readonly string[]
}

/** A profile proposed for some samples, with what was seen there and what is left open. */
export interface Proposal {
  /** Sound by the schema of profiles. */
  readonly profile: object & { readonly messages: readonly WrittenMessage[]; readonly cases: readonly object[] }
  /** By message and value: some of what was seen there. */
  readonly seen: readonly (readonly (readonly unknown[])[])[]
  /** By message and value: what has to be found out before it can be a metric of the table, or null. */
  readonly asks: readonly (readonly (string | null)[])[]
  /** Reasons for what is proposed, by message and value. */
  readonly reasons: readonly (readonly (readonly ProposalReason[])[])[]
  readonly samples: number
  /** Number of the samples of which the proposal makes readings, without a rejection. */
  readonly decoded: number
  /** Topics of samples that nothing is proposed for. */
  readonly left: readonly string[]
}

/** Kinds of messages that one proposal has room for; those with the fewest samples are left. */
const SHAPES_MAX = 32
const VALUES_MAX = 64
const SEEN_MAX = 3
/** Samples of a kind on which each value is tried by itself. */
const TRIED_MAX = 20
const ID = 'learned/device'
/** A text that is a number, as bridges send them. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/
const UNIT_KEYS = ['unit', 'uom', 'units', 'unit_of_measurement']

/**
 * Proposes a profile for messages that nobody could read; null when there is no number in any of them. What it says was
 * tried on the samples: what the decoder refuses of them is not in it.
 *
 * @param day on which it is proposed, `YYYY-MM-DD`
 */
export function propose(samples: readonly UnreadMessage[], day: string): Proposal | null {
  const read = samples.flatMap(readSample)
  const shapes = shapesOf(read).slice(0, SHAPES_MAX)
  const drafts = shapes.map((shape) => ({ shape, values: valuesOf(shape), time: timeOf(shape.samples) }))
  const messages = drafts.flatMap(({ shape, values, time }) => {
    const stands = values.filter(({ written }) => time === null || written.at !== time.written.at)
    const sound = stands.filter(({ written }) => !isRefused(shape, [written], time))
    return sound.length === 0 ? [] : [{ shape, time, values: distinct(sound) }]
  })
  if (messages.length === 0) return null
  const written = messages.map(({ shape, time, values }) => writtenMessage(shape, values, time))
  const used = messages.flatMap(({ shape }) => shape.samples)
  const bare = profileOptions.parse(profileWith(written, [], day))
  const tried = messages.flatMap(({ shape, time }) => {
    const decode = decoderOf(bare, time)
    return shape.samples.flatMap((sample) => {
      const tried = decode(sample)
      return tried === null ? [] : [{ sample, block: tried.block, isSound: isSound(tried) }]
    })
  })
  const cases = messages.flatMap(({ shape, time }) => {
    const one = tried.find(({ sample, isSound }) => isSound && shape.samples.includes(sample))
    return one === undefined ? [] : [caseOf(one.sample, one.block, time?.zone)]
  })
  const profile = profileWith(written, cases, day)
  profileOptions.parse(profile)
  const topics = new Set(used.map(({ topic }) => topic))
  return {
    profile,
    seen: messages.map(({ values }) => values.map((value) => value.seen)),
    asks: messages.map(({ values }) => values.map((value) => value.asks)),
    reasons: messages.map(({ values }) => values.map((value) => value.reasons)),
    samples: samples.length,
    decoded: tried.filter(({ isSound }) => isSound).length,
    left: [...new Set(samples.map(({ topic }) => topic))].filter((topic) => !topics.has(topic)),
  }
}

/** Empty when it is neither a JSON object or list nor a number. */
function readSample(sample: UnreadMessage): readonly ReadSample[] {
  if (NUMBER.test(sample.payload)) {
    return [{ ...sample, format: 'number', leaves: [{ path: '', keys: [], value: Number(sample.payload) }] }]
  }
  try {
    const leaves = leavesOf(JSON.parse(sample.payload))
    return leaves.some(({ value }) => typeof value !== 'string') ? [{ ...sample, format: 'json', leaves }] : []
  } catch {
    // Not JSON is what it is: such samples are named as left over.
    return []
  }
}

interface Draft {
  readonly written: WrittenValue
  readonly asks: string | null
  readonly reasons: readonly ProposalReason[]
  readonly seen: readonly unknown[]
}

/** Drafts of what the numbers of a shape may be, each place once. */
function valuesOf({ samples, topic }: MessageShape): readonly Draft[] {
  const places = new Map<string, Leaf[]>()
  for (const { leaves } of samples) {
    for (const leaf of leaves) places.set(leaf.path, [...(places.get(leaf.path) ?? []), leaf])
  }
  // A value without a name of its own is called by the last level that is the same in all topics.
  const levels = topic.split('/').filter((level) => !/[{}]/.test(level))
  return [...places.values()].flatMap((leaves): Draft[] => {
    const { path, keys, value } = leaves[0]!
    const numbers = leaves.flatMap((leaf) => numbersIn(leaf.value))
    if (numbers.length === 0) return []
    const sentUnit = unitBeside(path, samples)
    const isList = typeof value === 'object'
    const isNamed = keys.some((key) => typeof key === 'string' && !isGeneric(key))
    const guessed = guessOf(isNamed ? keys : [...levels.slice(-1), ...keys], sentUnit, levels)
    if (guessed === null) return []
    const where = path === '' ? {} : isList ? { sum: [path] } : { at: path }
    const seen = [...new Set(leaves.map((leaf) => JSON.stringify(leaf.value)))].slice(0, SEEN_MAX)
    const { guess, asks, reasons } = guessed
    return [{ written: { ...guess, ...where }, asks, reasons, seen: seen.map((text) => JSON.parse(text)) }]
  })
}

function numbersIn(value: Leaf['value']): readonly number[] {
  if (typeof value === 'number') return [value]
  if (typeof value === 'string') return NUMBER.test(value) ? [Number(value)] : []
  return value
}

/** `{"value": 1.5, "unit": "kWh"}`, or `{"energy": 1.5, "energy_unit": "kWh"}` */
function unitBeside(path: string, samples: readonly ReadSample[]): SentUnit | undefined {
  const end = Math.max(0, path.lastIndexOf('.') + 1)
  const around = path.slice(0, end)
  const key = path.slice(end)
  const own = firstUnit([`${path}_unit`, `${path}Unit`, `${around}unit_${key}`], samples)
  if (own !== undefined) return { unit: own, isShared: false }
  const unit = firstUnit(
    UNIT_KEYS.map((one) => `${around}${one}`),
    samples,
  )
  if (unit === undefined) return undefined
  const beside = new Set(
    samples.flatMap(({ leaves }) =>
      leaves.flatMap((leaf) => (isBeside(leaf.path, around) && numbersIn(leaf.value).length > 0 ? leaf.path : [])),
    ),
  )
  return { unit, isShared: beside.size > 1 }
}

function firstUnit(places: readonly string[], samples: readonly ReadSample[]): string | undefined {
  const texts = samples.flatMap(({ leaves }) =>
    leaves.flatMap((leaf) => (places.includes(leaf.path) ? leaf.value : [])),
  )
  const [unit] = texts
  return typeof unit === 'string' && unit !== '' && unit.length <= 32 ? unit : undefined
}

function isBeside(path: string, around: string): boolean {
  return path.startsWith(around) && !/[.[]/.test(path.slice(around.length))
}

/** Gives each metric to one draft: of several the first, or the one that is called total; the others keep their own names. */
function distinct(drafts: readonly Draft[]): readonly Draft[] {
  const taken = new Map<string, Draft>()
  for (const draft of drafts) {
    const { metric } = draft.written
    const before = taken.get(metric)
    if (before === undefined || (isTotal(draft) && !isTotal(before))) taken.set(metric, draft)
  }
  const names = new Set(taken.keys())
  return drafts.slice(0, VALUES_MAX).map((draft) => {
    if (taken.get(draft.written.metric) === draft) return draft
    const own = ownName(draft.written.at ?? draft.written.sum?.[0] ?? 'value')
    let metric = own
    for (let n = 2; names.has(metric); n++) metric = `${own}_${n}`
    names.add(metric)
    return { ...draft, written: { ...draft.written, metric } }
  })
}

function isTotal({ written: { at = '', sum = [] } }: Draft): boolean {
  return /total|sum/i.test(at + sum.join())
}

function writtenMessage(shape: MessageShape, values: readonly Draft[], time: LearnedTime | null): WrittenMessage {
  return {
    topic: shape.topic,
    ...(shape.format === 'number' && { format: 'number' as const }),
    ...(shape.device !== '{device}' && { device: shape.device }),
    ...(time !== null && { time: time.written }),
    values: values.map(({ written }) => written),
  }
}

function profileWith(messages: readonly WrittenMessage[], cases: readonly object[], day: string) {
  return {
    name: { en: 'Learned from quarantine' },
    source: { url: 'learned from messages in quarantine; the document of the maker belongs here', date: day },
    messages,
    cases,
  }
}

/** True when the schema or the decoder refuses what values are said to be, in the first samples of their shape. */
function isRefused(shape: MessageShape, values: readonly WrittenValue[], time: LearnedTime | null): boolean {
  const drafts = values.map((written) => ({ written, asks: null, reasons: [], seen: [] }))
  const parsed = profileOptions.safeParse(profileWith([writtenMessage(shape, drafts, time)], [], '2026-01-01'))
  if (!parsed.success) return true
  const decode = decoderOf(parsed.data, time)
  // A sample that has nothing in this one place says nothing against it.
  return shape.samples.slice(0, TRIED_MAX).some((sample) => {
    const tried = decode(sample)
    return tried !== null && rejectionsOf(tried.taken).some(({ reason }) => reason !== 'bad_profile')
  })
}

/** A decoder of one sample after the other by a profile; null for a topic it does not know. */
function decoderOf(profile: Profile, time: LearnedTime | null): (sample: UnreadMessage) => TrialResult | null {
  const decode = trialOf(ID, profile, { timezone: time?.zone })
  return ({ topic, payload, receivedAt }) => decode({ topic, payload, arrivedAt: receivedAt })
}

function isSound({ taken, block }: TrialResult): boolean {
  return block.length > 0 && rejectionsOf(taken).length === 0
}

function caseOf({ topic, payload, receivedAt }: UnreadMessage, block: ReadingBlock, timezone?: string): object {
  const readings = Array.from({ length: block.length }, (_, row) => {
    const { device, metric, unit } = block.sources[row]!
    const ts = new Date(block.ts[row]!).toISOString()
    return { device, metric, value: block.valueOf(row), unit, ts }
  })
  const received_at = new Date(receivedAt).toISOString()
  const place = timezone === undefined ? {} : { timezone }
  return { name: `came under ${topic}`, source: 'seen in quarantine', topic, payload, received_at, ...place, readings }
}
