import type { DeviceSender, TakenMessage } from '../archive/senders.js'
import { maskPasswords } from '../base/hj212/mask.js'
import { isHj212Topic } from '../base/hj212/topic.js'
import type { DeviceEvent } from '../base/reading.js'
import type { Rejection } from '../base/wire.js'
import type { ElementRejection } from '../decode/decode.js'
import type { DeviceShare } from '../decode/decoded-message.js'
import type { EntryCursor } from '../journal/entry-cursor.js'

/** Most rejections of one message that are kept and told; the count is exact. */
export const REJECTIONS_MAX = 20
/** Most bytes of each device's last message that are at hand. */
const LAST_BYTES_MAX = 1024

/** A message as long as the bytes are there that it came in. */
interface PassingMessage {
  topic: string
  client: string
  arrivedAt: number
  fullSizeBytes: number | null
  /** Its payload is [start, end) of this. */
  bytes: Uint8Array
  start: number
  end: number
  readings: number
  events: readonly DeviceEvent[]
  rejected: readonly ElementRejection[]
}

/** The last message of each device in a stretch of the journal: of the others nobody ever asks. */
export class LastMessages {
  readonly #bySender = new Map<DeviceSender, PassingMessage>()

  note(sender: DeviceSender, message: EntryCursor, taken: DeviceShare): void {
    let last = this.#bySender.get(sender)
    if (last === undefined) {
      last = { ...NO_MESSAGE }
      this.#bySender.set(sender, last)
    }
    last.topic = message.topic
    last.client = message.client
    last.arrivedAt = message.arrivedAt
    last.fullSizeBytes = message.fullSizeBytes
    last.bytes = message.body
    last.start = message.payloadStart
    last.end = message.payloadEnd
    last.readings = taken.readings
    last.events = taken.events
    last.rejected = taken.rejected
  }

  /** Gives each device its last message, with bytes of its own. */
  settle(): void {
    for (const [sender, last] of this.#bySender) {
      sender.lastMessage = takenMessage(last, sender.lastMessage?.sample)
    }
    this.#bySender.clear()
  }
}

const NO_MESSAGE: PassingMessage = {
  topic: '',
  client: '',
  arrivedAt: 0,
  fullSizeBytes: null,
  bytes: new Uint8Array(),
  start: 0,
  end: 0,
  readings: 0,
  events: [],
  rejected: [],
}

/** @param before the bytes of the message before, which are written over */
export function takenMessage(message: Readonly<PassingMessage>, before: Uint8Array | undefined): TakenMessage {
  const { topic, client, arrivedAt, bytes, start, end, readings, events, rejected } = message
  const size = Math.min(end - start, LAST_BYTES_MAX)
  // A copy: the payload is a part of the piece of the journal that was read, and would keep all of it.
  const room = before === undefined || before.buffer.byteLength < size ? new ArrayBuffer(size) : before.buffer
  const sample = new Uint8Array(room, 0, size)
  sample.set(bytes.subarray(start, start + size))
  if (isHj212Topic(topic)) maskPasswords(sample)
  return {
    topic,
    client,
    arrivedAt,
    sizeBytes: message.fullSizeBytes ?? end - start,
    sample,
    readings,
    events: events.length,
    rejections: rejected.slice(0, REJECTIONS_MAX).map(onWire),
  }
}

export function onWire(rejection: ElementRejection): Rejection {
  return {
    reason: rejection.reason,
    detail: rejection.detail,
    index: rejection.index,
    ...(rejection.metric === undefined ? {} : { metric: rejection.metric }),
    ...(rejection.ts === undefined ? {} : { ts: new Date(rejection.ts).toISOString() }),
  }
}
