import { z } from 'zod'
import { METRIC_CLASSES } from '../../base/metrics.js'
import { REGISTERS_MAX } from '../../base/modbus.js'
import { isFault } from '../fault.js'
import { meaningOf } from '../metric.js'
import { DIGITS, REGISTER_TYPES, type RegisterType, WORD_ORDERS } from './words.js'

/** A register map: `devices/{maker}/{model}.yaml` with `protocol: modbus`. Data of a kind of meter, nothing of one plant. */

const types = Object.keys(REGISTER_TYPES) as [RegisterType, ...RegisterType[]]

const register = z.strictObject({
  metric: z.string().describe('metric that the value is a reading of'),
  class: z.enum(METRIC_CLASSES).default('energy').describe('class of the metric'),
  unit: z.string().optional().describe('unit of the value once it is multiplied; that of the metric when absent'),
  function: z
    .union([z.literal(3), z.literal(4)])
    .describe('Modbus function that reads it: 3 holding registers, 4 input registers'),
  address: z.int().min(0).max(65_535).describe('address in the frame, from 0: often one less than the register number'),
  type: z.enum(types).describe('what its registers hold'),
  word_order: z.enum(WORD_ORDERS).optional().describe('which of its registers comes first, where it is otherwise'),
  factor: z.number().default(1).describe('what the register is multiplied by'),
  not_available: z
    .array(z.string().regex(/^0x[0-9A-Fa-f]+$/, 'as hexadecimal digits, such as "0x8000"'))
    .default([])
    .describe('what it holds, highest digits first, when the meter has no value: then there is no reading'),
})

export const modbusProfile = z
  .strictObject({
    protocol: z.literal('modbus'),
    name: z
      .strictObject({
        en: z.string().describe('name in English'),
        zh: z.string().optional().describe('name in Chinese'),
      })
      .describe('what it is for'),
    source: z.array(z.string().min(1)).min(1).describe("the maker's documents the registers are taken from"),
    word_order: z.enum(WORD_ORDERS).default('high_first').describe('which register of a value comes first'),
    gap_max: z
      .int()
      .min(0)
      .max(REGISTERS_MAX - 2)
      .default(0)
      .describe('registers between two that may be read along; 0 where the meter refuses those that it does not have'),
    block_max: z.int().min(4).max(REGISTERS_MAX).default(REGISTERS_MAX).describe('registers that one request may read'),
    registers: z.array(register).min(1).max(200).describe('what is read'),
  })
  .superRefine(({ registers }, context) => {
    const seen = new Set<string>()
    registers.forEach((one, index) => {
      const say = (key: keyof typeof one, message: string): void =>
        context.addIssue({ code: 'custom', path: ['registers', index, key], message })
      if (seen.has(one.metric)) say('metric', `${one.metric} stands there twice: take one of the two out`)
      seen.add(one.metric)
      const meaning = meaningOf(one.metric, one.class, one.unit)
      if (isFault(meaning)) say(meaning.reason === 'bad_unit' ? 'unit' : 'metric', meaning.detail)
      const count = REGISTER_TYPES[one.type]
      if (one.address + count > 65_536) say('address', `a ${one.type} takes ${count} registers: the last is 65535`)
      one.not_available.forEach((hex) => {
        const digits = hex.length - 2
        if (digits === count * DIGITS) return
        say('not_available', `${hex} has ${digits} digits; a ${one.type} has ${count * DIGITS}`)
      })
    })
  })

export type ModbusProfile = z.output<typeof modbusProfile>
