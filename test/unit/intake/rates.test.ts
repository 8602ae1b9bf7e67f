import { expect, test } from 'vitest'
import { ClientRates } from '../../../src/intake/client-rates.js'
import { ConnectThrottle } from '../../../src/intake/connect-throttle.js'
import { CONNACK, connect, puback, publish } from './packets.js'
import { dial, start } from './started-broker.js'

test('a client may send a second of its share at once; what is beyond has to wait for its time', () => {
  const rate = new ClientRates({ messages_per_s: 100, bytes_per_s: 1000, retained_per_s: 10 }).of('c')!
  expect(rate.spend({ messages: 100, retained: 0, bytes: 1000 }, 0)).toBe(0)
  expect(rate.spend({ messages: 50, retained: 0, bytes: 0 }, 0)).toBe(500)
  expect(rate.spend({ messages: 0, retained: 0, bytes: 2000 }, 0)).toBe(2000)
  expect(rate.spend({ messages: 0, retained: 0, bytes: 0 }, 2000)).toBe(0)
  expect(rate.isEven(2000)).toBe(false)
  expect(rate.isEven(3000)).toBe(true)
})

test('who connects again has no new share, and without bounds nothing is counted', () => {
  const rates = new ClientRates({ messages_per_s: 1, bytes_per_s: 0, retained_per_s: 0 })
  rates.of('c')!.spend({ messages: 100, retained: 0, bytes: 0 }, performance.now())
  rates.left('c')
  expect(rates.of('c')!.spend({ messages: 0, retained: 0, bytes: 0 }, performance.now())).toBeGreaterThan(90_000)
  expect(new ClientRates({ messages_per_s: 0, bytes_per_s: 0, retained_per_s: 0 }).of('c')).toBeNull()
})

test('a flood is read as fast as its share allows, nothing of it is lost, and another is answered at once', async () => {
  const setup = await start(null, { limits: { messages_per_s: 250 } })
  const [flood, other] = [await dial(setup.broker), await dial(setup.broker)]
  flood.send(connect({ id: 'flood' }))
  other.send(connect({ id: 'other' }))
  for (const raw of [flood, other]) await raw.receives(CONNACK)
  const startMs = performance.now()
  const messages = Array.from({ length: 1000 }, (_, i) =>
    publish({ topic: 'a/flood', payload: 'x'.repeat(100), id: i + 1 }),
  )
  for (let i = 0; i < messages.length; i += 100) flood.send(...messages.slice(i, i + 100))
  // At once: on a busy machine the flood may be over when the test goes on.
  other.send(publish({ topic: 'a/other', id: 7 }))
  await other.receives(puback(7))
  await flood.receives(puback(1000))
  expect(setup.stats.read().limited.rate).toBeGreaterThan(0)
  const topics = setup.journal.entries.flatMap((entry) => (entry.kind === 'message' ? entry.topic : []))
  expect(topics).toHaveLength(1001)
  expect(topics.at(-1)).toBe('a/flood')
  // 1,000 at 250 a second, of which the first second comes at once; what one read brings is taken whole.
  expect(performance.now() - startMs).toBeGreaterThan(1000)
  expect(setup.log.filter((line) => line.includes('read more slowly'))).toHaveLength(1)
})

test('a wrong secret is looked at ten times, then once in five seconds, and forgiven with time', () => {
  let nowMs = 0
  const throttle = new ConnectThrottle(() => nowMs)
  const attempt = (address: string, client = 'c') => {
    if (throttle.isOver(address, client)) return 'refused'
    return throttle.failed(address, client) ? 'said' : 'quiet'
  }
  expect(attempt('10.0.0.1')).toBe('said')
  for (let i = 0; i < 9; i++) expect(attempt('10.0.0.1')).toBe('quiet')
  expect(attempt('10.0.0.1')).toBe('refused')
  // Its owner elsewhere, and another client from the same address, are looked at.
  expect(throttle.isOver('10.0.0.2', 'c')).toBe(false)
  expect(throttle.isOver('10.0.0.1', 'd')).toBe(false)
  nowMs += 5000
  expect([attempt('10.0.0.1'), attempt('10.0.0.1')]).toEqual(['quiet', 'refused'])
  nowMs += 60_000
  expect(attempt('10.0.0.1')).toBe('said')
  throttle.succeeded('10.0.0.1', 'c')
  for (let i = 0; i < 10; i++) expect(attempt('10.0.0.1')).not.toBe('refused')
})

test('retained messages have a share of their own', () => {
  const rate = new ClientRates({ messages_per_s: 0, bytes_per_s: 0, retained_per_s: 10 }).of('c')!
  expect(rate.spend({ messages: 500, retained: 10, bytes: 1000 }, 0)).toBe(0)
  expect(rate.spend({ messages: 30, retained: 30, bytes: 0 }, 0)).toBe(3000)
  expect(rate.isEven(3000)).toBe(false)
  expect(rate.isEven(4000)).toBe(true)
})

test('an address that tries many client ids is refused after 200, and the log has 20 lines of it', () => {
  let nowMs = 0
  const throttle = new ConnectThrottle(() => nowMs)
  const outcomes = Array.from({ length: 1000 }, (_, i) =>
    throttle.isOver('10.0.0.1', `c${i}`) ? 'refused' : throttle.failed('10.0.0.1', `c${i}`) ? 'said' : 'quiet',
  )
  const count = (one: string) => outcomes.filter((outcome) => outcome === one).length
  expect([count('said'), count('quiet'), count('refused')]).toEqual([20, 180, 800])
  nowMs += 1000
  expect(throttle.isOver('10.0.0.1', 'c0')).toBe(false)
})
