import type { ComponentChildren } from 'preact'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'
import { words } from '../settings.js'
import { kpiText } from './limit-fields.js'
import type { Open } from './open-form.js'
import type { AlarmSetting, TargetSetting } from './settings-limits.js'
import { listOf, type PlantSetting } from './settings-tree.js'
import { configWords } from './words.js'

interface LimitsPartProps {
  readonly plant: PlantSetting
  tool(label: string, of: string, act: () => void): ComponentChildren
  show(form: Open): void
  onEdits(edits: readonly ConfigEdit[]): void
}

/** Targets and alarms of a plant; nothing where it has neither. */
export function LimitsPart({ plant, tool, show, onEdits }: LimitsPartProps) {
  const w = configWords().plants
  const targets = Array.isArray(plant.targets) ? (plant.targets as readonly TargetSetting[]) : []
  const alarms = listOf<AlarmSetting>(plant.alarms)
  const remove = (list: string, place: string | number) =>
    onEdits([{ op: 'remove', path: ['plants', plant.id, list, place] }])
  return (
    <>
      {targets.length > 0 && <h3>{w.targets}</h3>}
      <ul class="rows">
        {targets.map((setting, at) => {
          if (typeof setting !== 'object' || setting === null) return null
          const name = `${kpiText(setting.kpi ?? '')} · ${windowText(setting.window)}`
          return (
            <li key={name} class="row">
              <span>
                {name} <span class="faint">{boundsText(setting)}</span>
              </span>
              <span class="card-tools">
                {tool(w.edit, name, () => show({ form: 'target', plant, target: { at, setting } }))}
                {tool(w.remove, name, () => remove('targets', at))}
              </span>
            </li>
          )
        })}
      </ul>
      {alarms.length > 0 && <h3>{w.alarms}</h3>}
      <ul class="rows">
        {alarms.map((alarm) => (
          <li key={alarm.id} class="row">
            <span>
              {alarm.id} <span class="faint">{alarmText(alarm)}</span>
            </span>
            <span class="card-tools">
              {tool(w.edit, alarm.id, () => show({ form: 'alarm', plant, alarm }))}
              {tool(w.remove, alarm.id, () => remove('alarms', alarm.id))}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function windowText(window: string | undefined): string {
  return (words().windows as Readonly<Record<string, string>>)[window ?? ''] ?? window ?? ''
}

function boundsText({ min, max, budget }: TargetSetting): string {
  const w = configWords().plants
  const said = [
    min === undefined ? '' : w.atLeast(String(min)),
    max === undefined ? '' : w.atMost(String(max)),
    budget === undefined ? '' : w.budgeted(String(budget)),
  ]
  return said.filter(Boolean).join(' · ')
}

function alarmText({ kpi, window, above, below }: AlarmSetting): string {
  const w = configWords().plants
  const limit = above === undefined ? w.below(String(below)) : w.above(String(above))
  return [kpiText(kpi ?? ''), windowText(window), limit].join(' · ')
}
