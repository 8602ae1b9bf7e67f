import { type ProtocolVersion, readConnect } from './connect-rules.js'
import { Discarding } from './discarded.js'
import { ReceiveQuota } from './mqtt5/receive-quota.js'
import { varint } from './packet-fields.js'
import {
  bodyProblem,
  CONNECT,
  DISCONNECT,
  EMPTY_TOPIC,
  faultSaying,
  headerProblem,
  type PacketFault,
  PINGREQ,
  PUBLISH,
  topicProblem,
} from './packet-rules.js'
import { bodyFault5, headerFault5 } from './packet-rules-5.js'
import { passedPropertyUnits, straightPropertyUnits } from './property-costs.js'
import { PublishHead } from './publish-head.js'
import { Reason } from './reason-codes.js'
import type { ScannerOutput } from './scanner-output.js'
import { TopicAliases } from './topic-aliases.js'

/** A client that has not shown a valid CONNECT may not make us keep more than this. */
const CONNECT_BYTES_MAX = 4096
/** SUBSCRIBE, UNSUBSCRIBE and acknowledgements: a thousand filters of everyday length. */
const OTHER_BYTES_MAX = 64 * 1024
/** Work of one call of `scan` before it stops for others to have their turn, in units of a small PUBLISH. */
export const UNITS_AT_ONCE = 250
/** Cost of a PUBLISH that the broker gets: parsed once more, a callback when it is durable, a search for subscribers. */
const PASSED_UNITS = 4
/** Cost of a CONNECT, with its session, its answer and its records in the journal. */
const CONNECT_UNITS = 30
/** Cost of a PUBLISH that is taken straight, when what is known of its topic holds: half a microsecond. */
const STRAIGHT_UNITS = 0.1

const NOTHING = Buffer.alloc(0)
/** Longest payload that is kept here until it is whole; a longer one streams through. */
const STRAIGHT_BYTES_MAX = 64 * 1024
/** A longer topic is checked anew in each packet. */
const KNOWN_TOPIC_BYTES_MAX = 512

/** Nothing is read from it once the call is over for which it was filled; there is one, which all scanners use. */
const HEAD = new PublishHead()

/** A scanner holds this while it holds nothing, which most of them do most of the time. */
const NONE: Buffer[] = []

/**
 * Reads the byte stream of one client in chunks of any size and lets only well-formed packets through.
 *
 *     connect ──CONNECT──▶ waiting ──accept()──▶ open ──DISCONNECT or fault──▶ done
 *
 * In `waiting` bytes are kept unread: aedes takes no more than 42 packets before its CONNACK.
 * Large payloads are not kept here, they stream through or are discarded; all else is small and is checked whole.
 */
export class PacketScanner {
  #phase: 'connect' | 'waiting' | 'open' | 'done' = 'connect'
  /** Copies of what came before and cannot be judged yet; joined when there is enough, so that tiny chunks cost no more. */
  #held = NONE
  #heldBytes = 0
  /** Bytes from `#at` on that are needed to go on. */
  #neededBytes = 1
  #bytes: Buffer = NOTHING
  #at = 0
  #passFrom = 0
  /** Bytes still to come of a payload that streams through. */
  #payloadLeftBytes = 0
  #discarding: Discarding | null = null
  #passedPackets = 0
  #publishes = 0
  #retained = 0
  #units = 0
  #isInterrupted = false
  #version: ProtocolVersion | null = null
  #aliases: TopicAliases | null = null
  #quota: ReceiveQuota | null = null
  /** Topic of the last view; empty before the first, and for one that is too long. */
  #knownTopic: Buffer = NOTHING

  constructor(
    private readonly output: ScannerOutput,
    private readonly payloadBytesMax: number,
  ) {}

  get isWaiting(): boolean {
    return this.#phase === 'waiting'
  }

  /** Null before the CONNECT. */
  get version(): ProtocolVersion | null {
    return this.#version
  }

  /** Number of packets that were passed on, or begun to be, the CONNECT among them. */
  get passedPackets(): number {
    return this.#passedPackets
  }

  /** A packet that was begun to be passed on has not come whole. */
  get isInsidePacket(): boolean {
    return this.#payloadLeftBytes > 0 || this.#discarding !== null
  }

