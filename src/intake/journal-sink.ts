import type { IngressKind } from '../base/ingress.js'
import type { MqttLevel } from '../base/mqtt-version.js'

/** A message as it arrived: raw bytes, judged by nobody yet. */
export interface IntakeEntryMessage {
  readonly kind: 'message'
  /** Epoch milliseconds of the arrival; what has waited elsewhere arrived there, before the entry before it maybe. */
  readonly arrivedAt: number
  readonly ingress: IngressKind
  /** MQTT client id, '' for the will of a session that is gone; at another ingress `broker:ID`, `hj212:ADDRESS`, `modbus:ID`, `opcua:ID`. */
  readonly client: string
  readonly topic: string
  /** The first 4 KiB only when `fullSizeBytes` is set. */
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  /** Bytes of the payload as it was sent when it was larger than `mqtt.max_packet_bytes`, else null. */
  readonly fullSizeBytes: number | null
  /** Properties of MQTT 5 that are kept of it, as `encodeProperties` writes them; absent without any. */
  readonly properties?: Uint8Array
}

/**
 * The clock of the machine has jumped. Arrivals go on as time does while it is doubted, and are what it says once it is
 * followed: then those behind this entry may lie before those ahead of it. Times are epoch ms.
 */
export interface ClockEntry {
  readonly kind: 'clock'
  /** The same as `fromMs` while the clock is doubted, the same as `toMs` when it is followed. */
  readonly arrivedAt: number
  /** Time by the arrivals so far. */
  readonly fromMs: number
  /** Time by the clock of the machine; the same as `fromMs` when the jump was taken back. */
  readonly toMs: number
}

/** A client of the embedded broker has come or gone. */
export interface SessionEntry {
  readonly kind: 'session'
  readonly arrivedAt: number
  readonly client: string
  readonly what: 'begin' | 'end'
  /** Version of MQTT that the client speaks, where it is known: not at an end, nor in format 1. */
  readonly level?: MqttLevel
}

/** Entry that intake writes down, in order of arrival. Everything behind the journal is a function of these entries alone. */
export type IntakeEntry =
  | IntakeEntryMessage
  /** Time goes on although nothing arrives: one a second. */
  | { readonly kind: 'tick'; readonly arrivedAt: number }
  | SessionEntry
  | { readonly kind: 'config'; readonly arrivedAt: number; readonly hash: string; readonly content: string }
  /** Act of a person on an alarm, as JSON (`AlarmAction`). */
  | { readonly kind: 'act'; readonly arrivedAt: number; readonly content: string }
  | { readonly kind: 'start'; readonly arrivedAt: number; readonly version: string }
  | ClockEntry

/** The journal as intake sees it. */
export interface JournalSink {
  /**
   * Takes an entry; never blocks. `done` is called in order of arrival: with null when the entry is on the disk
   * (after fdatasync), with an error when it never will be. It may take as long as a full disk lasts.
   */
  append(entry: IntakeEntry, done?: (error: Error | null) => void): void
}

/** A message whose bytes lie in a buffer that is soon used again. Neither retained nor too large. */
export interface BufferedMessage {
  readonly qos: 0 | 1 | 2
  readonly bytes: Buffer
  /** The payload lies from here … */
  readonly payloadAt: number
  /** … to before here. */
  readonly end: number
}

/**
 * A journal that takes the bytes of a message as they are, and says for many messages at once that they are durable.
 * Its batches are numbered from 1 on, in order.
 */
export interface StraightSink extends JournalSink {
  /** Makes the bytes that are the same in all entries of a client and a topic; for `appendMessage`. */
  headOf(client: string, topic: Uint8Array): Buffer
  /**
   * Copies the message, and the properties that are kept of it; never blocks. The number of its batch, or 0 when it is not
   * taken, as too much waits.
   *
   * @param mayWait its sender is in no hurry: it may wait some milliseconds for others, so that one sync serves all of them
   */
  appendMessage(
    head: Buffer,
    arrivedAt: number,
    message: BufferedMessage,
    properties?: Uint8Array,
    mayWait?: boolean,
  ): number
  /**
   * `settled` is called once for each batch, in order, before any `done` of it: with null when all of it is on the
   * disk, with an error when it never will be.
   */
  onSettled(settled: (batch: number, error: Error | null) => void): void
}

export function isStraight(sink: JournalSink): sink is StraightSink {
  return 'appendMessage' in sink
}
