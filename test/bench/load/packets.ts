/** MQTT of a load: 3.1.1, 5, or 5 with a topic alias in place of the topic. */
export type LoadVersion = '3.1.1' | '5' | '5 with aliases'

/** Topics and contents of the messages of one connection. */
export interface MessageShape {
  /** Absent: 3.1.1. */
  readonly version?: LoadVersion
  /** One a device, all of the same length; the messages of the connection are theirs in turn. */
  readonly topics: readonly string[]
  readonly qos: 0 | 1
  readonly metrics: readonly string[]
  /** Samples of one message: one is an object, more are an array. */
  readonly samples: number
  /** Event time of each device's first sample, epoch ms; null: the time of sending, and a ms of its own for each sample. */
  readonly firstTs: number | null
  /** From one sample of a device to the next; of no use without a `firstTs`. */
  readonly stepMs: number
}

const TS_DIGITS = 13
/** Before and after the decimal point. A fixed width, so that a value is patched in place and is never an illegal number. */
const VALUE_DIGITS = [7, 2] as const
const VALUE_WIDTH = VALUE_DIGITS[0] + 1 + VALUE_DIGITS[1]
const FIRST_VALUE_HUNDREDTHS = 100_000_000
const VALUES_MAX = 900_000_000
/** A time is written in two parts, each of which is a small integer: those are divided several times as fast. */
const LOW_DIGITS = 7
const LOW = 10 ** LOW_DIGITS

/** The reading of sample `n` of any device, in any of its metrics: a counter that grows by a hundredth. */
export function readingOf(n: number): number {
  return (FIRST_VALUE_HUNDREDTHS + n) / 100
}

/** Messages that one connection may have in flight. With QoS 1 slot `s` always has the packet id `s + 1`. */
export interface Ring {
  readonly slots: number
  readonly payloadBytes: number
  /**
   * Sent before all others, and not counted as messages: what the topic aliases of the others stand for. Absent without
   * aliases.
   */
  readonly opening?: Buffer
  /** Makes the packet in a slot the connection's message number `message`, counted from 0, sent at `nowMs`. */
  patch(slot: number, message: number, nowMs: number): void
  /** The packets of `count` slots from `slot` on. */
  packets(slot: number, count: number): Buffer
}

/**
 * The PUBLISH packets that one connection may have in flight, encoded once, one behind the other. Before a packet is
 * sent again only the digits of its times and values are written over: that is all that sending costs. With QoS 1
 * slot `s` always has the packet id `s + 1`, and is free again when that id has been acknowledged.
 */
export class PacketRing implements Ring {
  readonly bytes: Buffer
  readonly packetBytes: number
  readonly payloadBytes: number
  readonly opening?: Buffer
  readonly #shape: MessageShape
  /** Offsets in a packet of the time of each sample, and of its values. */
  readonly #samples: readonly { readonly ts: number; readonly values: readonly number[] }[]
  /** Last event time that each device was given, epoch ms. */
  readonly #lastTs: Float64Array

  constructor(
    shape: MessageShape,
    readonly slots: number,
  ) {
    const { topics } = shape
    if (slots < 1 || slots > 65_535) throw new Error(`${slots} messages in flight: MQTT has 65535 packet ids`)
    if (slots % topics.length !== 0)
      throw new Error(`${slots} slots are not the same number for ${topics.length} devices`)
    this.#shape = shape
    this.#lastTs = new Float64Array(topics.length)
    const payload = encodePayload(shape)
    const { qos, version = '3.1.1' } = shape
    const heads = topics.map((topic, i) => encodeHead(topic, qos, payload.bytes.length, version, i + 1))
    const headBytes = heads[0]!.length
    const idAt = headBytes - 2 - propertiesOf(version, 1).length
    if (heads.some(({ length }) => length !== headBytes)) throw new Error('the topics of a ring have one length')
    this.#samples = payload.samples.map(({ ts, values }) => ({
      ts: ts + headBytes,
      values: values.map((at) => at + headBytes),
    }))
    this.payloadBytes = payload.bytes.length
    this.packetBytes = headBytes + payload.bytes.length
    this.bytes = Buffer.alloc(this.packetBytes * slots)
    for (let slot = 0; slot < slots; slot++) {
      const at = slot * this.packetBytes
      heads[slot % topics.length]!.copy(this.bytes, at)
      if (shape.qos === 1) this.bytes.writeUInt16BE(slot + 1, at + idAt)
      payload.bytes.copy(this.bytes, at + headBytes)
    }
    if (version === '5 with aliases') this.opening = this.#opening(payload.bytes)
  }

  /** Makes the packet in a slot the connection's message number `message`, counted from 0, sent at `nowMs`. */
  patch(slot: number, message: number, nowMs: number): void {
    const { topics, samples, firstTs, stepMs } = this.#shape
    const device = message % topics.length
    const first = Math.floor(message / topics.length) * samples
    if (first + samples > VALUES_MAX)
      throw new Error(`sample ${first + samples} of one device: its value has no digit left`)
    const start = slot * this.packetBytes
    const startTs =
      firstTs === null ? Math.max(this.#lastTs[device]! + 1, nowMs - samples + 1) : firstTs + first * stepMs
    const step = firstTs === null ? 1 : stepMs
    this.#lastTs[device] = startTs + (samples - 1) * step
    for (let i = 0; i < samples; i++) {
      const at = this.#samples[i]!
      writeTs(this.bytes, start + at.ts, startTs + i * step)
      writeValue(this.bytes, start, at.values, FIRST_VALUE_HUNDREDTHS + first + i)
    }
  }

  /** The packets of `count` slots from `slot` on, not copied: a slot is patched again only when it was acknowledged. */
  packets(slot: number, count: number): Buffer {
    return this.bytes.subarray(slot * this.packetBytes, (slot + count) * this.packetBytes)
  }

  /**
   * A PUBLISH of QoS 0 for each topic that says what its alias stands for, with the samples before the first ones: a payload
   * that the gateway rejects would tell it that the device sends nothing of its past.
   */
  #opening(payload: Buffer): Buffer {
    const { topics, samples, firstTs, stepMs } = this.#shape
    const packets = topics.map((topic, i) => {
      const packet = Buffer.concat([encodeAlias(topic, i + 1, payload.length), payload])
      const start = packet.length - this.packetBytes
      const startTs = firstTs === null ? Date.now() - samples : firstTs - samples * stepMs
      for (const [n, { ts, values }] of this.#samples.entries()) {
        writeTs(packet, start + ts, startTs + n * (firstTs === null ? 1 : stepMs))
        // Below the first value a digit would be missing.
        writeValue(packet, start, values, FIRST_VALUE_HUNDREDTHS)
      }
      return packet
    })
    return Buffer.concat(packets)
  }
}

