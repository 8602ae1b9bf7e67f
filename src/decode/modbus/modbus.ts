import { z } from 'zod'
import { GOOD } from '../../base/quality.js'
import type { ReadingBlock } from '../../base/reading-block.js'
import { type DecodeRules, parseJson } from '../decode.js'
import type { BytesIncoming, Dialect } from '../dialect.js'
import { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'

import type { Taken } from '../taken.js'
import { type Meter, type MeterValue, metersOf } from './meters.js'
import { DIGITS, highFirst, valueOf } from './words.js'

/** As `PolledRegisters` says; checked all the same, as what is tried again may come from elsewhere. */
const polled = z.object({
  read_at: z.number(),
  blocks: z.array(
    z.object({
      fc: z.union([z.literal(3), z.literal(4)]),
      address: z.int().min(0).max(65_535),
      hex: z.string().regex(/^([0-9a-f]{4})+$/),
    }),
  ),
})
type Blocks = z.output<typeof polled>['blocks']

const NO_METERS: ReadonlyMap<string, Meter | Fault> = new Map()

/** What the poller has read of meters, by the register map of each. */
export class Modbus implements Dialect {
  readonly #emitter = new Emitter()
  #compiledFrom: DecodeRules | null = null
  #meters = NO_METERS

  take(message: BytesIncoming, rules: DecodeRules, taken: Taken, into: ReadingBlock, position: number): void {
    this.#compile(rules)
    const emitter = this.#emitter
    emitter.begin(message, rules, taken, into, position)
    this.#read(message)
    emitter.end()
  }

  #compile(rules: DecodeRules): void {
    if (rules === this.#compiledFrom) return
    const { modbus } = rules
    this.#meters = modbus === undefined ? NO_METERS : metersOf(modbus.connections, modbus.profiles)
    this.#compiledFrom = rules
  }

  #read({ topic, payload }: BytesIncoming): void {
    const emitter = this.#emitter
    const meter = this.#meters.get(topic)
    if (meter === undefined) {
      emitter.refuse(null, fault('bad_topic', 'no unit of this connection stands in the section modbus'))
      return
    }
    if (isFault(meter)) {
      emitter.refuse(null, meter)
      return
    }
    const json = parseJson(payload)
    if (isFault(json)) {
      emitter.refuse(meter.path, json)
      return
    }
    const content = polled.safeParse(json.content)
    if (!content.success) {
      emitter.refuse(meter.path, fault('bad_schema', 'this is not what the poller writes: read_at and blocks'))
      return
    }
    const { read_at: readAt, blocks } = content.data
    for (const value of meter.values) this.#emit(meter, value, blocks, readAt)
  }

  #emit(meter: Meter, value: MeterValue, blocks: Blocks, readAt: number): void {
    const { target } = value
    const hex = registersIn(blocks, value)
    if (hex === null) {
      const detail = `${nameOf(value)} was not read: the profile asks for more than it did when the meter was polled`
      this.#emitter.refuse(meter.path, fault('bad_profile', detail), { metric: target.metric, ts: readAt })
      return
    }
    if (value.notAvailable.has(hex)) return
    const raw = valueOf(hex, value.type)
    if (Number.isFinite(raw)) {
      this.#emitter.add(target, raw * value.factor, readAt, GOOD)
      return
    }
    const detail = `${nameOf(value)} holds ${hex}, as ${value.type} no number; look at type and word_order of the profile`
    this.#emitter.refuse(meter.path, fault('bad_value', detail), { metric: target.metric, ts: readAt })
  }
}

/** The hex digits of a value, high first; null when they were not read. */
function registersIn(blocks: Blocks, { span, order }: MeterValue): string | null {
  for (const { fc, address, hex } of blocks) {
    const from = (span.address - address) * DIGITS
    const to = from + span.count * DIGITS
    if (fc === span.fc && from >= 0 && to <= hex.length) return highFirst(hex.slice(from, to), order)
  }
  return null
}

function nameOf({ span, target }: MeterValue): string {
  return `register ${span.address} of function ${span.fc} (${target.metric})`
}
