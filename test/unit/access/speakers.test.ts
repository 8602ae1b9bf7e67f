import { describe, expect, test } from 'vitest'
import type { RegisteredDevice } from '../../../src/access/registry.js'
import { Speakers, type SpeakersDeps, speaksForOptions } from '../../../src/access/speakers.js'
import type { IngressKind } from '../../../src/base/ingress.js'

const SINCE = '2026-11-24T08:00:00Z'
const registered = (device: string, client?: string): RegisteredDevice => ({
  ...{ plant: 'p', line: 'l', device, topics: [], disabled: false, since: SINCE },
  ...(client === undefined ? {} : { client }),
})
const REGISTRY = [registered('robot-7', 'plc-7'), registered('meter')]

function speakers(deps: Partial<SpeakersDeps> = {}): Speakers {
  const named = new Set(['p/robot-7', 'p/meter', 'p/main-1'])
  return new Speakers({ registry: REGISTRY, grants: [], named, isRequired: false, isBrokerOn: true, ...deps })
}

const grant = (one: object) => [speaksForOptions.parse(one)]
const may = (all: Speakers, key: string, ingress: IngressKind, client: string) => {
  const [plant, device] = key.split('/') as [string, string]
  return all.problemOf({ plant, device }, { ingress, client }) === null
}

describe('a device that has a client', () => {
  test.each<[string, IngressKind, string, boolean]>([
    ['is spoken for by that client', 'mqtt', 'plc-7', true],
    ['by no other one', 'mqtt', 'thief', false],
    ['by none without a name', 'mqtt', '', false],
    ['by no other broker, whose clients nobody here has proved', 'broker', 'broker:hall', false],
    ['by no client that calls itself a broker', 'mqtt', 'broker:hall', false],
    ['by the edge gateway of its plant, which knows its clients', 'broker', 'edge:a/p', true],
    ['by no edge gateway of which the plant is not known', 'broker', 'edge:a', false],
    ['by the station or meter that the settings map to it', 'hj212', 'hj212:10.0.0.7', true],
  ])('%s', (_, ingress, client, isRight) => {
    expect(may(speakers(), 'p/robot-7', ingress, client)).toBe(isRight)
  })

  test('is spoken for by whom it is granted to, and by no more', () => {
    const all = speakers({ grants: grant({ broker: 'hall', devices: ['p/robot-*'] }) })
    expect(may(all, 'p/robot-7', 'broker', 'broker:hall')).toBe(true)
    expect(may(all, 'p/robot-7', 'broker', 'broker:yard')).toBe(false)
    expect(may(all, 'p/robot-7', 'mqtt', 'broker:hall')).toBe(false)
    expect(may(speakers({ grants: grant({ client: 'gw', devices: ['p/*'] }) }), 'p/robot-7', 'mqtt', 'gw')).toBe(true)
    expect(may(speakers({ grants: grant({ client: 'gw', devices: ['q/*'] }) }), 'p/robot-7', 'mqtt', 'gw')).toBe(false)
  })

  test('is spoken for by other brokers where there is no broker that its client could come to', () => {
    expect(may(speakers({ isBrokerOn: false }), 'p/robot-7', 'broker', 'broker:hall')).toBe(true)
  })

  test('has a problem that says whose it is and what grants it', () => {
    const problem = speakers().problemOf({ plant: 'p', device: 'robot-7' }, { ingress: 'mqtt', client: 'thief' })
    expect(problem).toBe(
      'device p/robot-7 belongs to MQTT client plc-7, and thief sent it: auth.speaks_for: [{ client: "thief", devices: ["p/robot-7"] }] grants it',
    )
  })
})

describe('a device without a client', () => {
  test('is spoken for by anybody', () => {
    for (const client of ['thief', 'plc-7']) expect(may(speakers(), 'p/meter', 'mqtt', client)).toBe(true)
    expect(may(speakers(), 'p/meter', 'broker', 'broker:hall')).toBe(true)
  })

  test('is not spoken for by the client of another device where clients prove who they are, unless nobody has named it', () => {
    const all = speakers({ isRequired: true })
    expect(may(all, 'p/meter', 'mqtt', 'plc-7')).toBe(false)
    expect(may(all, 'p/main-1', 'mqtt', 'plc-7')).toBe(false)
    expect(may(all, 'p/new', 'mqtt', 'plc-7')).toBe(true)
    expect(may(all, 'p/meter', 'mqtt', 'gateway-1')).toBe(true)
  })
})

test('an edge gateway speaks for the plant that it forwards for, and for another one by a grant', () => {
  expect(may(speakers(), 'p/meter', 'broker', 'edge:a/p')).toBe(true)
  expect(may(speakers(), 'p/meter', 'hj212', 'edge:a/q')).toBe(false)
  expect(may(speakers({ grants: grant({ edge: 'a', devices: ['p/*'] }) }), 'p/meter', 'broker', 'edge:a/q')).toBe(true)
  // As earlier journals have it.
  expect(may(speakers(), 'p/meter', 'broker', 'edge:a')).toBe(true)
})

test('a grant is of one client, broker or edge', () => {
  expect(speaksForOptions.safeParse({ client: 'a', broker: 'b', devices: ['p/*'] }).success).toBe(false)
  expect(speaksForOptions.safeParse({ devices: ['p/*'] }).success).toBe(false)
  expect(speaksForOptions.safeParse({ client: 'a', devices: ['p'] }).success).toBe(false)
})
