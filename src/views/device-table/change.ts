import type { ConfigEdit, ConfigPreview } from '../wire/configuration.js'
import type { DeviceTableAnswer, DeviceTableProblem } from '../wire/device-table.js'
import {
  cellOf,
  DEVICE_COLUMNS,
  type DeviceTree,
  isTree,
  type PlantDevices,
  plantsOf,
  SETTING_COLUMNS,
} from './columns.js'
import { type CellFault, isCellFault, mergedDevice } from './merge.js'
import type { TableRow } from './read.js'

const PLANTS_NAMED_MAX = 8

/** A table of devices as a change of the configuration: devices are added and changed, none is ever removed. */
export type TableChange = Pick<DeviceTableAnswer, 'added' | 'changed' | 'unchanged' | 'untouched' | 'problems'> & {
  readonly edits: readonly ConfigEdit[]
  /** Row by the path of its device once the edits are made, `plants[0].devices[2]`. */
  readonly rowAt: ReadonlyMap<string, number>
}

/** @param settings the tree that the text of the configuration says */
export function tableChange(settings: unknown, rows: readonly TableRow[]): TableChange {
  const change = new Change(plantsOf(settings))
  for (const row of rows) change.take(row)
  return change.outcome()
}

interface Plant extends PlantDevices {
  readonly index: number
  readonly next: unknown[]
  /** Position by id. */
  readonly places: Map<string, number>
  isChanged: boolean
}

class Change {
  readonly #plants: readonly Plant[]
  readonly #added: DeviceTableAnswer['added'] = []
  readonly #changed: DeviceTableAnswer['changed'] = []
  readonly #problems: DeviceTableProblem[] = []
  readonly #rowAt = new Map<string, number>()
  #unchanged = 0

  constructor(plants: readonly PlantDevices[]) {
    this.#plants = plants.map((plant, index) => ({
      ...plant,
      index,
      next: [...plant.devices],
      places: placesOf(plant.devices),
      isChanged: false,
    }))
  }

  take(row: TableRow): void {
    const fault = this.#taken(row)
    if (fault !== null) this.#problems.push({ row: row.row, path: '', ...fault })
  }

  #taken({ row, cells }: TableRow): CellFault | null {
    const { plant: plantId = '', id = '' } = cells
    const plant = this.#plants.find((one) => one.id !== '' && one.id === plantId)
    if (plant === undefined) {
      const problem = 'is not a plant of the configuration'
      return { column: 'plant', value: plantId, problem, remedy: this.#remedyOfPlant() }
    }
    if (id === '') {
      return { column: 'id', value: '', problem: 'is missing', remedy: 'give the device the id that its topics have' }
    }
    const place = plant.places.get(id)
    const earlier = place === undefined ? undefined : this.#rowAt.get(pathOf(plant, place))
    if (earlier !== undefined) {
      const problem = `stands already in row ${earlier}`
      return { column: 'id', value: id, problem, remedy: 'leave one of the two rows' }
    }
    const before = place === undefined ? { id } : (plant.next[place] as DeviceTree)
    const merged = mergedDevice(before, cells)
    if (isCellFault(merged)) return merged
    this.#put(plant, row, place, before, merged)
    return null
  }

  #remedyOfPlant(): string {
    const ids = this.#plants.map(({ id }) => id).filter((id) => id !== '')
    const some = ids.length > PLANTS_NAMED_MAX ? [...ids.slice(0, PLANTS_NAMED_MAX), '…'] : ids
    return ids.length === 0 ? 'add the plant first' : `add the plant first, or name one of ${some.join(', ')}`
  }

  #put(plant: Plant, row: number, place: number | undefined, before: DeviceTree, merged: DeviceTree): void {
    const one = { row, plant: plant.id, id: String(merged.id) }
    const at = place ?? plant.next.length
    this.#rowAt.set(pathOf(plant, at), row)
    if (place !== undefined && merged === before) {
      this.#unchanged++
      return
    }
    plant.isChanged = true
    plant.next[at] = merged
    plant.places.set(one.id, at)
    if (place === undefined) {
      this.#added.push(one)
      return
    }
    const settings = SETTING_COLUMNS.map((setting) => {
      return { setting, from: cellOf(before, setting), to: cellOf(merged, setting) }
    })
    this.#changed.push({ ...one, settings: settings.filter(({ from, to }) => from !== to) })
  }

  outcome(): TableChange {
    const devices = this.#plants.reduce((sum, plant) => sum + plant.devices.length, 0)
    return {
      added: this.#added,
      changed: this.#changed,
      unchanged: this.#unchanged,
      untouched: devices - this.#changed.length - this.#unchanged,
      problems: this.#problems,
      edits: this.#plants
        .filter(({ isChanged }) => isChanged)
        .map(({ id, next }) => ({ op: 'set', path: ['plants', id, 'devices'], value: next })),
      rowAt: this.#rowAt,
    }
  }
}

function placesOf(devices: readonly unknown[]): Map<string, number> {
  return new Map(
    devices.flatMap((one, place): [string, number][] =>
      isTree(one) && typeof one.id === 'string' ? [[one.id, place]] : [],
    ),
  )
}

function pathOf({ index }: Plant, place: number): string {
  return `plants[${index}].devices[${place}]`
}

/** Problems that the rules find in the change, said at the row and column that it comes from. */
export function tableProblems(
  found: ConfigPreview['problems'],
  rowAt: ReadonlyMap<string, number>,
): readonly DeviceTableProblem[] {
  return found.map(({ path, value, problem, remedy }) => {
    const [, device = '', setting = ''] = /^(plants\[\d+\]\.devices\[\d+\])(?:\.([^.[]+))?/.exec(path) ?? []
    const row = rowAt.get(device) ?? null
    const name = setting === 'metrics' ? 'period_s' : setting
    const column = row === null ? undefined : DEVICE_COLUMNS.find((one) => one === name)
    return { row, column: column ?? null, path, value, problem, remedy }
  })
}