  /** True when `scan` has stopped although it could go on: `scan` with no bytes does. */
  get isInterrupted(): boolean {
    return this.#isInterrupted
  }

  /** Cost of the packets since the last call for those who get them, in units of a small PUBLISH. */
  takeUnits(): number {
    const units = this.#units
    this.#units = 0
    return units
  }

  /** Number of PUBLISHes that have come since the last call, or begun to. */
  takePublishes(): number {
    const publishes = this.#publishes
    this.#publishes = 0
    return publishes
  }

  /** Number of PUBLISHes since the last call that were to be retained. */
  takeRetained(): number {
    const retained = this.#retained
    this.#retained = 0
    return retained
  }

  /** So many messages of QoS 1 and 2 are acknowledged or refused, and count no more. */
  answered(packets: number): void {
    this.#quota?.answered(packets)
  }

  /** The CONNECT was accepted: on with what came after it. */
  accept(): PacketFault | null {
    if (this.#phase !== 'waiting') return null
    this.#phase = 'open'
    this.#neededBytes = 1
    return this.scan(NOTHING)
  }

  /** Takes the next bytes of the stream, and keeps none of them. After a fault or DISCONNECT nothing more is passed on. */
  scan(chunk: Buffer, unitsAtOnce = UNITS_AT_ONCE): PacketFault | null {
    let rest = chunk
    this.#isInterrupted = false
    const unitsMax = this.#units + unitsAtOnce
    while (!this.#isDone) {
      if (this.#isInterrupted) {
        this.#hold(rest)
        return null
      }
      if (this.#heldBytes > 0) {
        // Only as much is joined to what was held as that needs: the rest of a chunk is judged where it lies.
        const missing = Math.max(0, this.#neededBytes - this.#heldBytes)
        this.#hold(rest.subarray(0, missing))
        rest = rest.subarray(missing)
        if (this.#heldBytes < this.#neededBytes) return null
        const held = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held)
        this.#held = NONE
        this.#heldBytes = 0
        const fault = this.#scanAll(held, unitsMax)
        if (fault !== null) return fault
      } else {
        return rest.length === 0 ? null : this.#scanAll(rest, unitsMax)
      }
    }
    return null
  }

  #scanAll(bytes: Buffer, unitsMax: number): PacketFault | null {
    this.#bytes = bytes
    this.#at = 0
    this.#passFrom = 0
    let fault: PacketFault | null = null
    const canGoOn = () => fault === null && !this.#isDone && bytes.length - this.#at >= this.#neededBytes
    while (canGoOn() && this.#units < unitsMax) fault = this.#step()
    this.#isInterrupted = canGoOn()
    this.#passUpTo(this.#at)
    if (fault !== null) this.#phase = 'done'
    else if (!this.#isDone) this.#hold(bytes.subarray(this.#at))
    this.#bytes = NOTHING
    HEAD.forget()
    return fault
  }

  get #isDone(): boolean {
    return this.#phase === 'done'
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#heldBytes === 0) this.#held = []
    this.#held.push(Buffer.from(bytes))
    this.#heldBytes += bytes.length
  }

  #passUpTo(end: number): void {
    if (end > this.#passFrom) this.output.pass(this.#bytes.subarray(this.#passFrom, end))
    this.#passFrom = end
  }

  /** Leaves out of what is passed on the bytes up to `end`. */
  #leaveOut(end: number): void {
    this.#passUpTo(this.#at)
    this.#at = end
    this.#passFrom = end
  }

  #step(): PacketFault | null {
    if (this.#payloadLeftBytes > 0) {
      const n = Math.min(this.#payloadLeftBytes, this.#bytes.length - this.#at)
      this.#payloadLeftBytes -= n
      this.#at += n
      return null
    }
    if (this.#discarding !== null) return this.#discard(this.#discarding)
    return this.#packet()
  }

  #discard(discarding: Discarding): null {
    this.#leaveOut(this.#at + discarding.take(this.#bytes.subarray(this.#at)))
    if (discarding.isComplete) {
      this.output.pass(discarding.packet())
      this.#discarding = null
    }
    return null
  }

  #packet(): PacketFault | null {
    const firstByte = this.#bytes[this.#at]!
    // MQTT 3.1.1 §2.2.3: the remaining length has one to four bytes, seven bits each.
    let lengthBytes = 0
    let bodyAt = this.#at + 1
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) return { sentence: 'the remaining length has more than four bytes (MQTT 3.1.1 §2.2.3)' }
      if (bodyAt >= this.#bytes.length) return this.#need(bodyAt + 1)
      const digit = this.#bytes[bodyAt]!
      bodyAt += 1
      lengthBytes |= (digit & 0x7f) << shift
      if (digit < 0x80) break
    }
    if (this.#phase === 'connect') return this.#connect(firstByte, bodyAt, lengthBytes)
    if (firstByte >> 4 === PUBLISH) return this.#publish(firstByte, bodyAt, lengthBytes)
    return this.#other(firstByte, bodyAt, bodyAt + lengthBytes)
  }

