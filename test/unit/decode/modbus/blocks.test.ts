import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { RegisterBlock } from '../../../../src/base/modbus.js'
import { blocksOf } from '../../../../src/decode/modbus/blocks.js'

const input = (address: number, count = 2): RegisterBlock => ({ fc: 4, address, count })
const holding = (address: number, count = 2): RegisterBlock => ({ fc: 3, address, count })

describe('registers are read with few requests', () => {
  test('what lies together is one request', () => {
    const spans = [input(74), input(72), input(76)]
    expect(blocksOf(spans, { gapMax: 0, blockMax: 125 })).toEqual([input(72, 6)])
  })

  test('a gap is read along up to the bound, one more register is not', () => {
    const spans = [input(0), input(5)]
    expect(blocksOf(spans, { gapMax: 3, blockMax: 125 })).toEqual([input(0, 7)])
    expect(blocksOf(spans, { gapMax: 2, blockMax: 125 })).toEqual([input(0), input(5)])
  })

  test('a request of 125 registers is made, one of 126 is two', () => {
    expect(blocksOf([input(0), input(123)], { gapMax: 125, blockMax: 125 })).toEqual([input(0, 125)])
    expect(blocksOf([input(0), input(124)], { gapMax: 125, blockMax: 125 })).toEqual([input(0), input(124)])
  })

  test('holding and input registers have addresses of their own', () => {
    expect(blocksOf([input(0), holding(2)], { gapMax: 9, blockMax: 125 })).toEqual([holding(2), input(0)])
  })

  test('registers that two values share are read once', () => {
    expect(blocksOf([input(0, 4), input(1, 1), input(2, 4)], { gapMax: 0, blockMax: 125 })).toEqual([input(0, 6)])
  })
})

const span = fc.record({
  fc: fc.constantFrom(3 as const, 4 as const),
  address: fc.integer({ min: 0, max: 400 }),
  count: fc.constantFrom(1, 2, 4),
})
const bounds = fc.record({ gapMax: fc.integer({ min: 0, max: 60 }), blockMax: fc.integer({ min: 4, max: 125 }) })

property.prop([fc.array(span, { minLength: 1, maxLength: 30 }), bounds])(
  'each value lies in one request, and none is too long',
  (spans, { gapMax, blockMax }) => {
    const blocks = blocksOf(spans, { gapMax, blockMax })
    for (const { count } of blocks) expect(count).toBeLessThanOrEqual(blockMax)
    for (const one of spans) {
      const holds = (block: RegisterBlock) =>
        block.fc === one.fc && block.address <= one.address && one.address + one.count <= block.address + block.count
      expect(blocks.some(holds)).toBe(true)
    }
    expect(blocks.length).toBeLessThanOrEqual(spans.length)
  },
)
