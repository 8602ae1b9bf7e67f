import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

type Plant = Config['plants'][number]

/** Contradictions of the tree of meters: figures of it would be sums of nothing, or of the same energy twice. */
export function meterContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => [
    ...takenIds(config, plant, p),
    ...unknownMeters(config, plant, p),
    ...circles(config, plant, p),
    ...countedTwice(config, plant, p),
  ])
}

/** Settings that are allowed, and most probably not what was meant. */
export function meterDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const parents = new Map(plant.devices.map(({ id, parent }) => [id, parent]))
    return plant.virtual_meters.flatMap(({ plus }, v) =>
      plus.flatMap((id, i) => {
        const before = ancestors(id, parents).find((one) => plus.includes(one))
        if (before === undefined || before === id) return []
        const remedy = `remove one of the two: ${before} measures it already`
        return [findingAt(config, [...virtualPath(p, v), 'plus', i], 'is counted twice', remedy)]
      }),
    )
  })
}

function takenIds(config: Config, { devices, virtual_meters: virtuals }: Plant, p: number): ConfigFinding[] {
  return virtuals.flatMap(({ id }, v) => {
    const device = devices.findIndex((one) => one.id === id)
    const earlier = virtuals.findIndex((one) => one.id === id)
    if (device < 0 && earlier === v) return []
    const other: SettingPath = device < 0 ? [...virtualPath(p, earlier), 'id'] : ['plants', p, 'devices', device, 'id']
    const remedy = 'give the virtual meter an id of its own'
    return [findingAt(config, [...virtualPath(p, v), 'id'], `is already used at ${pathText(other)}`, remedy)]
  })
}

function unknownMeters(config: Config, plant: Plant, p: number): ConfigFinding[] {
  const devices = plant.devices.map(({ id }) => id)
  const meters = [...devices, ...plant.virtual_meters.map(({ id }) => id)]
  const look = (id: string | undefined, known: readonly string[], path: SettingPath): ConfigFinding[] => {
    if (id === undefined || known.includes(id)) return []
    const meant = nearest(id, known)
    const remedy = meant === undefined ? `add { id: ${id} } to the devices of ${plant.id}` : `did you mean ${meant}?`
    return [findingAt(config, path, `is not among the devices of ${plant.id}`, remedy)]
  }
  return [
    ...plant.devices.flatMap(({ parent, energy_meter: meter }, d) => [
      ...look(parent, meters, ['plants', p, 'devices', d, 'parent']),
      ...look(meter, devices, ['plants', p, 'devices', d, 'energy_meter']),
    ]),
    ...plant.virtual_meters.flatMap(({ plus, minus }, v) => [
      ...plus.flatMap((id, i) => look(id, devices, [...virtualPath(p, v), 'plus', i])),
      ...minus.flatMap((id, i) => look(id, devices, [...virtualPath(p, v), 'minus', i])),
    ]),
  ]
}

/** A meter behind itself: nothing would be at the top. */
function circles(config: Config, { devices }: Plant, p: number): ConfigFinding[] {
  const parents = new Map(devices.map(({ id, parent }) => [id, parent]))
  return devices.flatMap(({ id }, d) => {
    const before = ancestors(id, parents)
    if (!before.includes(id)) return []
    const problem = `makes a circle: ${[id, ...before].join(' behind ')}`
    const remedy = 'take the parent out of the one that is nearest to the grid'
    return [findingAt(config, ['plants', p, 'devices', d, 'parent'], problem, remedy)]
  })
}

function countedTwice(config: Config, { devices, virtual_meters: virtuals }: Plant, p: number): ConfigFinding[] {
  const shared = devices.flatMap(({ energy_meter: meter }, d) => {
    const earlier = devices.findIndex((one) => one.energy_meter === meter)
    if (meter === undefined || earlier === d) return []
    const remedy = 'a meter of several machines measures none of them: remove it, or measure them one by one'
    const other = pathText(['plants', p, 'devices', earlier, 'energy_meter'])
    return [findingAt(config, ['plants', p, 'devices', d, 'energy_meter'], `is already used at ${other}`, remedy)]
  })
  const repeated = virtuals.flatMap(({ plus, minus }, v) => {
    const members = [...plus, ...minus]
    return members.flatMap((id, i) => {
      if (members.indexOf(id) === i) return []
      const key: SettingPath = i < plus.length ? ['plus', i] : ['minus', i - plus.length]
      const remedy = 'name each device once, under plus or under minus'
      return [findingAt(config, [...virtualPath(p, v), ...key], 'is named twice', remedy)]
    })
  })
  return [...shared, ...repeated]
}

/** The meters before a device, the nearest first; ends with itself when they make a circle with it. */
function ancestors(id: string, parents: ReadonlyMap<string, string | undefined>): string[] {
  const found: string[] = []
  for (let at = parents.get(id); at !== undefined && !found.includes(at); at = parents.get(at)) {
    found.push(at)
    if (at === id) break
  }
  return found
}

function virtualPath(p: number, v: number): SettingPath {
  return ['plants', p, 'virtual_meters', v]
}