  /** More has to come before the packet can be judged: bytes up to `end`. */
  #need(end: number): null {
    this.#neededBytes = end - this.#at
    return null
  }

  #connect(firstByte: number, bodyAt: number, lengthBytes: number): PacketFault | null {
    if (firstByte >> 4 !== CONNECT) return { sentence: 'the first packet is not CONNECT [MQTT-3.1.0-1]' }
    if (firstByte & 0x0f) return { sentence: 'reserved flags of CONNECT are not 0 [MQTT-2.2.2-2]' }
    const end = bodyAt + lengthBytes
    if (end - this.#at > CONNECT_BYTES_MAX) return { sentence: `CONNECT is larger than ${CONNECT_BYTES_MAX} bytes` }
    if (end > this.#bytes.length) return this.#need(end)
    const connect = readConnect(this.#bytes.subarray(bodyAt, end))
    if ('sentence' in connect) return connect
    const packet = Buffer.from(this.#bytes.subarray(this.#at, end))
    packet.writeUInt16BE(0, bodyAt - this.#at + connect.keepAliveAt)
    this.#leaveOut(end)
    this.#phase = 'waiting'
    this.#version = connect.version
    if (connect.version === 5) {
      this.#aliases = new TopicAliases()
      this.#quota = new ReceiveQuota()
    }
    this.#neededBytes = Number.POSITIVE_INFINITY
    this.#passedPackets += 1
    this.#units += CONNECT_UNITS
    this.output.connect(connect)
    this.output.pass(packet)
    return null
  }

  #publish(firstByte: number, bodyAt: number, lengthBytes: number): PacketFault | null {
    const qos = ((firstByte >> 1) & 3) as 0 | 1 | 2 | 3
    if (qos === 3) return { sentence: 'a PUBLISH of QoS 3 [MQTT-3.3.1-4]' }
    if (qos === 0 && firstByte & 0x08) return { sentence: 'a PUBLISH of QoS 0 with DUP [MQTT-3.3.1-2]' }
    if (lengthBytes < 2) return { sentence: 'a PUBLISH without a topic [MQTT-3.3.2-1]' }
    if (bodyAt + 2 > this.#bytes.length) return this.#need(bodyAt + 2)

    const head = HEAD
    const end = bodyAt + lengthBytes
    head.begin(this.#bytes, bodyAt, end, qos)
    if (head.payloadAt > end) return { sentence: 'a PUBLISH that ends inside its topic or packet id' }
    if (head.payloadAt > this.#bytes.length) return this.#need(head.payloadAt)
    if (this.#aliases !== null) {
      const fault = head.readProperties()
      if (typeof fault === 'number') return this.#need(fault)
      if (fault !== null) return fault
    }
    const fault = this.#topicFault(head)
    if (fault !== null) return fault
    if (qos > 0 && this.#bytes.readUInt16BE(head.idAt) === 0) return { sentence: 'packet id 0 [MQTT-2.3.1-1]' }

    const payloadBytes = end - head.payloadAt
    const isSmall = payloadBytes <= STRAIGHT_BYTES_MAX && payloadBytes <= this.payloadBytesMax
    const isStraight = qos < 2 && !(firstByte & 1) && isSmall && this.output.straight !== undefined
    if (isStraight && end > this.#bytes.length) return this.#need(end)
    this.#neededBytes = 1
    const beyond = this.#count(firstByte, qos)
    if (beyond !== null) return beyond
    if (payloadBytes > this.payloadBytesMax) {
      this.#units += PASSED_UNITS + passedPropertyUnits(head)
      this.#discarding = new Discarding(firstByte, head.withoutAlias(), payloadBytes)
      this.#leaveOut(head.payloadAt)
      this.#passedPackets += 1
      return null
    }
    if (isStraight && !head.isWrongText) {
      if (!head.isSameTopic) this.#knowTopic(head)
      if (this.output.straight?.(head)) {
        this.#units += (head.isSameTopic ? STRAIGHT_UNITS : 1) + straightPropertyUnits(head)
        this.#leaveOut(end)
        return null
      }
      this.#passHead(firstByte, payloadBytes)
      this.#at = end
    } else {
      this.#passHead(firstByte, payloadBytes)
      this.#payloadLeftBytes = payloadBytes
      this.#at = head.payloadAt
    }
    this.#units += PASSED_UNITS + passedPropertyUnits(head)
    this.#passedPackets += 1
    return null
  }

  #count(firstByte: number, qos: number): PacketFault | null {
    this.#publishes += 1
    if (firstByte & 1) this.#retained += 1
    return qos > 0 && this.#quota !== null ? this.#quota.came() : null
  }

  /** With a topic alias the broker gets the topic in its place: it has not seen every PUBLISH of the connection. */
  #passHead(firstByte: number, payloadBytes: number): void {
    if (HEAD.alias === 0) return
    const head = HEAD.withoutAlias()
    this.#leaveOut(HEAD.payloadAt)
    this.output.pass(Buffer.concat([Buffer.of(firstByte), varint(head.length + payloadBytes), head]))
  }

  /** Judges the topic, and finds the one that an alias stands for. */
  #topicFault(head: PublishHead): PacketFault | null {
    const { alias } = head
    const aliases = alias === 0 ? null : this.#aliases
    if (aliases !== null && head.topicAt === head.topicEnd) {
      const topic = aliases.topicOf(alias)
      if (topic === null) return aliases.faultOf(alias)
      head.standFor(topic)
    }
    head.isSameTopic = head.hasTopic(this.#knownTopic)
    if (head.topicBytes !== head.bytes) return null
    if (head.isSameTopic) return aliases?.learn(alias, head.topic) ?? null
    if (head.topicAt === head.topicEnd) return { sentence: EMPTY_TOPIC, reason: Reason.protocolError }
    const sentence = topicProblem(head.topicBytes, head.topicAt, head.topicEnd)
    if (sentence !== null) return { sentence, reason: Reason.topicNameInvalid }
    return aliases?.learn(alias, head.topic) ?? null
  }

  #knowTopic({ topicBytes, topic }: PublishHead): void {
    if (topic.length > KNOWN_TOPIC_BYTES_MAX) this.#knownTopic = NOTHING
    // Bytes that hold nothing else are those of an alias, and stay.
    else this.#knownTopic = topic.length === topicBytes.length ? topicBytes : Buffer.from(topic)
  }

  #other(firstByte: number, bodyAt: number, end: number): PacketFault | null {
    const inHeader =
      this.#aliases === null ? faultSaying(headerProblem(firstByte, end - bodyAt)) : headerFault5(firstByte)
    if (inHeader !== null) return inHeader
    const large = end - bodyAt > this.payloadBytesMax ? 'mqtt.max_packet_bytes' : OTHER_BYTES_MAX
    if (end - bodyAt > Math.min(this.payloadBytesMax, OTHER_BYTES_MAX)) {
      const sentence = `a packet other than PUBLISH of ${end - bodyAt} bytes, more than ${large}`
      return { sentence, reason: Reason.packetTooLarge }
    }
    if (end > this.#bytes.length) return this.#need(end)
    const body = this.#bytes.subarray(bodyAt, end)
    const inBody = this.#aliases === null ? faultSaying(bodyProblem(firstByte, body)) : bodyFault5(firstByte, body)
    if (inBody !== null) return inBody

    this.#neededBytes = 1
    // Each filter of a SUBSCRIBE is work of its own, and has four bytes at least.
    this.#units += end - bodyAt > 2 ? 10 + (end - bodyAt) / 4 : 1
    const type = firstByte >> 4
    if (type === PINGREQ) {
      this.#leaveOut(end)
      this.output.ping()
      return null
    }
    this.#passedPackets += 1
    this.#at = end
    if (type === DISCONNECT) this.#phase = 'done'
    return null
  }
}
