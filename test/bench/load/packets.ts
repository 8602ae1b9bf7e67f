/** What the messages of one device look like. */
export interface MessageShape {
  readonly topic: string
  readonly metrics: readonly string[]
  /** Samples of one message: one is an object, more are an array. */
  readonly samples: number
  /** Event time of the device's first sample, epoch ms, and from one sample to the next. */
  readonly firstTs: number
  readonly stepMs: number
}

const TS_DIGITS = 13
/** Before and after the decimal point. A fixed width, so that a value is patched in place and is never an illegal number. */
const VALUE_DIGITS = [7, 2] as const
const VALUE_WIDTH = VALUE_DIGITS[0] + 1 + VALUE_DIGITS[1]
const FIRST_VALUE_HUNDREDTHS = 100_000_000
const VALUES_MAX = 900_000_000

/** The reading of sample `n` of any device, in any of its metrics: a counter that grows by a hundredth. */
export function readingOf(n: number): number {
  return (FIRST_VALUE_HUNDREDTHS + n) / 100
}

/**
 * The PUBLISH packets (QoS 1) that one connection may have in flight, encoded once, one behind the other. Before a
 * packet is sent again only the digits of its times and values are written over: that is all that sending costs.
 * Slot `s` always has the packet id `s + 1`, and is free again when that id has been acknowledged.
 */
export class PacketRing {
  readonly bytes: Buffer
  readonly packetBytes: number
  readonly #shape: MessageShape
  /** Where in a packet the time of each sample stands, and where its values. */
  readonly #samples: readonly { readonly ts: number; readonly values: readonly number[] }[]

  constructor(
    shape: MessageShape,
    readonly slots: number,
  ) {
    if (slots < 1 || slots > 65_535) throw new Error(`${slots} messages in flight: MQTT has 65535 packet ids`)
    this.#shape = shape
    const payload = encodePayload(shape)
    const head = encodeHead(shape.topic, payload.bytes.length)
    this.#samples = payload.samples.map(({ ts, values }) => ({
      ts: ts + head.bytes.length,
      values: values.map((at) => at + head.bytes.length),
    }))
    const packet = Buffer.concat([head.bytes, payload.bytes])
    this.packetBytes = packet.length
    this.bytes = Buffer.alloc(packet.length * slots)
    for (let slot = 0; slot < slots; slot++) {
      packet.copy(this.bytes, slot * packet.length)
      this.bytes.writeUInt16BE(slot + 1, slot * packet.length + head.packetIdAt)
    }
  }

  /** Makes the packet in a slot the device's message number `message`, counted from 0. */
  patch(slot: number, message: number): void {
    const { samples, firstTs, stepMs } = this.#shape
    const start = slot * this.packetBytes
    for (let i = 0; i < samples; i++) {
      const n = message * samples + i
      if (n >= VALUES_MAX) throw new Error(`sample ${n} of one device: its value has no digit left`)
      const at = this.#samples[i]!
      writeDigits(this.bytes, start + at.ts, TS_DIGITS, firstTs + n * stepMs)
      const hundredths = FIRST_VALUE_HUNDREDTHS + n
      const whole = Math.floor(hundredths / 100)
      for (const value of at.values) {
        writeDigits(this.bytes, start + value, VALUE_DIGITS[0], whole)
        writeDigits(this.bytes, start + value + VALUE_DIGITS[0] + 1, VALUE_DIGITS[1], hundredths - whole * 100)
      }
    }
  }

  /** The packets of `count` slots from `slot` on, not copied: a slot is patched again only when it was acknowledged. */
  packets(slot: number, count: number): Buffer {
    return this.bytes.subarray(slot * this.packetBytes, (slot + count) * this.packetBytes)
  }
}

/** CONNECT of MQTT 3.1.1 with a clean session and no keep alive. */
export function connectPacket(clientId: string): Buffer {
  const id = Buffer.from(clientId)
  const body = Buffer.concat([
    Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 0b10, 0, 0]),
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

function encodeHead(topic: string, payloadBytes: number) {
  const name = Buffer.from(topic)
  const fixed = Buffer.concat([Buffer.from([0x32]), remainingLength(2 + name.length + 2 + payloadBytes)])
  const bytes = Buffer.concat([fixed, Buffer.from([name.length >> 8, name.length & 255]), name, Buffer.alloc(2)])
  return { bytes, packetIdAt: bytes.length - 2 }
}

/** [MQTT-2.2.3] seven bits a byte, the lowest first. */
function remainingLength(length: number): Buffer {
  const bytes: number[] = []
  for (let rest = length; bytes.length === 0 || rest > 0; rest >>= 7) bytes.push((rest & 127) | (rest > 127 ? 128 : 0))
  return Buffer.from(bytes)
}

function writeDigits(bytes: Buffer, at: number, width: number, value: number): void {
  let rest = value
  for (let i = at + width - 1; i >= at; i--) {
    const tens = Math.floor(rest / 10)
    bytes[i] = 48 + rest - tens * 10
    rest = tens
  }
}
