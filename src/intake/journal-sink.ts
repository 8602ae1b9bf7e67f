/** A message as it arrived: raw bytes, judged by nobody yet. */
export interface IntakeEntryMessage {
  readonly kind: 'message'
  /** Epoch milliseconds of the arrival, never less than that of the entry before. */
  readonly arrivedAt: number
  /** MQTT client id; '' for the will of a session that is gone. */
  readonly client: string
  readonly topic: string
  /** The first 4 KiB only when `fullSizeBytes` is set. */
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  /** Bytes of the payload as it was sent when it was larger than `mqtt.max_packet_bytes`, else null. */
  readonly fullSizeBytes: number | null
}

/** What intake writes down, in order of arrival. Everything behind the journal is a function of these entries alone. */
export type IntakeEntry =
  | IntakeEntryMessage
  /** Time goes on although nothing arrives: one a second. */
  | { readonly kind: 'tick'; readonly arrivedAt: number }
  | { readonly kind: 'session'; readonly arrivedAt: number; readonly client: string; readonly what: 'begin' | 'end' }
  | { readonly kind: 'config'; readonly arrivedAt: number; readonly hash: string; readonly content: string }
  /** What a person did to an alarm, as JSON (`AlarmAct`). */
  | { readonly kind: 'act'; readonly arrivedAt: number; readonly content: string }
  | { readonly kind: 'start'; readonly arrivedAt: number; readonly version: string }

/** The journal as intake sees it. */
export interface JournalSink {
  /**
   * Takes an entry; never blocks. `done` is called in order of arrival: with null when the entry is on the disk
   * (after fdatasync), with an error when it never will be. It may take as long as a full disk lasts.
   */
  append(entry: IntakeEntry, done?: (error: Error | null) => void): void
}
