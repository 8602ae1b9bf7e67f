import { fc, test as property } from '@fast-check/vitest'
import { beforeEach, describe, expect, test } from 'vitest'
import { type DeviceSender, minutesFrom, minutesText, Senders } from '../../../src/archive/senders.js'
import { clockOf, isPlainlyGood, noteMessage, ratePerMinute } from '../../../src/pipeline/device-clock.js'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const at = (minute: number, second = 0) => T0 + minute * 60_000 + second * 1000

let sender: DeviceSender
beforeEach(() => {
  sender = new Senders().touch('p', 'l', 'm1')
})

/** A message that arrives with its newest reading so many seconds ahead (below 0: behind), and the counters of the device. */
function arrive(arrivedAt: number, aheadS: number | null, seqs: readonly number[] = []): void {
  const ts = arrivedAt + (aheadS ?? 0) * 1000
  const newestSentTs = aheadS === null ? -Infinity : ts
  noteMessage(sender, arrivedAt, {
    newestSentTs,
    rejected: [],
    seqs: Float64Array.from(seqs),
    seqCount: seqs.length,
  })
}

/** One message a minute with these offsets; the verdict and the offset in seconds. */
function verdictOf(...aheadS: (number | null)[]): string | null {
  for (const [minute, one] of aheadS.entries()) arrive(at(minute), one)
  const clock = clockOf(sender)
  return clock === null ? null : `${clock.verdict} ${clock.offsetMs / 1000}`
}

describe('the clock of a device', () => {
  test('is not known before it gave a time of its own', () => {
    expect(verdictOf(null, null)).toBeNull()
  })

  test.each([
    [[-1], 'good -1'],
    [[60], 'good 60'],
    [[61], 'ahead 61'],
    [[-600], 'good -600'],
    [[-601], 'behind -601'],
    [[90, 90, 90, 90, 90, 90], 'ahead 90'],
    // Three messages in ten minutes that the network held back say nothing of the clock, as long as most are well.
    [[-1, -1, -300, -1, -1, -1, -1, -1, -200, -1], 'good -1'],
    [[0, 90, 0, 0, 0, 0], 'unsteady 0'],
    [[0, 20, 40, 60, 80, 100], 'unsteady 60'],
    // The device sends its past, until it has caught up.
    [[-90_000, -60_000, -30_000], 'behind -30000'],
    [[-90_000, -60_000, -1], 'good -1'],
  ] as const)('with offsets of %j seconds is %s', (offsets, verdict) => {
    expect(verdictOf(...offsets)).toBe(verdict)
  })

  property.prop([
    fc.array(fc.option(fc.integer({ min: -700, max: 100 })), { maxLength: 10 }),
    fc.integer({ min: 1, max: 20 }),
  ])('is good or not known wherever a glance says so', (offsets, step) => {
    const minutes = offsets.map((aheadS, minute) => ({
      minute,
      offsetMs: aheadS === null ? null : Math.trunc(aheadS / step) * 1000,
      messages: 1,
    }))
    if (isPlainlyGood({ minutes })) expect(clockOf({ minutes })?.verdict ?? 'good').toBe('good')
  })

  test('is found good at one glance where all minutes agree, and at no other', () => {
    expect(verdictOf(-1, 0, null, 2)).toBe('good 0')
    expect(isPlainlyGood(sender)).toBe(true)
    arrive(at(5), 90)
    expect(isPlainlyGood(sender)).toBe(false)
  })

  test('is not unsteady because of samples that were kept while nobody could be reached', () => {
    // A robot says its state every five minutes; the switch was dead for four, the gateway stopped for five.
    for (const [number, aheadS] of [0, -68, 0, -99, 0, 0, 0, 0].entries()) {
      const arrivedAt = at(number * 5)
      if (aheadS < 0) sender.sessionFromMs = arrivedAt - 5000
      arrive(arrivedAt, aheadS)
    }
    expect(clockOf(sender)).toEqual({ verdict: 'good', offsetMs: 0, minMs: 0, maxMs: 0 })
  })

  test('that is two minutes behind is known of a device that connects for each message', () => {
    for (let minute = 0; minute < 6; minute++) {
      sender.sessionFromMs = at(minute)
      arrive(at(minute, 1), -120)
    }
    expect(clockOf(sender)).toMatchObject({ verdict: 'good', offsetMs: -120_000 })
    sender.sessionFromMs = at(6)
    arrive(at(6, 1), -3600)
    expect(clockOf(sender)).toMatchObject({ verdict: 'behind' })
  })

  test('is seen in the message of a minute that took the least time to arrive', () => {
    for (const aheadS of [-40, -2, -30]) arrive(at(0), aheadS)
    expect(clockOf(sender)).toEqual({ verdict: 'good', offsetMs: -2000, minMs: -2000, maxMs: -2000 })
  })

  test('is known though all is refused because it is far ahead; one wild time among others says nothing', () => {
    const refuse = (arrivedAt: number) => {
      const rejected = [{ index: 0, reason: 'ts_future' as const, detail: '', ts: arrivedAt + 3_600_000 }]
      noteMessage(sender, arrivedAt, { newestSentTs: -Infinity, rejected, seqs: new Float64Array(0), seqCount: 0 })
    }
    refuse(at(0))
    expect(clockOf(sender)).toMatchObject({ verdict: 'ahead', offsetMs: 3_600_000 })
    arrive(at(0, 1), -1)
    refuse(at(0, 2))
    expect(clockOf(sender)).toMatchObject({ verdict: 'good', offsetMs: -1000 })
  })

  test('is judged by ten minutes, and an hour later those of before are forgotten', () => {
    for (let minute = 0; minute < 10; minute++) arrive(at(minute), 90)
    for (let minute = 60; minute < 70; minute++) arrive(at(minute), -1)
    expect(sender.minutes).toHaveLength(10)
    expect(clockOf(sender)).toEqual({ verdict: 'good', offsetMs: -1000, minMs: -1000, maxMs: -1000 })
  })

  test('is the same after it was saved', () => {
    verdictOf(-1, null, 3)
    expect(minutesFrom(minutesText(sender.minutes))).toEqual(sender.minutes)
    expect(minutesFrom(null)).toEqual([])
  })
})

test('the rate is that of the last five whole minutes', () => {
  for (let minute = 0; minute < 4; minute++) for (let s = 0; s < 60; s += 10) arrive(at(minute, s), 0)
  expect(ratePerMinute(sender, at(4, 30))).toBe(4.8)
  expect(ratePerMinute(sender, at(3, 59))).toBe(3.6)
  expect(ratePerMinute(sender, at(60))).toBe(0)
})

test.each([
  ['no gap', [[1], [2, 3]], { last: 3, gaps: 0, missing: 0 }],
  ['values that were left out', [[1], [5, 6], [8]], { last: 8, gaps: 2, missing: 4 }],
  ['messages that come again or late', [[7], [8], [7], [8], [9]], { last: 9, gaps: 0, missing: 0 }],
  ['a device that begins anew at 0', [[500], [0], [1]], { last: 1, gaps: 0, missing: 0 }],
  ['a counter that falls far', [[5000], [3000], [3001]], { last: 3001, gaps: 0, missing: 0 }],
] as const)('sequence numbers: %s', (_name, messages, expected) => {
  for (const [minute, seqs] of messages.entries()) arrive(at(minute), 0, seqs)
  expect(sender.sequence).toEqual(expected)
})
