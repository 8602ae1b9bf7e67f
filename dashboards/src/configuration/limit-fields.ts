import { ALARM_SEVERITIES } from '../../../src/base/alarm.js'
import { SCOPES, WINDOWS } from '../../../src/base/kpi.js'
import { language, words } from '../settings.js'
import { catalogue } from '../state.js'
import type { SettingField } from './setting-field.js'
import { type AlarmSetting, alarmValues, type TargetSetting, targetValues } from './settings-limits.js'
import { configWords } from './words.js'

/** Name of a KPI in the language of whoever reads; its id where the catalogue has none. */
export function kpiText(id: string): string {
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(id) : undefined
  return known?.name[language.value] ?? id
}

/** A field whose name is that of its setting. */
function field(name: string, values: Readonly<Record<string, string>>, label: string, help = ''): SettingField {
  return { name, setting: name, label, help, value: values[name] ?? '' }
}

function kpiField(values: Readonly<Record<string, string>>): SettingField {
  const w = configWords().forms
  const ids = catalogue.value.kind === 'loaded' ? [...catalogue.value.value.keys()] : []
  return { ...field('kpi', values, w.kpi, w.kpiHelp), proposals: ids.map((id) => [id, kpiText(id)] as const) }
}

function windowField(values: Readonly<Record<string, string>>): SettingField {
  const w = configWords().forms
  const choices = WINDOWS.map((window) => [window, words().windows[window]] as const)
  return { ...field('window', values, w.window, w.windowHelp), choices }
}

export function targetFields(target: TargetSetting | null): readonly SettingField[] {
  const w = configWords().forms
  const values = targetValues(target)
  return [
    kpiField(values),
    windowField(values),
    field('min', values, w.min, w.minHelp),
    field('max', values, w.max, w.maxHelp),
    field('budget', values, w.budget, w.budgetHelp),
  ]
}

export function alarmFields(alarm: AlarmSetting | null): readonly SettingField[] {
  const w = configWords().forms
  const values = alarmValues(alarm)
  const severities = ALARM_SEVERITIES.map((one) => [one, words().severities[one]] as const)
  return [
    { ...field('id', values, w.id, w.alarmIdHelp), isFixed: alarm !== null },
    kpiField(values),
    windowField(values),
    { ...field('scope', values, w.scope), choices: SCOPES.map((scope) => [scope, w.scopes[scope]] as const) },
    field('of', values, w.of, w.ofHelp),
    field('above', values, w.above, w.aboveHelp),
    field('below', values, w.below),
    field('hysteresis', values, w.hysteresis, w.hysteresisHelp),
    field('on_delay_s', values, w.delay, w.delayHelp),
    { ...field('severity', values, w.severity), choices: severities },
  ]
}
