import { SHIFT_TEMPLATES, type ShiftTemplate } from '../../../src/base/shift-templates.js'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { FormValues } from './form-values.js'
import type { AlarmSetting, TargetSetting } from './settings-limits.js'

/** Plants in the file, as far as the forms know them; all else stays as it is. */

export interface DeviceSetting {
  readonly id: string
  readonly line?: string
  readonly role?: string
  /** The meter right before it. */
  readonly parent?: string
  /** Product that it makes, unless an event says so. */
  readonly product?: string
  readonly holds_from?: string
  /** Lines to which it was moved on a day before the file said so. */
  readonly moves?: readonly { readonly from?: unknown; readonly line?: unknown }[]
  readonly retired_from?: string
}

export interface LineSetting {
  readonly id: string
  readonly name?: { readonly en?: string; readonly zh?: string }
}

export interface PlantSetting {
  readonly id: string
  readonly name?: { readonly en?: string; readonly zh?: string }
  readonly timezone?: string
  readonly grid_region?: string
  readonly shifts?: readonly unknown[]
  readonly calendar?: readonly unknown[]
  readonly limits?: readonly unknown[]
  readonly products?: readonly unknown[]
  readonly tariffs?: readonly unknown[]
  readonly factors?: readonly unknown[]
  readonly contracts?: readonly unknown[]
  readonly enpi?: readonly unknown[]
  readonly savings?: readonly unknown[]
  readonly budgets?: readonly unknown[]
  readonly shiftable_loads?: readonly unknown[]
  readonly storages?: readonly unknown[]
  readonly chargers?: readonly unknown[]
  readonly lines?: readonly LineSetting[]
  readonly devices?: readonly DeviceSetting[]
  readonly virtual_meters?: readonly { readonly id: string }[]
  readonly targets?: readonly TargetSetting[]
  readonly alarms?: readonly AlarmSetting[]
}

/** The plants of the settings; a file with mistakes may say anything. */
export function plantsIn(settings: unknown): readonly PlantSetting[] {
  const plants = typeof settings === 'object' && settings !== null ? (settings as { plants?: unknown }).plants : null
  return listOf<PlantSetting>(plants)
}

/** The elements of a list that have an id. */
export function listOf<T extends { readonly id: string }>(value: unknown): readonly T[] {
  if (!Array.isArray(value)) return []
  return value.filter((one): one is T => typeof one === 'object' && one !== null && typeof one.id === 'string')
}

/** A setting that is written, or taken away where it is there and nothing is left of it. */
function written(path: readonly string[], value: string, before: string | undefined): readonly ConfigEdit[] {
  if (value === (before ?? '')) return []
  return [value === '' ? { op: 'remove', path: [...path] } : { op: 'set', path: [...path], value }]
}

/** Edits of a plant; `before` is what the file says of it, null for a new one. */
export function plantEdits(values: FormValues, before: PlantSetting | null): readonly ConfigEdit[] {
  const { id = '', en = '', zh = '', zone = '', region = '', shifts = 'keep' } = values
  const template: readonly object[] | undefined = Object.hasOwn(SHIFT_TEMPLATES, shifts)
    ? SHIFT_TEMPLATES[shifts as ShiftTemplate]
    : undefined
  if (before === null) {
    const name = { ...(en === '' ? {} : { en }), ...(zh === '' ? {} : { zh }) }
    const more = {
      ...(region === '' ? {} : { grid_region: region }),
      ...(template?.length ? { shifts: template } : {}),
    }
    return [{ op: 'add', path: ['plants'], value: { id, name, timezone: zone, ...more } }]
  }
  const path = ['plants', before.id]
  return [
    ...writtenNames(path, values, before),
    ...written([...path, 'timezone'], zone, before.timezone),
    ...written([...path, 'grid_region'], region, before.grid_region),
    ...(template === undefined ? [] : [{ op: 'set' as const, path: [...path, 'shifts'], value: template }]),
  ]
}

/** Edits of the names of a plant or line that is there. */
function writtenNames(path: readonly string[], values: FormValues, { name }: LineSetting): readonly ConfigEdit[] {
  const { en = '', zh = '' } = values
  return [...written([...path, 'name', 'en'], en, name?.en), ...written([...path, 'name', 'zh'], zh, name?.zh)]
}

/** Edits of a line; `before` is what the file says of it, null for a new one. */
export function lineEdits(values: FormValues, plant: string, before: LineSetting | null): readonly ConfigEdit[] {
  if (before !== null) return writtenNames(['plants', plant, 'lines', before.id], values, before)
  const { id = '', en = '', zh = '' } = values
  const name = { ...(en === '' ? {} : { en }), ...(zh === '' ? {} : { zh }) }
  const value = { id, ...(Object.keys(name).length === 0 ? {} : { name }) }
  return [{ op: 'add', path: ['plants', plant, 'lines'], value }]
}

/** Edits of a device; `before` is what the file says of it, null for a new one. */
export function deviceEdits(values: FormValues, plant: string, before: DeviceSetting | null): readonly ConfigEdit[] {
  const { id = '', line = '', role = '', parent = '' } = values
  // A form without one of these fields leaves it as it is.
  const rest = LATER_FIELDS.map((name) => [name, values[name] ?? before?.[name] ?? ''] as const)
  const given = [['line', line] as const, ['role', role] as const, ['parent', parent] as const, ...rest]
  if (before === null) {
    const value = { id, ...Object.fromEntries(given.filter(([, text]) => text !== '')) }
    return [{ op: 'add', path: ['plants', plant, 'devices'], value }]
  }
  const path = ['plants', plant, 'devices', before.id]
  const edits = given.flatMap(([name, text]) => written([...path, name], text, before[name]))
  const from = line === '' || line === before.line ? '' : (values.moved_from ?? '')
  if (from === '') return edits
  // Moves of later days give way: it stands on the new line since.
  const earlier = (before.moves ?? []).filter((one) => typeof one.from === 'string' && one.from < from)
  return [...edits, { op: 'set', path: [...path, 'moves'], value: [...earlier, { from, line }] }]
}

const LATER_FIELDS = ['product', 'holds_from', 'retired_from'] as const
