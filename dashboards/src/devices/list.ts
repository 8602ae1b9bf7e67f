import type { DeviceNode, DeviceState, LineNode, LocalizedNames, PlantNode } from '../../../src/base/wire.js'

/** Troubles that a device may have now, worst first: the order of the list. */
const TROUBLES = ['offline', 'silent', 'clock', 'rejected', 'never', 'returned'] as const
type Trouble = (typeof TROUBLES)[number]

export interface DeviceRow {
  readonly plant: PlantNode
  readonly line: LineNode
  readonly device: DeviceNode
  /** null when nothing is wrong. */
  readonly trouble: Trouble | null
}

interface DeviceFilter {
  /** One plant, or all. */
  readonly plant: string | null
  /** A part of an id, of the name of a line, or of a role in words. */
  readonly text: string
  readonly troubleOnly: boolean
}

export const keyOf = (plant: string, device: string) => `${plant}/${device}`

export type Standing = DeviceState | 'refused' | 'never' | 'retired' | 'returned'

/**
 * Standing of a device: its state, or that nothing of what it sends is taken, that it has never sent, that it is out of service,
 * or that it sends all the same.
 */
export function standingOf(device: DeviceNode): Standing {
  if (device.retired !== undefined) return sendsThough(device, device.retired) ? 'returned' : 'retired'
  if (device.last_seen === null && device.state !== 'online') return 'never'
  return device.state === 'stale' && device.rejected_reason !== null ? 'refused' : device.state
}

function sendsThough({ state, newest }: DeviceNode, retired: string): boolean {
  return state === 'online' && newest !== null && Date.parse(newest) > Date.parse(retired)
}

/** Devices of which something is expected. */
export function inService<T extends Pick<DeviceNode, 'retired'>>(devices: readonly T[]): readonly T[] {
  return devices.filter(({ retired }) => retired === undefined)
}

/**
 * The worst that is wrong with a device. `waiting`: devices of which messages wait in quarantine. Gaps in its numbers
 * and what was ever refused are history: they stand in their columns, but nobody can mend them.
 */
export function troubleOf(plant: string, device: DeviceNode, waiting: ReadonlySet<string>): Trouble | null {
  const isRejected = waiting.has(keyOf(plant, device.id))
  const standing = standingOf(device)
  if (standing === 'retired') return isRejected ? 'rejected' : null
  if (standing === 'returned') return 'returned'
  if (standing === 'never') return isRejected ? 'rejected' : 'never'
  if (standing === 'refused') return 'rejected'
  if (standing === 'offline') return 'offline'
  if (standing === 'stale') return 'silent'
  if (device.clock !== null && device.clock !== 'good') return 'clock'
  return isRejected ? 'rejected' : null
}

/**
 * Every device of the plants that fits the filter, one out of service only where its name is looked for; the worst first, else
 * in the order of the plants and their lines.
 */
export function deviceRows(
  plants: readonly PlantNode[],
  filter: DeviceFilter,
  roles: Readonly<Record<string, string>>,
  waiting: ReadonlySet<string> = new Set(),
): readonly DeviceRow[] {
  const wanted = filter.text.trim().toLowerCase()
  const fits = ({ plant, line, device, trouble }: DeviceRow) => {
    if (filter.troubleOnly && trouble === null) return false
    if (wanted === '') return device.retired === undefined || trouble !== null
    const role = device.role ?? ''
    const words = [device.id, ...namesOf(line), ...namesOf(plant), role, roles[role] ?? '']
    return words.some((word) => word.toLowerCase().includes(wanted))
  }
  const rows = plants
    .filter(({ id }) => filter.plant === null || id === filter.plant)
    .flatMap((plant) =>
      plant.lines.flatMap((line) =>
        line.devices.map((device) => ({ plant, line, device, trouble: troubleOf(plant.id, device, waiting) })),
      ),
    )
    .filter(fits)
  return rows.sort((a, b) => rankOf(a) - rankOf(b))
}

/** In every language: a reader may know the other one. */
const namesOf = ({ id, name }: { readonly id: string; readonly name: LocalizedNames }) => [
  id,
  name.en ?? '',
  name.zh ?? '',
]

const rankOf = ({ trouble }: DeviceRow) => (trouble === null ? TROUBLES.length : TROUBLES.indexOf(trouble))

/** The rows in the order in which they stood, new ones behind: nothing moves under a pointer. */
export function inOrder(rows: readonly DeviceRow[], keys: readonly string[]): readonly DeviceRow[] {
  const place = new Map(keys.map((key, i) => [key, i]))
  const of = ({ plant, device }: DeviceRow) => place.get(keyOf(plant.id, device.id)) ?? keys.length
  return [...rows].sort((a, b) => of(a) - of(b))
}
