import { z } from 'zod'
import { DECISION_TYPES, isDecisionId, isEnteredByPeople } from '../base/entries.js'
import { type EventOrigin, hasOrigin, withOrigin } from '../base/entry-origin.js'
import { EVENT_FIELDS, type EventFields, type EventType, isCorrectable, isEventType } from '../base/events.js'
import type { IngressKind } from '../base/ingress.js'
import { METRICS } from '../base/metrics.js'
import type { DeviceEvent } from '../base/reading.js'
import { type Fault, fault, isFault } from './fault.js'
import type { MessageBasis } from './metric.js'
import { isStorable, quote } from './text.js'

const ID_CHARS_MAX = 64
/** Length of a whole event written as JSON: an event says what happened, it is no way to send files. */
const EVENT_CHARS_MAX = 4096

const eventShape = z.object(
  {
    id: z
      .string({ error: 'id must be a text that no other event of the device has' })
      .min(1, { error: 'id must not be empty' })
      .refine((id) => isStorable(id, ID_CHARS_MAX), { error: `id must be at most ${ID_CHARS_MAX} characters` }),
    type: z
      .string({ error: 'type must be a text' })
      .regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'type must be [a-z][a-z0-9_]{0,63}' }),
  },
  { error: 'an event must be an object with id and type' },
)

/** Sender of the message that events come in. */
export interface EventSender {
  readonly client: string
  readonly ingress: IngressKind
  /** It was journaled when devices could still say what people decide: it is read as it was then. */
  readonly isEarlier: boolean
}

/**
 * The events of one message in their order, or the first fault: one bad event and the message is not understood. The
 * fields of a type that is known are checked; a type that is not is kept as it comes.
 */
export function readEvents(sent: readonly unknown[], basis: MessageBasis, sender: EventSender): DeviceEvent[] | Fault {
  const events: DeviceEvent[] = []
  for (const [position, one] of sent.entries()) {
    const event = readEvent(one, basis, sender)
    if (isFault(event)) return fault(event.reason, `events[${position}]: ${event.detail}`)
    events.push(event)
  }
  return events
}

function readEvent(sent: unknown, basis: MessageBasis, sender: EventSender): DeviceEvent | Fault {
  const shape = eventShape.safeParse(sent)
  if (!shape.success) return fault('bad_schema', shape.error.issues.map(({ message }) => message).join('. '))
  if (JSON.stringify(sent).length > EVENT_CHARS_MAX) {
    return fault('bad_schema', `an event must be at most ${EVENT_CHARS_MAX} characters of JSON`)
  }
  // A rest defines its keys instead of assigning them: a key `__proto__` stays a key.
  const { id, type, ...fields } = sent as { id: string; type: string } & Record<string, unknown>
  const { plant, line, device, ts, receivedAt } = basis
  const forged = sender.isEarlier ? null : forgeryOf({ id, type, fields, device, client: sender.client })
  if (forged !== null) return fault('people_only', forged)
  const checked = isEventType(type) ? checkedFields(type, fields) : { fields }
  if (isFault(checked)) return checked
  const { ingress, client } = sender
  const origin: EventOrigin = { kind: 'device', device, ingress, client }
  const isKept = !sender.isEarlier && (isEnteredByPeople(type) || hasOrigin(fields))
  const kept = isKept ? withOrigin(checked.fields, origin) : checked.fields
  return { plant, line, device, id, type, ts, receivedAt, fields: kept }
}

/** Event types that people alone say, with their names, where they sign in: on the page of entries, by the API or `greengauge entry`. */
const BY_PEOPLE_ALONE: ReadonlySet<string> = new Set([
  'correction',
  'non_routine_event',
  'energy_certificate',
  'production_lot',
  'lot_input',
  'supplier_footprint',
  'allowance',
  'allowance_price',
  'month_attestation',
  'period_statement',
  'centre_look',
  ...DECISION_TYPES,
])
const WAY = 'people say it on the page Entries, or by greengauge entry'

interface Sent {
  readonly id: string
  readonly type: string
  readonly fields: Fields
  readonly device: string
  readonly client: string
}

/** A sentence that names what in an event only people may say; null when there is nothing. */
function forgeryOf({ id, type, fields, device, client }: Sent): string | null {
  if (isDecisionId(id)) return `id ${quote(id)} ends as that of a decision of people does; give it another one`
  if (!isEnteredByPeople(type)) return null
  if (BY_PEOPLE_ALONE.has(type)) return `a device sends no ${type}: ${WAY}`
  if (Object.hasOwn(fields, 'approved_by')) return `approved_by of ${type} is for people alone: ${WAY}`
  const { author } = fields
  if (author === undefined || author === device || (client !== '' && author === client)) return null
  return `author of ${type} is ${quote(author)}; a device names no person: leave it out, or name the device, ${device}`
}

type Fields = Readonly<Record<string, unknown>>

/** The fields as they are stored: those of the type checked and with their defaults, any other as it came. */
function checkedFields(type: EventType, sent: Fields): { readonly fields: Fields } | Fault {
  const schema = EVENT_FIELDS[type]
  const parsed = schema.safeParse(sent)
  if (!parsed.success) return fault('bad_schema', fieldFaults(type, sent, parsed.error.issues))
  if (type === 'correction') {
    const wrong = correctionFault(parsed.data as EventFields<'correction'>)
    if (wrong !== null) return wrong
  }
  const known = Object.entries(parsed.data).filter(([name]) => Object.hasOwn(schema.shape, name))
  return { fields: { ...sent, ...Object.fromEntries(known) } }
}

/** Judges the value that counts instead of a reading: it has to be something that the reading could have said. */
function correctionFault({ metric, after }: EventFields<'correction'>): Fault | null {
  const known = METRICS.get(metric)
  if (known === undefined) return null
  if (!isCorrectable(metric)) {
    return fault('bad_schema', `metric of correction is ${quote(metric)}; a register or level is expected`)
  }
  const [min, max] = known.possible ?? [-Infinity, Infinity]
  if (after >= min && after <= max) return null
  const range = max === Infinity ? `a value from ${min} on` : `a value from ${min} to ${max}`
  return fault('bad_schema', `after of correction is ${after} ${known.unit}; ${range} is expected`)
}

/** Every field that is missing or wrong, a sentence each: whoever mends the message mends it once. */
function fieldFaults(type: EventType, sent: Fields, issues: readonly z.core.$ZodIssue[]): string {
  const sentences = issues.map((issue) => {
    const name = String(issue.path[0])
    const came = Object.hasOwn(sent, name) ? `is ${quote(sent[name])}` : 'is missing'
    return `${name} of ${type} ${came}; ${expectedBy(issue)} is expected`
  })
  return sentences.join('. ')
}

const KINDS: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'true or false' }

/** A description of the value that would have been right. */
function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? `a ${issue.expected}`
    case 'invalid_value':
      return issue.values.map((value) => String(value)).join(' or ')
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty'
      return issue.inclusive === false ? `a number above ${issue.minimum}` : `a number from ${issue.minimum} on`
    case 'too_big':
      return issue.origin === 'string'
        ? `a text of at most ${issue.maximum} characters`
        : `a number up to ${issue.maximum}`
    case 'invalid_format':
      if (issue.format === 'date') return 'a day such as 2026-10-01'
      if (issue.format === 'regex') return `a text that fits ${issue.pattern}`
      return 'an RFC 3339 time with offset, like 2026-11-24T08:00:00Z,'
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(expectedBy))].join(' or ')
    case 'custom':
      return issue.message
    default:
      return 'something else'
  }
}
