/** A whole PUBLISH where it lies in the bytes that were read; the scanner has one, and uses it for all of them. */
export interface PublishView {
  readonly qos: 0 | 1 | 2
  readonly bytes: Buffer
  /** The bytes in which the topic lies: `bytes`, or what a topic alias stands for. */
  readonly topicBytes: Buffer
  readonly topicAt: number
  readonly topicEnd: number
  /** With QoS 1 the packet id lies here in `bytes`. */
  readonly idAt: number
  /** The properties of MQTT 5 lie from here to `payloadAt`. */
  readonly propertiesAt: number
  readonly payloadAt: number
  readonly end: number
  /** There are no properties besides a topic alias, so that nothing of them is kept. */
  readonly isBare: boolean
  /** The topic is that of the view before: whatever was found out about it still holds. */
  readonly isSameTopic: boolean
}

/** Bounds that a client announces in its CONNECT. */
export interface AnnouncedBounds {
  /** 0 means none. */
  readonly keepAliveS: number
  /** Largest packet that the client takes; Infinity means any. */
  readonly packetBytesMax: number
}

export interface ScannerOutput {
  /** Bytes that are well-formed MQTT so far, for the broker. */
  pass(bytes: Buffer): void
  /** The CONNECT comes next, with its keep alive set to 0: who answers PINGREQ watches over it. */
  connect(announced: AnnouncedBounds): void
  /** A PINGREQ; it is not passed on. */
  ping(): void
  /**
   * Offers a PUBLISH of QoS 0 or 1 that is neither retained nor large. True: it is taken, and not passed on. The view
   * holds for the time of the call only.
   */
  straight?(publish: PublishView): boolean
}
