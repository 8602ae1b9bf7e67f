import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'
import { words } from '../settings.js'
import { route } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { LimitsPart } from './limits-part.js'
import { meterTree } from './meter-tree.js'
import { type Open, OpenForm } from './open-form.js'
import { readGridRegions } from './requests.js'
import { PLANT_SECTIONS } from './sections/sections.js'
import { SectionsPart } from './sections/sections-part.js'
import { type DeviceSetting, type LineSetting, listOf, type PlantSetting } from './settings-tree.js'
import { configWords } from './words.js'

interface PlantsCardProps {
  readonly plants: readonly PlantSetting[]
  onEdits(edits: readonly ConfigEdit[]): void
}

/** Plants with their lines and devices, each to be changed by a form. */
export function PlantsCard({ plants, onEdits }: PlantsCardProps) {
  const w = configWords().plants
  const open = useSignal<Open | null>(null)
  const regions = useSignal<readonly GridRegionItem[]>([])
  const { value: at } = route
  useEffect(() => {
    if (at.view === 'configuration' && at.of !== undefined) find(`[data-removes="${at.of}"]`)
    if (at.view === 'configuration' && at.add !== undefined) find(`[data-adds="${at.add}"]`)
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
      {plants.map((plant, at) => (
        <PlantPart key={plant.id} plant={plant} at={at} show={show} onEdits={onEdits} />
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

/** Leads whoever has come to take something out, or to add it, to its button. */
function find(selector: string): void {
  const found = document.querySelector<HTMLElement>(selector)
  found?.scrollIntoView({ block: 'center' })
  found?.focus({ preventScroll: true })
}

interface PlantPartProps {
  readonly plant: PlantSetting
  /** Its position in the file. */
  readonly at: number
  show(form: Open): void
  onEdits(edits: readonly ConfigEdit[]): void
}

function PlantPart({ plant, at, show, onEdits }: PlantPartProps) {
  const w = configWords().plants
  const remove = (...path: string[]) => onEdits([{ op: 'remove', path: ['plants', plant.id, ...path] }])
  const tool = (label: string, of: string, act: () => void, removes?: string) => (
    <ActButton
      right="administer"
      class="button is-small"
      aria-label={`${label}: ${of}`}
      data-removes={removes}
      onClick={act}
    >
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
          {tool(w.addTarget, plant.id, () => show({ form: 'target', plant, target: null }))}
          {tool(w.addAlarm, plant.id, () => show({ form: 'alarm', plant, alarm: null }))}
          {tool(w.remove, plant.id, () => remove(), plant.id)}
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
        {meterTree(listOf<DeviceSetting>(plant.devices)).map(({ device, depth }) => (
          <li key={device.id} class="row">
            <span class="config-meter" style={{ '--depth': String(Math.min(depth, 8)) }}>
              {device.id}{' '}
              <span class="faint">
                {device.line ?? w.noLine} · {device.role === undefined ? w.noRole : roleText(device.role)}
                {device.parent !== undefined && ` · ${w.behind(device.parent)}`}
              </span>
            </span>
            <span class="card-tools">
              {tool(w.edit, device.id, () => show({ form: 'device', plant, device }))}
              {tool(w.remove, device.id, () => remove('devices', device.id), `${plant.id}/${device.id}`)}
            </span>
          </li>
        ))}
      </ul>
      <LimitsPart plant={plant} tool={tool} show={show} onEdits={onEdits} />
      <SectionsPart
        names={PLANT_SECTIONS}
        list={(name) => plant[name]}
        plant={at}
        of={plant.id}
        known={{ stack: stacksOf(plant) }}
        onEdits={onEdits}
      />
    </div>
  )
}

function stacksOf({ devices }: PlantSetting): readonly string[] {
  return listOf<DeviceSetting>(devices).flatMap(({ id, role }) => (role === 'stack' ? [id] : []))
}

function roleText(role: string): string {
  return (words().devices.roles as Readonly<Record<string, string>>)[role] ?? role
}
