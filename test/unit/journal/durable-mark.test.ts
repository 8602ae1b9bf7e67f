import { expect, it } from 'vitest'
import { DurableMark } from '../../../src/journal/durable-mark.js'
import { journalOptions, parseBytes } from '../../../src/journal/options.js'

it('what one thread publishes another reads, over the same memory', () => {
  const mark = DurableMark.create()
  const reader = new DurableMark(mark.shared)
  expect(reader.read()).toEqual({ position: 0, messages: 0, bytes: 0, oldestMs: 0 })
  const durable = { position: 2 ** 50 + 1, messages: 7, bytes: 9, oldestMs: 1795507200123 }
  mark.publish(durable)
  expect(reader.read()).toEqual(durable)
})

it('a wake-up is given once for a request, and to nobody who did not ask', () => {
  const mark = DurableMark.create()
  expect(mark.takeWakeRequest()).toBe(false)
  mark.requestWake()
  expect([mark.takeWakeRequest(), mark.takeWakeRequest()]).toEqual([true, false])
})

it('sizes are bytes or a text with a unit', () => {
  expect(parseBytes('20GiB')).toBe(20 * 2 ** 30)
  expect(parseBytes('1.5 MB')).toBe(1_500_000)
  expect(parseBytes('4096')).toBe(4096)
  for (const text of ['', 'GiB', '1 PiB', '-1', '1e9']) expect(parseBytes(text), text).toBeNull()
})

it('the section of the configuration has defaults, and names what a size is', () => {
  expect(journalOptions.parse({})).toMatchObject({
    type: 'files',
    max_bytes: 20 * 2 ** 30,
    segment_bytes: 64 * 2 ** 20,
  })
  expect(journalOptions.parse({ max_bytes: '1TiB', segment_bytes: 65536 }).max_bytes).toBe(2 ** 40)
  expect(journalOptions.safeParse({ max_bytes: 'much' }).error?.issues[0]?.message).toContain('20GiB')
  expect(journalOptions.safeParse({ segment_bytes: 65535 }).success).toBe(false)
})