function writeTs(bytes: Buffer, at: number, ts: number): void {
  const high = Math.floor(ts / LOW)
  writeDigits(bytes, at, TS_DIGITS - LOW_DIGITS, high)
  writeDigits(bytes, at + TS_DIGITS - LOW_DIGITS, LOW_DIGITS, ts - high * LOW)
}

/** The same value in all metrics: each digit is found once. */
function writeValue(bytes: Buffer, start: number, values: readonly number[], hundredths: number): void {
  let rest = hundredths | 0
  for (let i = VALUE_WIDTH - 1; i >= 0; i--) {
    if (i === VALUE_DIGITS[0]) continue
    const tens = (rest / 10) | 0
    const digit = 48 + rest - tens * 10
    for (let v = 0; v < values.length; v++) bytes[start + values[v]! + i] = digit
    rest = tens
  }
}

/** CONNECT of MQTT 3.1.1 with a clean session and no keep alive. */
export function connectPacket(clientId: string, version: LoadVersion = '3.1.1'): Buffer {
  const id = Buffer.from(clientId)
  const level = version === '3.1.1' ? [4, 0b10, 0, 0] : [5, 0b10, 0, 0, 0]
  const body = Buffer.concat([
    Buffer.from([0, 4, ...Buffer.from('MQTT'), ...level]),
    Buffer.from([id.length >> 8, id.length & 255]),
    id,
  ])
  return Buffer.concat([Buffer.from([0x10]), remainingLength(body.length), body])
}

function encodePayload({ metrics, samples }: MessageShape) {
  const places: { ts: number; values: number[] }[] = []
  const zeros = (width: number) => '0'.repeat(width)
  let text = samples > 1 ? '[' : ''
  for (let i = 0; i < samples; i++) {
    text += i > 0 ? ',{"ts":' : '{"ts":'
    const place = { ts: text.length, values: [] as number[] }
    text += `${zeros(TS_DIGITS)},"metrics":{`
    for (const [m, metric] of metrics.entries()) {
      text += `${m > 0 ? ',' : ''}"${metric}":`
      place.values.push(text.length)
      text += zeros(VALUE_WIDTH).replace(/^(.{7})./, '$1.')
    }
    text += '}}'
    places.push(place)
  }
  text += samples > 1 ? ']' : ''
  return { bytes: Buffer.from(text, 'latin1'), samples: places }
}

/** Its last two bytes are the packet id when the QoS is 1, before the properties of MQTT 5. */
export function encodeHead(
  topic: string,
  qos: 0 | 1,
  payloadBytes: number,
  version: LoadVersion = '3.1.1',
  alias = 0,
): Buffer {
  const name = Buffer.from(version === '5 with aliases' ? '' : topic)
  const rest = Buffer.concat([Buffer.alloc(qos === 1 ? 2 : 0), propertiesOf(version, alias)])
  const type = Buffer.from([0x30 | (qos << 1)])
  const length = remainingLength(2 + name.length + rest.length + payloadBytes)
  return Buffer.concat([type, length, Buffer.from([name.length >> 8, name.length & 255]), name, rest])
}

/** Head of a PUBLISH of QoS 0 that says what an alias stands for. */
function encodeAlias(topic: string, alias: number, payloadBytes: number): Buffer {
  const name = Buffer.from(topic)
  const rest = propertiesOf('5 with aliases', alias)
  const length = remainingLength(2 + name.length + rest.length + payloadBytes)
  return Buffer.concat([Buffer.of(0x30), length, Buffer.of(name.length >> 8, name.length & 255), name, rest])
}

/** Properties of a PUBLISH, with their length before them. */
function propertiesOf(version: LoadVersion, alias: number): Buffer {
  if (version === '3.1.1') return Buffer.alloc(0)
  return version === '5' ? Buffer.of(0) : Buffer.of(3, 0x23, alias >> 8, alias & 255)
}

/** [MQTT-2.2.3] seven bits a byte, the lowest first. */
function remainingLength(length: number): Buffer {
  const bytes: number[] = []
  for (let rest = length; bytes.length === 0 || rest > 0; rest >>= 7) bytes.push((rest & 127) | (rest > 127 ? 128 : 0))
  return Buffer.from(bytes)
}

/** `value` fits 31 bits. */
function writeDigits(bytes: Buffer, at: number, width: number, value: number): void {
  let rest = value | 0
  for (let i = at + width - 1; i >= at; i--) {
    const tens = (rest / 10) | 0
    bytes[i] = 48 + rest - tens * 10
    rest = tens
  }
}
