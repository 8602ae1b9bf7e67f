import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { FormValues } from './form-values.js'

/** Targets and alarms of a plant, as far as the forms know them. */

export interface TargetSetting {
  readonly kpi?: string
  readonly window?: string
  readonly min?: number
  readonly max?: number
  readonly budget?: number
}

export interface AlarmSetting {
  readonly id: string
  readonly kpi?: string
  readonly window?: string
  readonly scope?: string
  readonly of?: string
  readonly above?: number
  readonly below?: number
  readonly hysteresis?: number
  readonly on_delay_s?: number
  readonly severity?: string
}

type Path = (string | number)[]

const NUMBERS: ReadonlySet<string> = new Set(['min', 'max', 'budget', 'above', 'below', 'hysteresis', 'on_delay_s'])

const shown = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** Texts of the form of a target; null for a new one. */
export function targetValues(target: TargetSetting | null): FormValues {
  const { kpi, window = '1d', min, max, budget } = target ?? {}
  return { kpi: shown(kpi), window: shown(window), min: shown(min), max: shown(max), budget: shown(budget) }
}

/** Texts of the form of an alarm with the defaults of the settings; null for a new one. */
export function alarmValues(alarm: AlarmSetting | null): FormValues {
  const {
    id,
    kpi,
    window = '1h',
    scope = 'plant',
    of,
    above,
    below,
    hysteresis,
    on_delay_s,
    severity = 'major',
  } = {
    ...alarm,
  }
  const all = { id, kpi, window, scope, of, above, below, hysteresis, on_delay_s, severity }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, shown(value)]))
}

/** A setting as the file has it: what is no number where one is due stays a text, of which the rule speaks. */
function settingOf(name: string, text: string): string | number | undefined {
  if (text === '') return undefined
  return NUMBERS.has(name) && Number.isFinite(Number(text)) ? Number(text) : text
}

/** Edits of an element of a list: what differs from the texts that the form began with, or all of a new one. */
function elementEdits(list: Path, place: string | number | null, values: FormValues, before: FormValues): ConfigEdit[] {
  if (place === null) {
    const given = Object.entries(values).flatMap(([name, text]) => {
      const value = settingOf(name, text)
      return value === undefined ? [] : [[name, value] as const]
    })
    return [{ op: 'add', path: list, value: Object.fromEntries(given) }]
  }
  return Object.entries(values).flatMap(([name, text]): ConfigEdit[] => {
    if (text === (before[name] ?? '')) return []
    const [path, value] = [[...list, place, name], settingOf(name, text)]
    return [value === undefined ? { op: 'remove', path } : { op: 'set', path, value }]
  })
}

/** Edits of a target; `at` is its position in the file, null for a new one. */
export function targetEdits(values: FormValues, plant: string, at: number | null, before: TargetSetting | null) {
  return elementEdits(['plants', plant, 'targets'], at, values, targetValues(before))
}

/** Edits of an alarm; `before` is what the file says of it, null for a new one. */
export function alarmEdits(values: FormValues, plant: string, before: AlarmSetting | null) {
  return elementEdits(['plants', plant, 'alarms'], before?.id ?? null, values, alarmValues(before))
}
