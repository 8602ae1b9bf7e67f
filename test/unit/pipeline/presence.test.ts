import { beforeEach, describe, expect, test } from 'vitest'
import { type DeviceSender, Senders } from '../../../src/archive/senders.js'
import { DevicePresence } from '../../../src/pipeline/presence.js'

const IDLE = 60

let senders: Senders
let ledger: { nowMs: number; outage: { fromMs: number; toMs: number } | null }
let presence: DevicePresence

/** A device whose last sample came at 100 in an open session, with what a test says of it. */
function device(id: string, of: Partial<DeviceSender> = {}): DeviceSender {
  return Object.assign(senders.touch('p', 'l', id), { client: 'c', session: 'open', lastArrivalMs: 100, ...of })
}

beforeEach(() => {
  senders = new Senders()
  ledger = { nowMs: 100, outage: null }
  presence = open()
})

function open(): DevicePresence {
  return new DevicePresence(senders, ledger, {
    idleMs: () => IDLE,
    isOnChange: (_plant, id) => id.startsWith('robot'),
  })
}

/** The state of a device at these instants. */
const states = (sender: DeviceSender, ...times: number[]) =>
  times.map((nowMs) => {
    ledger.nowMs = nowMs
    return presence.stateOf(sender)
  })

describe('a device', () => {
  test('is stale when its idle time has passed without data', () => {
    expect(states(device('meter'), 160, 161)).toEqual(['online', 'stale'])
  })

  test('is never stale while it is connected, when it sends on change', () => {
    expect(states(device('robot'), 161, 1e9)).toEqual(['online', 'online'])
  })

  test.each(['meter', 'robot'])('%s is offline by its last status, or when its session has ended', (id) => {
    expect(states(device(id, { status: 'offline' }), 101)).toEqual(['offline'])
    expect(states(device(id, { status: 'online', session: 'ended' }), 101)).toEqual(['offline'])
  })

  test('whose status alone says online is no living device', () => {
    const unheard = { status: 'online', client: null, session: null, lastArrivalMs: -Infinity } as const
    expect(states(device('meter', unheard), 101)).toEqual(['stale'])
    expect(states(device('robot', unheard), 101)).toEqual(['stale'])
  })
})

describe('after a stop of the gateway from 110 to 1000', () => {
  beforeEach(() => {
    ledger.outage = { fromMs: 110, toMs: 1000 }
  })

  test('a device has been silent for as long as the gateway listened', () => {
    expect(states(device('meter', { session: 'lost' }), 1000, 1050, 1051)).toEqual(['online', 'online', 'stale'])
  })

  test('one that was stale before is stale still', () => {
    expect(states(device('meter', { session: 'lost', lastArrivalMs: 40 }), 1000)).toEqual(['stale'])
  })

  test('one that sends on change has its idle time from the start on, then it is stale, never offline', () => {
    const robot = device('robot', { session: 'lost', lastArrivalMs: 1 })
    expect(states(robot, 1000, 1060, 1061)).toEqual(['online', 'online', 'stale'])
    robot.session = 'open'
    expect(states(robot, 1061)).toEqual(['online'])
  })

  test('data that came since count from their arrival', () => {
    expect(states(device('robot', { session: 'lost', lastArrivalMs: 1010 }), 1070, 1071)).toEqual(['online', 'stale'])
  })

  test('what went offline before stays offline', () => {
    expect(states(device('meter', { session: 'ended' }), 1000)).toEqual(['offline'])
  })
})

describe('changes', () => {
  const told = () => [...presence.changes()].map(({ device, state }) => `${device} ${state}`)

  test('are told once each, and a device that is new is one', () => {
    device('meter')
    expect(told()).toEqual(['meter online'])
    expect(told()).toEqual([])
    ledger.nowMs = 161
    expect(told()).toEqual(['meter stale'])
    expect(told()).toEqual([])
  })

  test('are none over a restart for a device that was online and comes back', () => {
    const meter = device('meter')
    presence = open()
    meter.session = 'lost'
    ledger.outage = { fromMs: 110, toMs: 1000 }
    ledger.nowMs = 1000
    expect(told()).toEqual([])
    meter.session = 'open'
    meter.lastArrivalMs = 1040
    ledger.nowMs = 1100
    expect(told()).toEqual([])
  })
})
