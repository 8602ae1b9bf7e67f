import { expect, test } from 'vitest'
import { DECODING_EDITION } from '../../../src/decode/decode.js'
import { Configs } from '../../../src/pipeline/configs.js'
import { configEntry, version } from './config-of.js'

const started = { hash: 'started', content: '{}', plants: version(0, [{ id: 'a' }]).plants }

test('until the journal says it, what the gateway was started with is shown, but is no version', () => {
  const configs = new Configs([], started)
  expect(configs.plants).toBe(started.plants)
  expect(configs.versions).toEqual([])
})

test('an entry is a version from its arrival on, and the same again is none', () => {
  const configs = new Configs([], started)
  const first = configEntry(5, [{ id: 'a' }])
  expect(configs.take(first)).toMatchObject({ fromMs: 5, hash: first.hash, content: first.content })
  expect(configs.take({ ...first, arrivedAt: 6 })).toBeNull()
  expect(configs.take(configEntry(7, [{ id: 'b' }]))).not.toBeNull()
  expect(configs.plants[0]!.devices.map(({ id }) => id)).toEqual(['b'])
  // Back to the first one is a change like any other.
  expect(configs.take({ ...first, arrivedAt: 8 })).not.toBeNull()
  expect(configs.versions.map(({ fromMs }) => fromMs)).toEqual([5, 7, 8])
})

test('a start goes on with the last version of the archive, whatever the file says by now', () => {
  const configs = new Configs([version(5, [{ id: 'a' }]), version(7, [{ id: 'b' }])], started)
  expect(configs.plants[0]!.devices.map(({ id }) => id)).toEqual(['b'])
  expect(configs.take(configEntry(9, [{ id: 'b' }]))).toBeNull()
})

test('who may send follows the version in force', () => {
  const configs = new Configs([], started)
  const registered = { auth: { required: false, devices: 'registered' } }
  expect(configs.rules.registered).toBeNull()
  configs.take(configEntry(5, [{ id: 'a' }, { id: 'b' }], registered))
  expect(configs.rules.registered).toEqual(new Set(['p/a', 'p/b']))
  configs.take(configEntry(6, [{ id: 'b' }], registered))
  expect(configs.rules.registered).toEqual(new Set(['p/b']))
  configs.take(configEntry(7, [{ id: 'b' }], { auth: { devices: 'any' } }))
  expect(configs.rules.registered).toBeNull()
})

test('a device is found with what the version in force says of it', () => {
  const configs = new Configs([version(5, [{ id: 'a', on_change: true }])], started)
  expect(configs.device('p', 'a')?.on_change).toBe(true)
  expect(configs.device('p', 'b')).toBeUndefined()
  expect(configs.device('q', 'a')).toBeUndefined()
})

test('what is registered and disabled follows the registry of the version in force', () => {
  const configs = new Configs([], started)
  const device = (id: string, disabled = false) => ({
    plant: 'p',
    line: 'l',
    device: id,
    disabled,
    since: '2026-11-01T00:00:00Z',
  })
  const auth = { devices: 'registered' }
  configs.take(configEntry(5, [{ id: 'a' }], { auth, registry: [device('b'), device('a', true)] }))
  expect(configs.rules.registered).toEqual(new Set(['p/a', 'p/b']))
  expect(configs.rules.disabled).toEqual(new Set(['p/a']))
  configs.take(configEntry(6, [{ id: 'a' }], { registry: [device('b', true)] }))
  expect(configs.rules.registered).toBeNull()
  expect(configs.rules.disabled).toEqual(new Set(['p/b']))
})

test('messages behind a configuration of before devices were refused what is not theirs are read as they were then', () => {
  const configs = new Configs([], started)
  const registry = [{ plant: 'p', line: 'l', device: 'a', client: 'plc-1', since: '2026-11-24T08:00:00Z' }]
  configs.take(configEntry(5, [{ id: 'a' }], { registry }))
  expect(configs.rules).toMatchObject({ isEarlier: true })
  expect(configs.rules.speakers).toBeUndefined()
  configs.take(configEntry(6, [{ id: 'a' }], { registry, decoding: DECODING_EDITION }))
  expect(configs.rules.isEarlier).toBe(false)
  const thief = { ingress: 'mqtt', client: 'thief' } as const
  expect(configs.rules.speakers?.problemOf({ plant: 'p', device: 'a' }, thief)).toContain(
    'belongs to MQTT client plc-1',
  )
})

test('a device is in service up to the day that is said, by the clock of its plant', () => {
  const configs = new Configs([], started)
  configs.take(configEntry(5, [{ id: 'a' }, { id: 'b', retired_from: '2026-12-01' }], {}, 'Asia/Shanghai'))
  const dayMs = Date.parse('2026-12-01T00:00:00+08:00')
  expect(configs.isInService('p', 'b', dayMs - 1)).toBe(true)
  expect(configs.isInService('p', 'b', dayMs)).toBe(false)
  expect(configs.isInService('p', 'a', dayMs)).toBe(true)
  expect(configs.isInService('p', 'stranger', dayMs)).toBe(false)
  configs.take(configEntry(6, [{ id: 'b' }], {}, 'Asia/Shanghai'))
  expect(configs.isInService('p', 'b', dayMs)).toBe(true)
})
