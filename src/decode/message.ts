import { z } from 'zod'
import type { MetricClass } from '../base/metrics.js'
import { QUALITIES } from '../base/quality.js'
import type { DeviceEvent, Reading } from '../base/reading.js'
import { firstReason, type RejectReason } from '../base/reasons.js'
import type { DevicePath } from '../base/topic.js'
import type { KnownNames } from './cardinality/known.js'
import { type EventSender, readEvents } from './event.js'
import { type Fault, fault, isFault } from './fault.js'
import { KEPT_WITHOUT_TS } from './kept.js'
import { type MessageBasis, readMetric, readQuality } from './metric.js'
import { isPowerOut, POWER_OUT, splitPower } from './signed-power.js'
import { quote, shorten } from './text.js'
import { isWritable, parseRfc3339, timeFault } from './time.js'

export const METRICS_MAX = 100
const EVENTS_MAX = 100
const LEVELS_MAX = 16

/** An element of a payload, or one metric of it, that was not taken. Each counts one in `elements_rejected`. */
export interface ElementRejection extends Fault {
  /** Position in the array; 0 for a single message and for the payload as a whole. */
  readonly index: number
  /** The metric, when the rejection is of that one alone; cut short when it is no metric name. */
  readonly metric?: string
  /** Event time of the element, epoch ms, where the device gave one that RFC 3339 can write. */
  readonly ts?: number
}

/** Circumstances of a payload that its elements are judged by: device and class, arrival, sender, and the rules in force. */
export interface ElementContext {
  readonly path: DevicePath
  readonly class: MetricClass
  readonly arrivedAt: number
  readonly retentionMs: number | null
  readonly aheadMs: number
  /** It is an element of an array: then it must have its own time. */
  readonly isListed: boolean
  /** When it was sent is not known: likewise. */
  readonly wasKept: boolean
  /** Power that came in as a negative number is split. */
  readonly splitsPower: boolean
  /** Names heard of, which say whether there is room for more series and events; null where nobody counts. */
  readonly known: KnownNames | null
  readonly sender: EventSender
}

/** Readings, events, rejections and counters that the elements of one payload gave so far. */
export interface Harvest {
  readonly readings: Reading[]
  readonly events: DeviceEvent[]
  readonly rejected: ElementRejection[]
  /** The counters of all messages that could be read, refused ones too: what has arrived is no gap. */
  readonly seqs: number[]
  /** Keys of the elements that nobody looks at, as `unit` or `units.power_kw`; absent where nobody asks. */
  readonly unread?: string[]
}

type JsonObject = Readonly<Record<string, unknown>>

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Objects keyed by metric are taken as they are and judged key by key below: `z.record` would drop `__proto__` unseen.
const byMetric = (key: string, of: object) =>
  z
    .custom<JsonObject>(isJsonObject, { error: `${key} must be an object by metric` })
    .meta({ type: 'object', additionalProperties: of })

// Keys that are not here are not looked at: a later contract only adds keys.
/** One element of a payload, as devices send it. */
export const messageShape = z.object(
  {
    ts: z
      .union([z.string(), z.number()], { error: 'ts must be an RFC 3339 text or a number of epoch milliseconds' })
      .optional(),
    metrics: byMetric('metrics', { type: ['number', 'string', 'boolean'] }).optional(),
    units: byMetric('units', { type: 'string' }).optional(),
    quality: z
      .union([z.string(), byMetric('quality', { enum: QUALITIES })], {
        error: 'quality must be a word, or an object by metric',
      })
      .optional(),
    seq: z
      .int({ error: 'seq must be an integer from 0 to 2^53 - 1' })
      .min(0, { error: 'seq must not be negative' })
      .optional(),
    events: z
      .array(z.unknown(), { error: 'events must be a list' })
      .max(EVENTS_MAX, { error: `events must be at most ${EVENTS_MAX}` })
      .optional(),
  },
  { error: 'a message must be an object: {"ts": …, "metrics": {NAME: NUMBER}}' },
)

type Message = z.output<typeof messageShape>

/** Judges one element and puts what it gives, or why it gives nothing, into the harvest. */
export function takeElement(element: unknown, index: number, origin: ElementContext, harvest: Harvest): void {
  const message = readShape(element)
  if (isFault(message)) {
    harvest.rejected.push({ index, ...message })
    return
  }
  if (message.seq !== undefined) harvest.seqs.push(message.seq)
  if (harvest.unread !== undefined) noteUnread(element as JsonObject, message, harvest.unread)
  const ts = eventTime(message, origin)
  if (typeof ts !== 'number') {
    harvest.rejected.push({ index, ...ts })
    return
  }
  const place = message.ts !== undefined && isWritable(ts) ? { index, ts } : { index }
  const rejection = takeMessage(message, basisOf(message, ts, origin), origin, place, harvest)
  if (rejection !== null) harvest.rejected.push({ ...place, ...rejection })
}

/** Keys that the contract does not have, and units and qualities of metrics that the element does not have: a slip hides there. */
function noteUnread(element: JsonObject, { metrics = {}, units = {}, quality }: Message, unread: string[]): void {
  for (const key in element) if (!Object.hasOwn(messageShape.shape, key)) unread.push(key)
  for (const name in units) if (!Object.hasOwn(metrics, name)) unread.push(`units.${name}`)
  if (typeof quality !== 'object') return
  for (const name in quality) if (!Object.hasOwn(metrics, name)) unread.push(`quality.${name}`)
}

