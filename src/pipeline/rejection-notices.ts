import type { DeviceNotice } from '../base/ingress.js'
import { type DevicePath, topicOf } from '../base/topic.js'
import type { ToldRejection } from '../base/wire/quarantine.js'
import type { ElementRejection } from '../decode/decode.js'
import { onWire, REJECTIONS_MAX } from './last-messages.js'

/** Most devices that are told of rejections in one stretch of the journal, and most rejections that are told one by one. */
const DEVICES_MAX = 1000
const ONE_BY_ONE_MAX = 2000

/** Rejections of one device in a stretch. */
interface Told {
  readonly oneByOne: number
  /** The first of those that are not told one by one; null when there are none. */
  readonly first: ElementRejection | null
  /** Number of those that are not told one by one. */
  readonly count: number
}

const NOTHING: Told = { oneByOne: 0, first: null, count: 0 }

/**
 * Tells devices of the rejections of one stretch of the journal: of the first ones of a device one by one, as many as of one
 * message, and of all others how many there are, in one notice. A device may send thousands of wrong messages a second, each
 * with twenty rejections, and the intake has all of them at once.
 */
export class RejectionNotices {
  readonly #devices = new Map<string, Told>()
  #oneByOne = 0

  constructor(private readonly notices: DeviceNotice[]) {}

  /**
   * Tells of the rejections of one message, by what it says of one device.
   *
   * @param under the topic of the message
   */
  tell(under: string, path: DevicePath, rejected: readonly ElementRejection[]): void {
    if (rejected.length === 0) return
    const topic = topicOf(path, 'rejected')
    // Whoever sends back what it is told, such as a bridge between two brokers, is not told so for ever.
    if (topic === under) return
    const before = this.#devices.get(topic) ?? (this.#devices.size < DEVICES_MAX ? NOTHING : null)
    if (before === null) return
    const most = Math.min(rejected.length, REJECTIONS_MAX)
    const now = Math.min(most, REJECTIONS_MAX - before.oneByOne, ONE_BY_ONE_MAX - this.#oneByOne)
    for (const rejection of rejected.slice(0, now)) this.#push(topic, onWire(rejection))
    this.#oneByOne += now
    // No more of one message are told in any case: those beyond are in the quarantine.
    const count = now === most ? 0 : rejected.length - now
    this.#devices.set(topic, {
      oneByOne: before.oneByOne + now,
      first: before.first ?? (count === 0 ? null : rejected[now]!),
      count: before.count + count,
    })
  }

  /** The stretch is over: tells of those that were not told one by one. */
  settle(): void {
    for (const [topic, { first, count }] of this.#devices) {
      if (first !== null) this.#push(topic, { ...onWire(first), count })
    }
    this.#devices.clear()
  }

  #push(topic: string, rejection: ToldRejection): void {
    this.notices.push({ topic, payload: JSON.stringify(rejection), to: null })
  }
}
