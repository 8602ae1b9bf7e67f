import { describe, expect, it } from 'vitest'
import {
  blockAt,
  blocksOf,
  intervalsIn,
  isStop,
  remarkOf,
  remarksOn,
  type StateInterval,
} from '../../../dashboards/src/plant/gantt.js'
import type { State } from '../../../src/base/states.js'

const MINUTE = 60_000

/** Stretches that follow each other from 0 on, each as state and minutes. */
function shift(...parts: readonly (readonly [State, number])[]): readonly StateInterval[] {
  let fromMs = 0
  return parts.map(([state, minutes]) => {
    const stretch = { fromMs, toMs: fromMs + minutes * MINUTE, state }
    fromMs = stretch.toMs
    return stretch
  })
}

/** A robot that changes its state twice a minute for an hour, with a moment in which nobody knows. */
const busy = shift(
  ...Array.from({ length: 60 }, (_, i): [State, number][] => [
    ['PRODUCING', 0.7],
    [i === 31 ? 'DOWN_FAULT' : i === 40 ? 'UNKNOWN' : 'IDLE_BLOCKED', 0.3],
  ]).flat(),
)

function sums(stretches: readonly StateInterval[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { state, fromMs, toMs } of stretches) all[state] = (all[state] ?? 0) + toMs - fromMs
  return all
}

describe('a bar of pixels', () => {
  it.each([0.1, 5, 15, 90])('loses no time however coarse it is: a pixel is %d minutes', (minutes) => {
    const blocks = blocksOf(busy, minutes * MINUTE)
    expect(sums(blocks.flatMap(({ parts }) => parts))).toEqual(sums(busy))
    expect(blocks[0]!.fromMs).toBe(0)
    for (const [i, block] of blocks.entries()) {
      expect(block.fromMs).toBe(i === 0 ? 0 : blocks[i - 1]!.toMs)
      expect(block.parts[0]!.fromMs).toBe(block.fromMs)
      expect(block.parts.at(-1)!.toMs).toBe(block.toMs)
    }
    expect(blocks.at(-1)!.toMs).toBe(busy.at(-1)!.toMs)
  })

  it('shows a fault that is shorter than a pixel', () => {
    const blocks = blocksOf(busy, 5 * MINUTE)
    expect(blocks.length).toBeLessThan(20)
    const fault = blocks.filter(({ state }) => state === 'DOWN_FAULT')
    expect(fault).toHaveLength(1)
    expect(fault[0]!.toMs - fault[0]!.fromMs).toBeLessThan(10 * MINUTE)
  })

  it('never lets a short fault take the colour of the long stretch beside it', () => {
    const blocks = blocksOf(shift(['PRODUCING', 100], ['DOWN_FAULT', 1], ['PRODUCING', 100]), 5 * MINUTE)
    expect(blocks.map(({ state }) => state)).toEqual(['PRODUCING', 'DOWN_FAULT', 'PRODUCING'])
  })

  it('never shows what is unknown as a fault, as idle or as work, nor the other way round', () => {
    const blocks = blocksOf(shift(['DOWN_FAULT', 1], ['UNKNOWN', 1], ['IDLE_STARVED', 1], ['UNKNOWN', 1]), 60 * MINUTE)
    expect(blocks.map(({ state }) => state)).toEqual(['DOWN_FAULT', 'UNKNOWN', 'IDLE_STARVED', 'UNKNOWN'])
    for (const { state, parts } of [...blocks, ...blocksOf(busy, 15 * MINUTE)]) {
      expect(parts.every((part) => (part.state === 'UNKNOWN') === (state === 'UNKNOWN'))).toBe(true)
    }
  })

  it('does not bridge a time of which nothing was told', () => {
    const [a, b] = shift(['PRODUCING', 1], ['HELD', 1])
    const blocks = blocksOf([a!, { ...b!, fromMs: 90 * MINUTE, toMs: 91 * MINUTE }], 60 * MINUTE)
    expect(blocks).toHaveLength(2)
  })
})

