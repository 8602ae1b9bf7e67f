import { z } from 'zod'
import type { DeviceEvent } from '../base/reading.js'
import { type Fault, fault, isFault } from './fault.js'
import type { MessageBasis } from './metric.js'
import { isStorable } from './text.js'

const ID_CHARS_MAX = 64
/** Of the whole event written as JSON: an event says what happened, it is no way to send files. */
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

/** The events of one message in their order, or the first fault: one bad event and the message is not understood. */
export function readEvents(sent: readonly unknown[], basis: MessageBasis): DeviceEvent[] | Fault {
  const events: DeviceEvent[] = []
  for (const [position, one] of sent.entries()) {
    const event = readEvent(one, basis)
    if (isFault(event)) return fault(event.reason, `events[${position}]: ${event.detail}`)
    events.push(event)
  }
  return events
}

function readEvent(sent: unknown, basis: MessageBasis): DeviceEvent | Fault {
  const shape = eventShape.safeParse(sent)
  if (!shape.success) return fault('bad_schema', shape.error.issues[0]!.message)
  if (JSON.stringify(sent).length > EVENT_CHARS_MAX) {
    return fault('bad_schema', `an event must be at most ${EVENT_CHARS_MAX} characters of JSON`)
  }
  // A rest defines its keys instead of assigning them: a key `__proto__` stays a key.
  const { id, type, ...fields } = sent as { id: string; type: string } & Record<string, unknown>
  const { plant, line, device, ts, receivedAt } = basis
  return { plant, line, device, id, type, ts, receivedAt, fields }
}
