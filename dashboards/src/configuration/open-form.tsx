import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'
import { language, words } from '../settings.js'
import type { FormValues } from './form-values.js'
import { alarmFields, targetFields, valuesAfter } from './limit-fields.js'
import { regionProposal } from './region-names.js'
import type { SettingField } from './setting-field.js'
import { SettingForm } from './setting-form.js'
import {
  type AlarmSetting,
  alarmEdits,
  alarmValues,
  type TargetSetting,
  targetEdits,
  targetValues,
} from './settings-limits.js'
import {
  type DeviceSetting,
  deviceEdits,
  type LineSetting,
  lineEdits,
  listOf,
  type PlantSetting,
  plantEdits,
} from './settings-tree.js'
import { configWords } from './words.js'

/** A form with what it changes; null for something new. */
export type Open =
  | { readonly form: 'plant'; readonly plant: PlantSetting | null }
  | { readonly form: 'line'; readonly plant: PlantSetting; readonly line: LineSetting | null }
  | { readonly form: 'device'; readonly plant: PlantSetting; readonly device: DeviceSetting | null }
  | {
      readonly form: 'target'
      readonly plant: PlantSetting
      readonly target: { readonly at: number; readonly setting: TargetSetting } | null
    }
  | { readonly form: 'alarm'; readonly plant: PlantSetting; readonly alarm: AlarmSetting | null }

type OpenLimit = Extract<Open, { readonly form: 'target' | 'alarm' }>

interface OpenFormProps {
  readonly open: Open
  readonly regions: readonly GridRegionItem[]
  onEdits(edits: readonly ConfigEdit[]): void
  onClose(): void
}

/** The form that is open, over the page. */
export function OpenForm({ open, regions, onEdits, onClose }: OpenFormProps) {
  const w = configWords().forms
  const common = { onEdits, onClose }
  if (open.form === 'plant') {
    const fields = plantFields(open.plant, regions)
    return (
      <SettingForm {...common} title={w.plant} fields={fields} editsOf={(values) => plantEdits(values, open.plant)} />
    )
  }
  const { plant } = open
  if (open.form === 'line') {
    const { line } = open
    const fields = [idField(line), ...nameFields(line?.name)]
    return (
      <SettingForm {...common} title={w.line} fields={fields} editsOf={(values) => lineEdits(values, plant.id, line)} />
    )
  }
  if (open.form === 'target' || open.form === 'alarm') {
    return <LimitForm open={open} onEdits={onEdits} onClose={onClose} />
  }
  const { device } = open
  const fields = deviceFields(plant, device)
  return (
    <SettingForm
      {...common}
      title={w.device}
      fields={fields}
      fieldsFor={(values) => withMove(fields, values, device)}
      adjusted={(values, changed) => behindMain(values, changed, plant, device)}
      editsOf={(values) => deviceEdits(values, plant.id, device)}
    />
  )
}

/** A target or an alarm: its windows are those in which its figure is computed. */
function LimitForm({ open, onEdits, onClose }: Omit<OpenFormProps, 'regions' | 'open'> & { readonly open: OpenLimit }) {
  const w = configWords().forms
  const { plant } = open
  const hasShifts = plant.shifts !== undefined && plant.shifts.length > 0
  const adjusted = (values: FormValues, changed: string) => valuesAfter(changed, values, hasShifts)
  const common = { onEdits, onClose, adjusted }
  if (open.form === 'target') {
    const { at = null, setting = null } = open.target ?? {}
    const fieldsFor = (values: FormValues) => targetFields(values, hasShifts)
    const form = { fieldsFor, fields: fieldsFor(targetValues(setting)) }
    return (
      <SettingForm
        {...common}
        {...form}
        title={w.target}
        editsOf={(values) => targetEdits(values, plant.id, at, setting)}
      />
    )
  }
  const { alarm } = open
  const fieldsFor = (values: FormValues) => alarmFields(values, alarm === null, hasShifts)
  const form = { fieldsFor, fields: fieldsFor(alarmValues(alarm)) }
  return <SettingForm {...common} {...form} title={w.alarm} editsOf={(values) => alarmEdits(values, plant.id, alarm)} />
}

function idField(before: { readonly id: string } | null): SettingField {
  const { id: label, idHelp: help } = configWords().forms
  return { name: 'id', setting: 'id', label, help, value: before?.id ?? '', isFixed: before !== null }
}

function nameFields(name: PlantSetting['name']): readonly SettingField[] {
  const { nameEn, nameZh } = configWords().forms
  return [
    { name: 'en', setting: 'en', label: nameEn, value: name?.en ?? '' },
    { name: 'zh', setting: 'zh', label: nameZh, value: name?.zh ?? '' },
  ]
}

