import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'
import { language, words } from '../settings.js'
import { ActButton } from '../ui/act-button.js'
import { regionText } from './region-names.js'
import { readGridRegions } from './requests.js'
import { type SettingField, SettingForm } from './setting-form.js'
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

type Open =
  | { readonly form: 'plant'; readonly plant: PlantSetting | null }
  | { readonly form: 'line'; readonly plant: PlantSetting; readonly line: LineSetting | null }
  | { readonly form: 'device'; readonly plant: PlantSetting; readonly device: DeviceSetting | null }

interface PlantsCardProps {
  readonly plants: readonly PlantSetting[]
  onEdits(edits: readonly ConfigEdit[]): void
}

/** Plants with their lines and devices, each to be changed by a form. */
export function PlantsCard({ plants, onEdits }: PlantsCardProps) {
  const w = configWords().plants
  const open = useSignal<Open | null>(null)
  const regions = useSignal<readonly GridRegionItem[]>([])
  useEffect(() => {
    void readGridRegions().then((answer) => {
      if (answer.kind === 'loaded') regions.value = answer.value.regions
    })
  }, [])
  const show = (form: Open) => {
    open.value = form
  }
  const close = () => {
    open.value = null
  }
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-tools">
          <ActButton right="administer" class="button is-small" onClick={() => show({ form: 'plant', plant: null })}>
            {w.add}
          </ActButton>
        </span>
      </header>
      {plants.length === 0 && <p class="config-note">{w.none}</p>}
      {plants.map((plant) => (
        <PlantPart key={plant.id} plant={plant} show={show} onEdits={onEdits} />
      ))}
      {open.value !== null && (
        <OpenForm
          open={open.value}
          regions={regions.value}
          onClose={close}
          onEdits={(edits) => {
            close()
            onEdits(edits)
          }}
        />
      )}
    </section>
  )
}

interface PlantPartProps {
  readonly plant: PlantSetting
  show(form: Open): void
  onEdits(edits: readonly ConfigEdit[]): void
}

function PlantPart({ plant, show, onEdits }: PlantPartProps) {
  const w = configWords().plants
  const remove = (...path: string[]) => onEdits([{ op: 'remove', path: ['plants', plant.id, ...path] }])
  const tool = (label: string, of: string, act: () => void) => (
    <ActButton right="administer" class="button is-small" aria-label={`${label}: ${of}`} onClick={act}>
      {label}
    </ActButton>
  )
  return (
    <div class="config-plant">
      <div class="config-row">
        <strong>{plant.id}</strong>
        <span class="faint">
          {[plant.name?.en, plant.name?.zh, plant.timezone, plant.grid_region].filter(Boolean).join(' · ')}
        </span>
        <span class="card-tools">
          {tool(w.edit, plant.id, () => show({ form: 'plant', plant }))}
          {tool(w.addLine, plant.id, () => show({ form: 'line', plant, line: null }))}
          {tool(w.addDevice, plant.id, () => show({ form: 'device', plant, device: null }))}
        </span>
      </div>
      <h3>{w.lines}</h3>
      <ul class="rows">
        {listOf<LineSetting>(plant.lines).map((line) => (
          <li key={line.id} class="row">
            <span>{[line.id, line.name?.en, line.name?.zh].filter(Boolean).join(' · ')}</span>
            <span class="card-tools">
              {tool(w.edit, line.id, () => show({ form: 'line', plant, line }))}
              {tool(w.remove, line.id, () => remove('lines', line.id))}
            </span>
          </li>
        ))}
      </ul>
      <h3>{w.devices}</h3>
      <ul class="rows">
        {listOf<DeviceSetting>(plant.devices).map((device) => (
          <li key={device.id} class="row">
            <span>
              {device.id}{' '}
              <span class="faint">
                {device.line ?? w.noLine} · {device.role === undefined ? w.noRole : roleText(device.role)}
              </span>
            </span>
            <span class="card-tools">
              {tool(w.edit, device.id, () => show({ form: 'device', plant, device }))}
              {tool(w.remove, device.id, () => remove('devices', device.id))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function roleText(role: string): string {
  return (words().devices.roles as Readonly<Record<string, string>>)[role] ?? role
}

interface OpenFormProps {
  readonly open: Open
  readonly regions: readonly GridRegionItem[]
  onEdits(edits: readonly ConfigEdit[]): void
  onClose(): void
}

function OpenForm({ open, regions, onEdits, onClose }: OpenFormProps) {
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
  const { device } = open
  return (
    <SettingForm
      {...common}
      title={w.device}
      fields={deviceFields(plant, device)}
      editsOf={(values) => deviceEdits(values, plant.id, device)}
    />
  )
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
      proposals: regions.map((region) => [region.id, regionText(region, language.value)] as const),
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
  ]
}
