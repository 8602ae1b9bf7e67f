import { type DeviceColumn, type DeviceTree, isTree, type SettingColumn } from './columns.js'
import type { TableRow } from './read.js'

/** A cell that says nothing a setting could be. */
export interface CellFault {
  readonly column: DeviceColumn
  readonly value: string
  readonly problem: string
  readonly remedy: string
}

/**
 * A device with what a row says of it; columns that the table does not have stay as they are, and so does all that no column names.
 * What a rule has to judge, such as a role that is not known, is put in as it is written.
 */
export function mergedDevice(device: DeviceTree, cells: TableRow['cells']): DeviceTree | CellFault {
  let merged = device
  for (const column of ['line', 'role', 'on_change'] as const) {
    const cell = cells[column]
    if (cell !== undefined) merged = withSetting(merged, column, cell === '' ? undefined : settingOf(column, cell))
  }
  if (cells.period_s === undefined) return merged
  const periods = periodsOf(cells.period_s)
  return periods instanceof Map ? withSetting(merged, 'metrics', metricsWith(merged.metrics, periods)) : periods
}

export function isCellFault(value: DeviceTree | CellFault): value is CellFault {
  return 'column' in value && 'remedy' in value
}

/** The same object where nothing changes. */
function withSetting(device: DeviceTree, name: string, value: unknown): DeviceTree {
  if (device[name] === value) return device
  const { [name]: _, ...others } = device
  if (value === undefined) return others
  return Object.hasOwn(device, name) ? { ...device, [name]: value } : { ...others, [name]: value }
}

function settingOf(column: SettingColumn, cell: string): string | boolean {
  const word = cell.toLowerCase()
  return column === 'on_change' && (word === 'true' || word === 'false') ? word === 'true' : cell
}

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** Periods by metric: a number, or the text that is none. */
function periodsOf(cell: string): Map<string, number | string> | CellFault {
  const periods = new Map<string, number | string>()
  for (const word of cell.split(/\s+/).filter((one) => one !== '')) {
    const [, name, text] = /^([^=]+)=([^=]+)$/.exec(word) ?? []
    if (name === undefined || text === undefined) {
      const remedy = 'write a metric, = and seconds, several apart by spaces: elec_import_kwh=60 elec_import_kw=5'
      return { column: 'period_s', value: word, problem: 'is no period of a metric', remedy }
    }
    if (periods.has(name)) {
      return { column: 'period_s', value: word, problem: `names ${name} twice`, remedy: 'leave one of the two' }
    }
    periods.set(name, NUMBER.test(text) ? Number(text) : text)
  }
  return periods
}

/** Metrics with these periods and no others. One whose period goes and that has nothing else goes too. */
function metricsWith(before: unknown, periods: ReadonlyMap<string, number | string>): unknown {
  const metrics = isTree(before) ? Object.entries(before) : []
  const kept = metrics.flatMap(([name, options]): [string, unknown][] => {
    const settings = isTree(options) ? options : {}
    const period = periods.get(name)
    if (settings.period_s === period) return [[name, options]]
    const merged = withSetting(settings, 'period_s', period)
    return Object.keys(merged).length === 0 ? [] : [[name, merged]]
  })
  const names = new Set(metrics.map(([name]) => name))
  const added = [...periods].filter(([name]) => !names.has(name)).map(([name, period]) => [name, { period_s: period }])
  const isSame =
    added.length === 0 && kept.length === metrics.length && kept.every(([, one], i) => one === metrics[i]![1])
  if (isSame) return before
  const all = [...kept, ...added]
  return all.length === 0 ? undefined : Object.fromEntries(all)
}