/** Takes a message whose time is known, or gives the one fault of the element; then nothing of it was taken. */
function takeMessage(
  message: Message,
  basis: MessageBasis,
  origin: ElementContext,
  place: Pick<ElementRejection, 'index' | 'ts'>,
  harvest: Harvest,
): MetricFault | Fault | null {
  const names = message.metrics === undefined ? [] : Object.keys(message.metrics)
  if (names.length > METRICS_MAX) {
    return fault('bad_schema', `${names.length} metrics came in one message; at most ${METRICS_MAX} are taken`)
  }
  const quality = typeof message.quality === 'string' ? readQuality(message.quality) : undefined
  if (typeof quality === 'object') return fault('bad_schema', `quality: ${quality.detail}`)
  const events = message.events === undefined ? [] : readEvents(message.events, basis, origin.sender)
  if (!Array.isArray(events)) return events
  if (names.length + events.length === 0) {
    return fault('bad_schema', 'the message has no metric and no event: {"metrics": {NAME: NUMBER}} is expected')
  }

  const readings: Reading[] = []
  const refused: MetricFault[] = []
  for (const name of names) {
    const sent = {
      name,
      value: message.metrics![name],
      unit: ownEntry(message.units, name),
      quality: typeof message.quality === 'object' ? ownEntry(message.quality, name) : message.quality,
    }
    const reading = readMetric(sent, basis)
    if (isFault(reading)) refused.push({ metric: shorten(name), ...reading })
    else if (origin.splitsPower && isPowerOut(name, reading.value)) readings.push(...bothWays(reading, names))
    else readings.push(reading)
  }

  const wrongTime = timeFault(basis.ts, origin.arrivedAt, origin.retentionMs, origin.aheadMs)
  if (readings.length + events.length === 0) return firstOf(refused, wrongTime)
  if (wrongTime !== null) return wrongTime
  let taken = 0
  for (const reading of readings) {
    const full = origin.known?.admitSeries(origin.path, reading.metric, origin.arrivedAt) ?? null
    if (full !== null) {
      refused.push({ metric: reading.metric, ...full })
      continue
    }
    harvest.readings.push(reading)
    taken++
  }
  const { admitted, full } = admitEvents(events, origin)
  if (taken + admitted.length === 0) return firstOf(refused, full)
  for (const event of admitted) harvest.events.push(event)
  for (const one of refused) harvest.rejected.push({ ...place, ...one })
  if (full !== null) harvest.rejected.push({ ...place, ...full })
  return null
}

/** One reading of power as two; what the message itself says of the power that goes out stays as it is. */
function bothWays(reading: Reading, names: readonly string[]): readonly Reading[] {
  const { came, went } = splitPower(reading.value as number)
  const into = { ...reading, value: came }
  return names.includes(POWER_OUT) ? [into] : [into, { ...reading, metric: POWER_OUT, value: went }]
}

/** The events that there is room for, and why there is none for the others: in one sentence, however many they are. */
function admitEvents(
  events: readonly DeviceEvent[],
  { known, arrivedAt }: ElementContext,
): { readonly admitted: readonly DeviceEvent[]; readonly full: Fault | null } {
  if (known === null) return { admitted: events, full: null }
  let first: Fault | null = null
  const admitted = events.filter((event) => {
    const why = known.admitEvent(event, arrivedAt)
    first ??= why
    return why === null
  })
  if (first === null) return { admitted, full: null }
  const { reason, detail } = first as Fault
  if (events.length === 1) return { admitted, full: first }
  const refused = events.length - admitted.length
  return { admitted, full: fault(reason, `${refused} of ${events.length} events: ${detail}`) }
}

interface MetricFault extends Fault {
  readonly metric: string
}

/** The fault of an element of which nothing is left; it names the metric when that was the only one. */
function firstOf(refused: readonly MetricFault[], other: Fault | null): MetricFault | Fault {
  const faults: readonly Fault[] = other === null ? refused : [...refused, other]
  const reason = faults.map((one) => one.reason).reduce<RejectReason>(firstReason, faults[0]!.reason)
  const first = faults.find((one) => one.reason === reason)!
  if (refused.length === 1 || first === other) return first
  return fault(reason, `none of the ${refused.length} metrics can be taken: ${first.detail}`)
}

function readShape(element: unknown): Message | Fault {
  const shape = messageShape.safeParse(element)
  if (!shape.success) return fault('bad_schema', shape.error.issues[0]!.message)
  if (isDeeper(element, LEVELS_MAX)) return fault('bad_schema', `the message is nested more than ${LEVELS_MAX} levels`)
  return shape.data
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const key in value) if (isDeeper((value as JsonObject)[key], levels - 1)) return true
  return false
}

function eventTime({ ts }: Message, origin: ElementContext): number | Fault {
  if (typeof ts === 'number') return Math.trunc(ts) + 0 // never -0
  if (ts !== undefined) {
    return (
      parseRfc3339(ts) ??
      fault('bad_schema', `ts is ${quote(ts)}; RFC 3339 with offset is expected, like 2026-11-24T08:00:00.000Z`)
    )
  }
  if (origin.wasKept) return KEPT_WITHOUT_TS
  if (!origin.isListed) return origin.arrivedAt
  return fault('bad_schema', 'ts is missing; it may be left out only in a single message, not in an array')
}

function basisOf(message: Message, ts: number, { path, class: under, arrivedAt }: ElementContext): MessageBasis {
  return {
    plant: path.plant,
    line: path.line,
    device: path.device,
    class: under,
    ts,
    seq: message.seq ?? null,
    receivedAt: arrivedAt,
    tsAssumed: message.ts === undefined,
  }
}

/** Names such as `constructor` are metric names too: what an object inherits was not sent. */
function ownEntry(by: JsonObject | undefined, name: string): unknown {
  return by !== undefined && Object.hasOwn(by, name) ? by[name] : undefined
}
