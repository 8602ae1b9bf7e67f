import { expect, test, vi } from 'vitest'
import type { DeviceNotice } from '../../../src/base/ingress.js'
import { EventLoopBudget } from '../../../src/intake/event-loop-budget.js'
import { MessageQueue } from '../../../src/intake/mq.js'
import { NoticeQueue } from '../../../src/intake/notice-queue.js'
import { SOON } from '../../support/soon.js'
import { start } from './started-broker.js'

const notices = (count: number, from = 0): DeviceNotice[] =>
  Array.from({ length: count }, (_, i) => ({ topic: `n/${from + i}`, payload: '', to: null }))

test('notices go out in turns, each of a bounded number, and in order', async () => {
  const published: string[] = []
  const queue = new NoticeQueue(
    new EventLoopBudget(40),
    ({ topic }) => published.push(topic),
    () => {},
  )
  queue.add(notices(100))
  queue.add(notices(5, 100))
  const most: number[] = []
  for (let before = 0; published.length < 105; before = published.length) {
    await new Promise((resolve) => setImmediate(resolve))
    most.push(published.length - before)
  }
  expect(Math.max(...most.slice(1))).toBe(10)
  expect(published).toEqual(notices(105).map(({ topic }) => topic))
})

test('too many that wait are dropped and counted, the newest, and all of them at the end', async () => {
  const budget = new EventLoopBudget(4)
  budget.spend(4)
  let dropped = 0
  const published: string[] = []
  const queue = new NoticeQueue(
    budget,
    ({ topic }) => published.push(topic),
    () => (dropped += 1),
  )
  queue.add(notices(10_003))
  queue.add(notices(2))
  expect(dropped).toBe(5)
  await expect.poll(() => published.length, SOON).toBeGreaterThan(1)
  queue.close()
  const { length } = published
  queue.add(notices(1))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(published).toHaveLength(length)
})

test('a notice that nobody listens to is not given to aedes', async () => {
  const { broker } = await start(null)
  const emitted = vi.spyOn(MessageQueue.prototype, 'emit')
  for (let i = 0; i < 100; i++) broker.publishNotice('plants/p/l/d/rejected', '{}')
  await broker.publishResult({ topic: 'results/p', payload: '1', retain: false })
  expect(emitted.mock.calls.map(([{ topic }]) => topic)).toEqual(['results/p'])
  emitted.mockRestore()
})