it('of the answer of the API only what lies in the span is drawn', () => {
  const at = (minutes: number) => new Date(minutes * MINUTE).toISOString()
  const segments = [
    { from: at(-10), to: at(0), state: 'OFF' as const },
    { from: at(0), to: at(30), state: 'PRODUCING' as const },
    { from: at(30), to: at(90), state: 'HELD' as const },
  ]
  expect(intervalsIn(segments, { fromMs: 10 * MINUTE, toMs: 60 * MINUTE })).toEqual([
    { fromMs: 10 * MINUTE, toMs: 30 * MINUTE, state: 'PRODUCING' },
    { fromMs: 30 * MINUTE, toMs: 60 * MINUTE, state: 'HELD' },
  ])
})

it('the pointer finds the block below it, and beside the bar the nearest', () => {
  const blocks = blocksOf(shift(['PRODUCING', 10], ['HELD', 10]), MINUTE)
  expect([-5, 0, 9.9, 10, 19, 60].map((minutes) => blockAt(blocks, minutes * MINUTE))).toEqual([0, 0, 0, 1, 1, 1])
  expect(blockAt([], 0)).toBe(-1)
})

it('a reason is asked for where a machine stood unasked, also where nobody knows what it did', () => {
  const stops = (['DOWN_FAULT', 'IDLE_STARVED', 'IDLE_BLOCKED', 'HELD', 'UNKNOWN'] as const).map(isStop)
  expect(stops).toEqual([true, true, true, true, true])
  expect((['PRODUCING', 'SETUP', 'BREAK', 'PLANNED_STOP'] as const).some(isStop)).toBe(false)
})

describe('what a person said', () => {
  const event = (type: string, fields: Record<string, unknown>) => {
    const ts = '1970-01-01T00:12:00.000Z'
    return remarkOf({ id: 'e', type, line: 'hall', device: 'r-1', ts, received_at: ts, fields })
  }
  const [work, fault, more] = shift(['PRODUCING', 10], ['DOWN_FAULT', 10], ['PRODUCING', 10])

  it('of a stop stands at that stop, from when it was on', () => {
    const from = '1970-01-01T00:10:00Z'
    const remark = event('downtime_reason', { code: 'tool_worn', from, comment: 'insert 4', by: 'Li Wei' })
    expect(remark).toMatchObject({ code: 'tool_worn', text: 'insert 4', by: 'Li Wei', fromMs: 10 * MINUTE })
    expect([work!, fault!, more!].map((stretch) => remarksOn([remark], stretch).length)).toEqual([0, 1, 0])
  })

  it('of a name that a device gives it says that the device gives it', () => {
    const origin = { kind: 'device', device: 'r-1', ingress: 'mqtt', client: 'plc-7' } as const
    const ts = new Date(0).toISOString()
    const of = { id: 'e', type: 'comment', line: 'hall', device: 'r-1', ts, received_at: ts, origin }
    expect(remarkOf({ ...of, fields: { text: 'jam', by: 'Li Wei' } }).by).toBe('r-1: Li Wei')
    expect(remarkOf({ ...of, fields: { text: 'jam' } }).by).toBe('r-1')
  })

  it('of a stop that was still on stands at no later stop', () => {
    const remark = event('downtime_reason', { code: 'tool_worn', from: '1970-01-01T00:10:00Z' })
    const [, first, , later] = shift(['PRODUCING', 10], ['DOWN_FAULT', 10], ['PRODUCING', 10], ['HELD', 10])
    expect([first!, later!].map((stretch) => remarksOn([remark], stretch).length)).toEqual([1, 0])
  })

  it('of a stretch of time stands at every stop in it', () => {
    const fields = { code: 'power_loss', from: '1970-01-01T00:05:00Z', to: '1970-01-01T00:35:00Z' }
    const [, first, work, later] = shift(['PRODUCING', 10], ['DOWN_FAULT', 10], ['PRODUCING', 10], ['HELD', 10])
    const said = [first!, work!, later!].map((stretch) => remarksOn([event('downtime_reason', fields)], stretch).length)
    expect(said).toEqual([1, 0, 1])
  })

  it('as a comment stands where it was said', () => {
    const remark = event('comment', { text: 'looks hot' })
    expect(remark).toMatchObject({ code: '', text: 'looks hot', fromMs: 12 * MINUTE })
    expect([work!, fault!, more!].map((stretch) => remarksOn([remark], stretch).length)).toEqual([0, 1, 0])
  })
})
