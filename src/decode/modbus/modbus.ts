import { z } from 'zod'
import { GOOD } from '../../base/quality.js'
import type { ReadingBlock } from '../../base/reading-block.js'
import { type DecodeRules, parseJson } from '../decode.js'
import type { DecodedMessage } from '../decoded-message.js'
import type { BytesIncoming, Dialect } from '../dialect.js'
import { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { type Meter, type MeterValue, metersOf } from './meters.js'
import { modbusOptions } from './options.js'
import { DIGITS, highFirst, numberOfRegisters } from './words.js'

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

/** Decodes what the poller has read of meters, by the register map of each. */
export class Modbus implements Dialect {
  readonly name = 'modbus'
  readonly leftOut = { null: 0 }
  readonly #emitter = new Emitter()
  #compiledFrom: DecodeRules | null = null
  #meters = NO_METERS

  /** By the ingress alone: what an MQTT client publishes under the topics of the poller was read of no meter. */
  speaks({ ingress }: BytesIncoming): boolean {
    return ingress === 'modbus'
  }

  take(message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void {
    this.#compile(rules)
    const emitter = this.#emitter
    emitter.begin(message, rules, taken, into, position)
    const isWithoutValues = this.#read(message)
    emitter.end(isWithoutValues && taken.rejected.length === 0)
  }

  #compile(rules: DecodeRules): void {
    if (rules === this.#compiledFrom) return
    const options = modbusOptions.safeParse(rules.settings?.modbus).data
    this.#meters = options === undefined ? NO_METERS : metersOf(options)
    this.#compiledFrom = rules
  }

  /** True when the meter says of all its registers that they have no value. */
  #read({ topic, payload }: BytesIncoming): boolean {
    const emitter = this.#emitter
    const meter = this.#meters.get(topic)
    if (meter === undefined) {
      emitter.refuse(null, fault('bad_topic', 'no unit of this connection stands in the section modbus'))
      return false
    }
    if (isFault(meter)) {
      emitter.refuse(null, meter)
      return false
    }
    const json = parseJson(payload)
    if (isFault(json)) {
      emitter.refuse(meter.path, json)
      return false
    }
    const content = polled.safeParse(json.content)
    if (!content.success) {
      emitter.refuse(meter.path, fault('bad_schema', 'this is not what the poller writes: read_at and blocks'))
      return false
    }
    const { read_at: readAt, blocks } = content.data
    emitter.from(meter.path)
    let isWithoutValues = true
    for (const value of meter.values) {
      const hex = registersIn(blocks, value)
      if (hex !== null && value.notAvailable.has(hex)) {
        this.leftOut.null++
        emitter.leaveOut(nameOf(value), `it holds 0x${hex}, by which the meter says that it has no value`)
        continue
      }
      isWithoutValues = false
      this.#emit(meter, value, hex, readAt)
    }
    return isWithoutValues
  }

  /** @param hex null when it was not read */
  #emit({ path }: Meter, value: MeterValue, hex: string | null, readAt: number): void {
    const { target, type, factor, divisor } = value
    const raw = hex === null ? Number.NaN : numberOfRegisters(hex, type)
    if (Number.isFinite(raw)) {
      this.#emitter.add(target, (raw * factor) / divisor, readAt, GOOD)
      return
    }
    const why =
      hex === null
        ? fault('bad_profile', `${nameOf(value)} was not read: the profile was another when the meter was asked`)
        : fault('bad_value', `${nameOf(value)} holds ${hex}, as ${type} no number: look at its type and word_order`)
    this.#emitter.refuse(path, why, { metric: target.metric, ts: readAt })
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
