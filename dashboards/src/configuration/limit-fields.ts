import { ALARM_SEVERITIES } from '../../../src/base/alarm.js'
import { SCOPES, WINDOWS } from '../../../src/base/kpi.js'
import { language, words } from '../settings.js'
import { catalogue } from '../state.js'
import { type FigureBounds, scopesOf, valuesForFigure, windowsOf } from './computed-figures.js'
import type { FormValues } from './form-values.js'
import type { SettingField } from './setting-field.js'
import { configWords } from './words.js'

/** Name of a KPI in the language of whoever reads; its id where the catalogue has none. */
export function kpiText(id: string): string {
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(id) : undefined
  return known?.name[language.value] ?? id
}

/** Windows and scopes of a KPI; undefined of one that the catalogue does not have. */
function figureOf(id: string | undefined): FigureBounds | undefined {
  return catalogue.value.kind === 'loaded' ? catalogue.value.value.get(id ?? '') : undefined
}

/** A field whose name is that of its setting. */
function field(name: string, values: FormValues, label: string, help = ''): SettingField {
  return { name, setting: name, label, help, value: values[name] ?? '' }
}

function kpiField(values: FormValues): SettingField {
  const w = configWords().forms
  const ids = catalogue.value.kind === 'loaded' ? [...catalogue.value.value.keys()] : []
  return { ...field('kpi', values, w.kpi, w.kpiHelp), proposals: ids.map((id) => [id, kpiText(id)] as const) }
}

/** Words in which the figure is computed, and the one that stands there, with a doubt where it is none of them. */
function computedField(
  usual: SettingField,
  all: readonly (readonly [word: string, label: string])[],
  computed: readonly string[],
): SettingField {
  const w = configWords().forms
  const label = (word: string): string => all.find(([one]) => one === word)?.[1] ?? word
  const choices = all.filter(([word]) => computed.includes(word))
  if (computed.includes(usual.value)) return { ...usual, choices }
  const doubt = w.notComputed(computed.map(label))
  return { ...usual, choices: [[usual.value, label(usual.value)], ...choices], doubt }
}

function windowField(values: FormValues, hasShifts: boolean): SettingField {
  const w = configWords().forms
  const all = WINDOWS.map((window) => [window, words().windows[window]] as const)
  const computed = windowsOf(figureOf(values.kpi), hasShifts)
  const usual = { ...field('window', values, w.window, w.windowHelp), choices: all }
  return computedField(usual, all, computed)
}

function scopeField(values: FormValues): SettingField {
  const w = configWords().forms
  const all = SCOPES.map((scope) => [scope, w.scopes[scope]] as const)
  return computedField(field('scope', values, w.scope), all, scopesOf(figureOf(values.kpi)))
}

/** Values after a field was changed: another figure may be computed in other windows. */
export function valuesAfter(changed: string, values: FormValues, hasShifts: boolean): FormValues {
  return changed === 'kpi' ? valuesForFigure(values, figureOf(values.kpi), hasShifts) : values
}

export function targetFields(values: FormValues, hasShifts: boolean): readonly SettingField[] {
  const w = configWords().forms
  const isOfPlant = scopesOf(figureOf(values.kpi)).includes('plant')
  return [
    { ...kpiField(values), ...(!isOfPlant && { doubt: w.notOfPlant }) },
    windowField(values, hasShifts),
    field('min', values, w.min, w.minHelp),
    field('max', values, w.max, w.maxHelp),
    field('budget', values, w.budget, w.budgetHelp),
  ]
}

export function alarmFields(values: FormValues, isNew: boolean, hasShifts: boolean): readonly SettingField[] {
  const w = configWords().forms
  const severities = ALARM_SEVERITIES.map((one) => [one, words().severities[one]] as const)
  return [
    { ...field('id', values, w.id, w.alarmIdHelp), isFixed: !isNew },
    kpiField(values),
    windowField(values, hasShifts),
    scopeField(values),
    field('of', values, w.of, w.ofHelp),
    field('above', values, w.above, w.aboveHelp),
    field('below', values, w.below),
    field('hysteresis', values, w.hysteresis, w.hysteresisHelp),
    field('on_delay_s', values, w.delay, w.delayHelp),
    { ...field('severity', values, w.severity), choices: severities },
  ]
}
