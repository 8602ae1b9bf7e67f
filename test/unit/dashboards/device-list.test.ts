import { describe, expect, it } from 'vitest'
import { deviceRows, inOrder, inService, keyOf, standingOf, troubleOf } from '../../../dashboards/src/devices/list.js'
import type { DeviceNode, PlantNode } from '../../../src/base/wire.js'
import { aPlant } from './plant.js'

const [ONE] = aPlant([{ id: 'any', role: 'sub' }]).lines[0]!.devices as [DeviceNode]
const NOBODY: ReadonlySet<string> = new Set()
const EVERYTHING = { plant: null, text: '', troubleOnly: false }
const ROLES = { main: 'main meter', stack: 'stack' }

function plantOf(id: string, devices: readonly Partial<DeviceNode>[], line = 'hall'): PlantNode {
  const plant = aPlant([])
  const name = { en: `Line ${line}`, zh: '车间' }
  return { ...plant, id, lines: [{ id: line, name, devices: devices.map((device) => ({ ...ONE, ...device })) }] }
}
const idsOf = (rows: ReturnType<typeof deviceRows>) => rows.map(({ device }) => device.id)

describe('the list of devices', () => {
  const plant = plantOf('a', [
    { id: 'well' },
    { id: 'not-yet', state: 'stale', last_seen: null },
    { id: 'refused' },
    { id: 'fast', clock: 'ahead' },
    { id: 'silent', state: 'stale' },
    { id: 'gone', state: 'offline' },
  ])
  const waiting = new Set([keyOf('a', 'refused')])

  it('begins with what is wrong, the worst first', () => {
    const rows = deviceRows([plant], EVERYTHING, ROLES, waiting)
    expect(idsOf(rows)).toEqual(['gone', 'silent', 'fast', 'refused', 'not-yet', 'well'])
  })

  it('leaves out what is well when only trouble is wanted', () => {
    const rows = deviceRows([plant], { ...EVERYTHING, troubleOnly: true }, ROLES, waiting)
    expect(idsOf(rows)).toEqual(['gone', 'silent', 'fast', 'refused', 'not-yet'])
  })

  it('a device of the same id in another plant is another device', () => {
    const other = plantOf('b', [{ id: 'refused' }])
    expect(deviceRows([other], EVERYTHING, ROLES, waiting)[0]!.trouble).toBeNull()
  })

  it.each([
    ['boiler', ['boiler-1']],
    ['STACK', ['boiler-1']],
    ['main meter', ['main-1']],
    ['line press', ['robot-7']],
    ['车间', ['boiler-1', 'main-1', 'robot-7']],
    ['nothing', []],
  ])('%s finds by id, line and role, in either language', (text, found) => {
    const plants = [
      plantOf('a', [
        { id: 'boiler-1', role: 'stack' },
        { id: 'main-1', role: 'main' },
      ]),
      plantOf('b', [{ id: 'robot-7', role: 'robot' }], 'press'),
    ]
    expect(idsOf(deviceRows(plants, { ...EVERYTHING, text }, ROLES))).toEqual(found)
  })

  it('holds one plant when one is chosen', () => {
    const plants = [plantOf('a', [{ id: 'x' }]), plantOf('b', [{ id: 'y' }])]
    expect(idsOf(deviceRows(plants, { ...EVERYTHING, plant: 'b' }, ROLES))).toEqual(['y'])
  })

  it('ten thousand devices are sorted without comparing each with each', () => {
    let reads = 0
    const counted = <T extends object>(device: T): T =>
      new Proxy(device, {
        get(target, name) {
          reads++
          return Reflect.get(target, name)
        },
      })
    const [line] = plantOf(
      'a',
      Array.from({ length: 10_000 }, (_, i) => ({
        id: `d-${i}`,
        ...(i % 9 === 0 ? { state: 'offline' as const } : {}),
      })),
    ).lines
    const many = { ...plantOf('a', []), lines: [{ ...line!, devices: line!.devices.map(counted) }] }
    const rows = deviceRows([many], { ...EVERYTHING, text: 'd-' }, ROLES)
    expect(rows).toHaveLength(10_000)
    expect(reads).toBeGreaterThan(10_000)
    // Each with each would be a hundred million.
    expect(reads).toBeLessThan(5_000_000)
  })

  it('does not move under the pointer: a row keeps its place, a new one comes last', () => {
    const before = deviceRows([plantOf('a', [{ id: 'x' }, { id: 'y' }])], EVERYTHING, ROLES)
    const keys = before.map((row) => keyOf('a', row.device.id))
    const after = deviceRows(
      [plantOf('a', [{ id: 'x' }, { id: 'y', state: 'offline' }, { id: 'z' }])],
      EVERYTHING,
      ROLES,
    )
    expect(idsOf(after)).toEqual(['y', 'x', 'z'])
    expect(idsOf(inOrder(after, keys))).toEqual(['x', 'y', 'z'])
  })
})

describe('trouble', () => {
  it('is not what was refused long ago, nor a gap in its numbers: nobody can mend those', () => {
    expect(troubleOf('a', { ...ONE, elements_rejected: 7, sequence_gaps: 2 }, NOBODY)).toBeNull()
  })
  it('a device all of whose messages are refused is told as that, not as one that never sent', () => {
    const device = { ...ONE, state: 'stale' as const, last_seen: null }
    expect(troubleOf('a', device, new Set([keyOf('a', 'any')]))).toBe('rejected')
    const seen = { ...device, last_seen: ONE.last_seen, rejected_reason: 'bad_json' as const }
    expect([standingOf(seen), troubleOf('a', seen, NOBODY)]).toEqual(['refused', 'rejected'])
  })
  it('one message that was refused does not hide that the others are taken', () => {
    expect(standingOf({ ...ONE, rejected_reason: 'bad_json' })).toBe('online')
  })
})

describe('a device out of service', () => {
  const retired = '2026-01-02T00:00:00.000Z'
  const quiet: Partial<DeviceNode> = { id: 'old', retired, state: 'stale', newest: '2026-01-01T23:59:00.000Z' }
  const back: Partial<DeviceNode> = { id: 'back', retired, state: 'online', newest: '2026-01-03T00:00:00.000Z' }
  const plant = plantOf('a', [{ id: 'well' }, quiet, back])

  it('is on the list only where its name is looked for', () => {
    expect(idsOf(deviceRows([plant], EVERYTHING, ROLES))).toEqual(['back', 'well'])
    expect(idsOf(deviceRows([plant], { ...EVERYTHING, text: 'old' }, ROLES))).toEqual(['old'])
  })

  it('is no trouble while it is silent, and one when it sends all the same', () => {
    expect(troubleOf('a', { ...ONE, ...quiet }, NOBODY)).toBeNull()
    expect(troubleOf('a', { ...ONE, ...back }, NOBODY)).toBe('returned')
    expect(standingOf({ ...ONE, ...back })).toBe('returned')
  })

  it('sends the rest of its last day without being named for it', () => {
    expect(standingOf({ ...ONE, ...back, newest: '2026-01-01T23:59:00.000Z' })).toBe('retired')
  })

  it('is not counted among those of which something is expected', () => {
    expect(inService(plant.lines[0]!.devices).map(({ id }) => id)).toEqual(['well'])
  })
})
