import { expect, test } from 'vitest'
import { Senders } from '../../../src/archive/senders.js'
import type { DeviceState } from '../../../src/base/wire.js'
import { DeviceWatch } from '../../../src/pipeline/device-watch.js'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const at = (second: number) => T0 + second * 1000

/** One minute of messages with this offset. */
const offset = (offsetMs: number) => [{ minute: T0 / 60_000, offsetMs, messages: 1 }]

/** Two devices of plant p that sent at T0 with the right time; only `meter` is configured. */
function newWatch(state: { now: DeviceState }, last: ConstructorParameters<typeof DeviceWatch>[3] = []) {
  const senders = new Senders()
  for (const device of ['meter', 'stranger']) {
    Object.assign(senders.touch('p', 'l', device), { lastArrivalMs: T0, lastTs: T0, newestTs: T0, minutes: offset(0) })
  }
  const presence = { stateOf: () => state.now }
  return { watch: new DeviceWatch(senders, presence, (_plant, device) => device === 'meter', last), senders }
}

test('a configured device that becomes stale is noted once, and once when it is back', () => {
  const state: { now: DeviceState } = { now: 'online' }
  const { watch } = newWatch(state)
  expect(watch.at(at(10))).toEqual([])
  state.now = 'stale'
  const silent = { plant: 'p', device: 'meter', what: 'silence', isBad: true }
  expect(watch.at(at(20))).toEqual([{ ...silent, atMs: at(20), value: 20 }])
  state.now = 'offline'
  expect(watch.at(at(30))).toEqual([])
  state.now = 'online'
  expect(watch.at(at(40))).toMatchObject([{ ...silent, atMs: at(40), isBad: false }])
})

test('every tick is looked at', () => {
  const { watch } = newWatch({ now: 'stale' })
  expect(watch.at(at(1))).toHaveLength(1)
  expect(watch.at(at(2))).toEqual([])
})

test('a silence from before a stop of the gateway is said again with what was watched of it, a clock is not', () => {
  const state: { now: DeviceState } = { now: 'online' }
  const { watch, senders } = newWatch(state)
  Object.assign(senders.find('p', 'meter')!, { minutes: offset(90_000) })
  expect(watch.at(at(10))).toMatchObject([{ what: 'clock' }])
  state.now = 'stale'
  expect(watch.at(at(20))).toMatchObject([{ what: 'silence', value: 20 }])
  expect(watch.resumed(null)).toEqual([])
  expect(watch.resumed({ fromMs: at(50), toMs: at(50) })).toEqual([])
  const again = { plant: 'p', device: 'meter', what: 'silence', isBad: true }
  expect(watch.resumed({ fromMs: at(50), toMs: at(4000) })).toEqual([{ ...again, atMs: at(4000), value: 50 }])
  expect(watch.resumed({ fromMs: at(50), toMs: at(4000) })).toEqual([])
  expect(watch.resumed({ fromMs: at(4010), toMs: at(9000) })).toEqual([{ ...again, atMs: at(9000), value: 60 }])
})

test('a clock that is ten minutes behind or one ahead is noted, of a silent device nothing is', () => {
  const state: { now: DeviceState } = { now: 'online' }
  const { watch, senders } = newWatch(state)
  Object.assign(senders.find('p', 'meter')!, { minutes: offset(90_000) })
  expect(watch.at(at(10))).toMatchObject([{ what: 'clock', isBad: true, value: 90 }])
  state.now = 'stale'
  Object.assign(senders.find('p', 'meter')!, { minutes: offset(0) })
  expect(watch.at(at(20))).toMatchObject([{ what: 'silence' }])
  state.now = 'online'
  expect(watch.at(at(30))).toMatchObject([
    { what: 'silence', isBad: false },
    { what: 'clock', isBad: false },
  ])
})

test('after a start it goes on with what was noted', () => {
  const fact = { plant: 'p', device: 'meter', what: 'silence', atMs: at(20), isBad: true, value: 20 } as const
  expect(newWatch({ now: 'stale' }, [fact]).watch.at(at(40))).toEqual([])
  expect(newWatch({ now: 'online' }, [fact]).watch.at(at(40))).toMatchObject([{ isBad: false }])
})

test('a device that was silent and is taken out of the configuration is no longer waited for: that is noted once', () => {
  const fact = { plant: 'p', device: 'stranger', what: 'silence', atMs: at(0), isBad: true, value: 20 } as const
  const { watch } = newWatch({ now: 'online' }, [fact])
  expect(watch.at(at(10))).toEqual([{ ...fact, atMs: at(10), isBad: false, value: 0 }])
  expect(watch.at(at(20))).toEqual([])
})
