import { expect, test } from 'vitest'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { EMPTY_QUEUE, Queue, type QueueMemory, type QueueOptions } from '../../../src/notify/queue.js'
import { alarm, hoursAgo, NOW } from './alarms.js'

const S = 1000
const MINUTE = 60 * S

/** A plant's alarms as they stand, and one channel. */
class Plant {
  readonly alarms = new Map<string, AlarmItem>()
  queue: Queue
  #options: QueueOptions

  constructor(options: Partial<QueueOptions> = {}, memory: QueueMemory = EMPTY_QUEUE) {
    this.#options = { plants: null, minSeverity: 'warning', digestMs: 30 * S, isClearedSent: true, ...options }
    this.queue = new Queue(this.#options, memory, NOW)
  }

  set(item: AlarmItem, atMs = NOW): boolean {
    this.alarms.set(item.id, item)
    return this.queue.notice(item, atMs)
  }

  /** Takes and settles the notices that go out at an instant; gives each as event and id of its alarm. */
  send(atMs: number): string[] {
    const batch = this.queue.take(atMs, (_plant, id) => this.alarms.get(id) ?? null)
    if (batch === null) return []
    this.queue.settle(batch)
    return [
      ...batch.told.map((one) => `${one.event} ${one.alarm.id}`),
      ...(batch.older > 0 ? [`older ${batch.older}`] : []),
    ]
  }

  /** As after a restart, or a change of the channel: the memory alone is left, and every alarm is noticed again. */
  restart(options: Partial<QueueOptions> = {}): void {
    this.#options = { ...this.#options, ...options }
    this.queue = new Queue(this.#options, JSON.parse(JSON.stringify(this.queue.memory())) as QueueMemory, NOW)
    for (const item of this.alarms.values()) this.queue.notice(item, NOW)
  }
}

test('an alarm waits for its digest, and takes along what came after it', () => {
  const plant = new Plant()
  plant.set(alarm('a'))
  plant.set(alarm('b'), NOW + 29 * S)
  expect(plant.send(NOW + 29 * S)).toEqual([])
  expect(plant.send(NOW + 30 * S)).toEqual(['raised a', 'raised b'])
  expect(plant.send(NOW + 90 * S)).toEqual([])
})

test('a critical one does not wait, and what waits goes with it', () => {
  const plant = new Plant()
  expect(plant.set(alarm('a'))).toBe(false)
  expect(plant.set(alarm('b', { severity: 'critical' }))).toBe(true)
  expect(plant.send(NOW)).toEqual(['raised a', 'raised b'])
})

test.each([
  ['another plant', { plants: new Set(['dresden-1']) }, {}],
  ['a severity below the least', { minSeverity: 'major' as const }, { severity: 'minor' as const }],
  ['one that is acknowledged already', {}, { state: 'active_ack' as const, acked_at: hoursAgo(0) }],
])('%s is not for it', (_name, options, of) => {
  const plant = new Plant(options)
  plant.set(alarm('a', of))
  expect(plant.send(NOW + MINUTE)).toEqual([])
})

test('an acknowledgement, or readings that show that it never was, take it out of the queue', () => {
  const plant = new Plant()
  plant.set(alarm('acked'))
  plant.set(alarm('withdrawn'))
  plant.set(alarm('acked', { state: 'active_ack', acked_at: hoursAgo(0) }))
  plant.set(alarm('withdrawn', { state: 'cleared_ack', cleared_at: hoursAgo(0) }))
  expect(plant.send(NOW + MINUTE)).toEqual([])
  expect(plant.queue.size).toBe(0)
})

test('one that is shelved is told when it is shown again, unless it is over by then', () => {
  const plant = new Plant()
  for (const id of ['stays', 'ends']) plant.set(alarm(id, { shelved_until: hoursAgo(-1) }))
  expect(plant.send(NOW + MINUTE)).toEqual([])
  plant.set(alarm('stays'))
  plant.set(alarm('ends', { state: 'cleared_unack', cleared_at: hoursAgo(0) }))
  expect(plant.send(NOW + 2 * MINUTE)).toEqual(['raised stays'])
})

test('its end is told to who was told of it, once, and only when that is asked for', () => {
  const over = alarm('a', { state: 'cleared_unack', cleared_at: hoursAgo(0) })
  const plant = new Plant()
  plant.set(alarm('a'))
  plant.send(NOW + MINUTE)
  plant.set(over, NOW + MINUTE)
  expect(plant.send(NOW + 2 * MINUTE)).toEqual(['cleared a'])
  plant.set(over, NOW + 3 * MINUTE)
  expect(plant.send(NOW + 4 * MINUTE)).toEqual([])
  const silent = new Plant({ isClearedSent: false })
  silent.set(alarm('a'))
  silent.send(NOW + MINUTE)
  silent.set(over, NOW + MINUTE)
  expect(silent.send(NOW + 2 * MINUTE)).toEqual([])
})

test('after a restart nothing is told again, and what waited still waits', () => {
  const plant = new Plant()
  plant.set(alarm('told'))
  plant.send(NOW + MINUTE)
  plant.set(alarm('waits'), NOW)
  plant.restart()
  expect(plant.send(NOW + MINUTE)).toEqual(['raised waits'])
  plant.restart()
  expect(plant.send(NOW + 2 * MINUTE)).toEqual([])
})

test('what a channel is not for in the meantime is told when it is for it again', () => {
  const plant = new Plant({ digestMs: 0 })
  plant.set(alarm('told', { severity: 'minor' }))
  expect(plant.send(NOW)).toEqual(['raised told'])
  plant.set(alarm('minor', { severity: 'minor' }))
  plant.set({ ...plant.alarms.get('told')!, cleared_at: new Date(NOW).toISOString(), state: 'cleared_unack' })
  plant.restart({ minSeverity: 'critical' })
  expect(plant.send(NOW)).toEqual([])
  expect(plant.queue.size).toBe(0)
  plant.restart({ minSeverity: 'warning' })
  expect(plant.send(NOW)).toEqual(['cleared told', 'raised minor'])
})

test('a back-fill of a day is one message with a number: of what is still open when it has settled', () => {
  const plant = new Plant()
  for (let hour = 2; hour < 24; hour++) {
    const raised_at = hoursAgo(hour)
    plant.set(alarm(`h${hour}`, { raised_at, severity: 'critical' }))
    if (hour > 4) plant.set(alarm(`h${hour}`, { raised_at, state: 'cleared_unack', cleared_at: hoursAgo(hour - 1) }))
  }
  plant.set(alarm('over', { raised_at: hoursAgo(5), state: 'cleared_unack', cleared_at: hoursAgo(4) }))
  expect(plant.send(NOW + MINUTE)).toEqual([])
  expect(plant.send(NOW + 2 * MINUTE)).toEqual(['older 3'])
  expect(plant.send(NOW + 5 * MINUTE)).toEqual([])
})

test('a thousand wait; the oldest make room, and are counted and never told', () => {
  const plant = new Plant()
  for (let i = 0; i < 1003; i++) plant.set(alarm(`a${i}`))
  expect(plant.queue.size).toBe(1000)
  expect(plant.queue.dropped).toBe(3)
  plant.restart()
  const sent = plant.send(NOW + MINUTE)
  expect(sent).toHaveLength(1000)
  expect(sent[0]).toBe('raised a3')
})
