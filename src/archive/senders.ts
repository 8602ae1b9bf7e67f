import type { MqttLevel } from '../base/mqtt-version.js'
import type { Rejection } from '../base/wire.js'

/** Most minutes that are kept of those in which a device sent something. */
export const MINUTES_MAX = 10

/** One minute of arrival in which a device sent something. */
export interface DeviceMinute {
  /** Minutes since the epoch. */
  readonly minute: number
  /** Largest event time minus arrival of its readings, ms; null when none had a time of the device. */
  offsetMs: number | null
  messages: number
}

/** A message as it came, and what became of it. */
export interface TakenMessage {
  readonly topic: string
  readonly client: string
  readonly arrivedAt: number
  readonly sizeBytes: number
  /** The first bytes. */
  readonly sample: Uint8Array
  readonly readings: number
  readonly events: number
  readonly rejections: readonly Rejection[]
}

/** One device that has sent something, configured or not. */
export interface DeviceSender {
  readonly plant: string
  readonly device: string
  line: string
  /** Messages whose topic names this device, decoded or not. */
  messages: number
  /** Readings decoded from them. */
  readings: number
  elementsRejected: number
  /** Arrival of its last message with readings or events, epoch ms. */
  lastArrivalMs: number
  /** Arrival of its last message but for a status `offline`, epoch ms. In memory only: after a start not before its minute. */
  lastHeardMs: number
  /** Newest event time in its last message that had one, epoch ms; -Infinity before. */
  lastTs: number
  /** Newest event time ever, epoch ms; -Infinity before. */
  newestTs: number
  /** Its last status message. */
  status: 'online' | 'offline' | null
  /** MQTT client that published its last sample; null before the first. */
  client: string | null
  /** Session of that client; `lost` when the gateway itself was stopped. */
  session: 'open' | 'ended' | 'lost' | null
  /** Begin of that session, epoch ms. In memory only: -Infinity where it is not known. */
  sessionFromMs: number
  /** Version of MQTT that its client speaks. In memory only: null where it is not known. */
  mqttLevel: MqttLevel | null
  /** The last minutes in which it sent something, oldest first; at most `MINUTES_MAX`. */
  readonly minutes: DeviceMinute[]
  /** Its counter `seq`: the last value, how often values were left out, and how many. */
  readonly sequence: { last: number | null; gaps: number; missing: number }
  /** In memory only; null before the first one since the start. */
  lastMessage: TakenMessage | null
}

/** Every sender, and which of them changed since the last commit. */
export class Senders {
  readonly #byKey = new Map<string, DeviceSender>()
  readonly #touched = new Set<DeviceSender>()
  #forgotten: DeviceSender[] = []

  /** The sender, made when it is new, and marked as changed. */
  touch(plant: string, line: string, device: string): DeviceSender {
    const key = `${plant}/${device}`
    let sender = this.#byKey.get(key)
    if (sender === undefined) {
      sender = {
        plant,
        device,
        line,
        messages: 0,
        readings: 0,
        elementsRejected: 0,
        lastArrivalMs: -Infinity,
        lastHeardMs: -Infinity,
        lastTs: -Infinity,
        newestTs: -Infinity,
        status: null,
        client: null,
        session: null,
        sessionFromMs: -Infinity,
        mqttLevel: null,
        minutes: [],
        sequence: { last: null, gaps: 0, missing: 0 },
        lastMessage: null,
      }
      this.#byKey.set(key, sender)
    }
    sender.line = line
    this.#touched.add(sender)
    return sender
  }

  add(sender: DeviceSender): void {
    this.#byKey.set(`${sender.plant}/${sender.device}`, sender)
  }

  find(plant: string, device: string): DeviceSender | undefined {
    return this.#byKey.get(`${plant}/${device}`)
  }

  /** As if it had never sent: when it sends again it is new. */
  forget(sender: DeviceSender): void {
    if (!this.#byKey.delete(`${sender.plant}/${sender.device}`)) return
    this.#touched.delete(sender)
    this.#forgotten.push(sender)
  }

  /** Takes the senders that were forgotten since it was asked last. */
  takeForgotten(): readonly DeviceSender[] {
    return this.#forgotten.splice(0)
  }

  all(): Iterable<DeviceSender> {
    return this.#byKey.values()
  }

  /** The time of arrival has gone back to `nowMs`: nothing was heard of anybody behind it. */
  setBack(nowMs: number): void {
    const minute = Math.floor(nowMs / 60_000)
    for (const sender of this.#byKey.values()) {
      const isBehind = sender.lastArrivalMs > nowMs || sender.lastHeardMs > nowMs
      if (!isBehind && (sender.minutes.at(-1)?.minute ?? -Infinity) <= minute) continue
      sender.lastArrivalMs = Math.min(sender.lastArrivalMs, nowMs)
      sender.lastHeardMs = Math.min(sender.lastHeardMs, nowMs)
      while ((sender.minutes.at(-1)?.minute ?? -Infinity) > minute) sender.minutes.pop()
      this.#touched.add(sender)
    }
  }

  /** Takes copies of the senders that changed: what comes next does not show in them. */
  takeTouched(): readonly DeviceSender[] {
    const touched = Array.from(this.#touched, (sender) => ({
      ...sender,
      minutes: sender.minutes.map((minute) => ({ ...minute })),
      sequence: { ...sender.sequence },
    }))
    this.#touched.clear()
    return touched
  }
}

/** The minutes of a device as one text. */
export function minutesText(minutes: readonly DeviceMinute[]): string {
  return JSON.stringify(minutes.map(({ minute, offsetMs, messages }) => [minute, offsetMs, messages]))
}

/** The minutes of such a text; none of null. */
export function minutesFrom(text: string | null): DeviceMinute[] {
  const rows = JSON.parse(text ?? '[]') as [number, number | null, number][]
  return rows.map(([minute, offsetMs, messages]) => ({ minute, offsetMs, messages }))
}