function plantFields(plant: PlantSetting | null, regions: readonly GridRegionItem[]): readonly SettingField[] {
  const w = configWords().forms
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const templates = Object.entries(w.templates).filter(([word]) => plant !== null || word !== 'keep')
  const zones = Intl.supportedValuesOf('timeZone')
  return [
    idField(plant),
    ...nameFields(plant?.name),
    {
      ...{ name: 'zone', setting: 'timezone', label: w.zone, help: w.zoneHelp },
      value: plant?.timezone ?? here,
      proposals: zones.map((zone) => [zone, ''] as const),
    },
    {
      ...{ name: 'region', setting: 'grid_region', label: w.region, help: w.regionHelp },
      value: plant?.grid_region ?? '',
      proposals: regions.map((region) => regionProposal(region, language.value)),
    },
    {
      ...{ name: 'shifts', setting: 'shifts', label: w.shifts, help: w.shiftsHelp },
      ...{ value: plant === null ? 'none' : 'keep', choices: templates },
    },
  ]
}

function deviceFields(plant: PlantSetting, device: DeviceSetting | null): readonly SettingField[] {
  const w = configWords()
  const lines = listOf<{ readonly id: string }>(plant.lines).map(({ id }) => [id, id] as const)
  const roles = Object.entries(words().devices.roles)
  const isOther = device?.line !== undefined && !lines.some(([id]) => id === device.line)
  const other = isOther ? [[device!.line!, device!.line!] as const] : []
  return [
    idField(device),
    {
      ...{ name: 'line', setting: 'line', label: w.forms.ofLine, value: device?.line ?? '' },
      choices: [['', w.plants.noLine], ...lines, ...other],
    },
    {
      ...{ name: 'role', setting: 'role', label: w.forms.role, value: device?.role ?? '' },
      choices: [['', w.plants.noRole], ...roles],
    },
    {
      ...{ name: 'parent', setting: 'parent', label: w.forms.parent, help: w.forms.parentHelp },
      ...{ value: device?.parent ?? '', choices: [['', w.forms.noParent], ...metersBefore(plant, device)] },
    },
    {
      ...{ name: 'product', setting: 'product', label: w.forms.product, help: w.forms.productHelp },
      ...{ value: device?.product ?? '', choices: [['', w.forms.noProduct], ...productsOf(plant, device)] },
    },
    ...(['holds_from', 'retired_from'] as const).map((name) => ({
      ...{ name, setting: name, label: w.forms.from[name], help: w.forms.fromHelp[name] },
      value: device?.[name] ?? '',
    })),
  ]
}

/** The fields with the day of the move behind the line, where a device that stands on one is to stand on another. */
function withMove(
  fields: readonly SettingField[],
  values: FormValues,
  device: DeviceSetting | null,
): readonly SettingField[] {
  const isMoved = device?.line !== undefined && values.line !== '' && values.line !== device.line
  if (!isMoved) return fields
  const { movedFrom: label, movedFromHelp: help } = configWords().forms
  const day = { name: 'moved_from', setting: 'from', label, help, value: '' }
  return fields.flatMap((field) => (field.name === 'line' ? [field, day] : [field]))
}

/** Products of the plant, each once, and the one that the device has. */
function productsOf(plant: PlantSetting, device: DeviceSetting | null): readonly (readonly [string, string])[] {
  const known = listOf<LineSetting>(plant.products).map(({ id, name }) => [id, name?.[language.value] ?? id] as const)
  const own = device?.product === undefined ? [] : [[device.product, device.product] as const]
  return [...new Map([...own, ...known])]
}

/** Meters that a device can lie behind: every other device and every virtual meter. */
function metersBefore(plant: PlantSetting, device: DeviceSetting | null): readonly (readonly [string, string])[] {
  const devices = listOf<DeviceSetting>(plant.devices).map(({ id }) => id)
  const virtual = listOf<{ readonly id: string }>(plant.virtual_meters).map(({ id }) => id)
  const named = device?.parent === undefined ? [] : [device.parent]
  const ids = new Set([...devices, ...virtual, ...named])
  return [...ids].filter((id) => id !== device?.id).map((id) => [id, id] as const)
}

/** Values of a device with the one main meter of its plant right before what was just made a submeter. */
function behindMain(
  values: FormValues,
  changed: string,
  plant: PlantSetting,
  device: DeviceSetting | null,
): FormValues {
  if (changed !== 'role' || values.role !== 'sub' || (values.parent ?? '') !== '') return values
  const mains = listOf<DeviceSetting>(plant.devices).filter(({ id, role }) => role === 'main' && id !== device?.id)
  return mains.length === 1 ? { ...values, parent: mains[0]!.id } : values
}
