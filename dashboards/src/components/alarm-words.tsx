import type { AlarmItem } from '../../../src/base/alarm.js'
import { durationText, type Figure, figureFor, figureText, referenceText } from '../format.js'
import { lineName, plantName } from '../names.js'
import { language, words } from '../settings.js'
import { catalogue, plantList } from '../state.js'
import { Unit } from './text.js'

const SILENCE = 'device-silence'

/** Where it is: plant, line, device, as far down as it goes. */
export function placesOf({ plant: id, scope, scope_id }: AlarmItem): readonly string[] {
  const plant = plantList.value.find((p) => p.id === id)
  const names = [plant === undefined ? id : plantName(plant)]
  if (scope === 'plant') return names
  const line = plant?.lines.find((l) =>
    scope === 'line' ? l.id === scope_id : l.devices.some((device) => device.id === scope_id),
  )
  if (line !== undefined) names.push(lineName(line))
  if (scope === 'device' || line === undefined) names.push(scope_id)
  return names
}

function figureOf({ kpi, unit, value, limit }: AlarmItem): Figure {
  const known = catalogue.value.kind === 'loaded' && kpi !== null ? catalogue.value.value.get(kpi) : undefined
  return figureFor(known ?? { id: '', unit, shape: 'level' }, Math.max(Math.abs(value), Math.abs(limit)))
}

/** With what it was raised, against its limit; of a silence its limit alone, the age says the rest. */
export function ValueAgainstLimit({ alarm }: { readonly alarm: AlarmItem }) {
  const figure = figureOf(alarm)
  const lang = language.value
  if (alarm.rule === SILENCE) {
    return <span class="value">{words().needs.longerThan(durationText(alarm.limit * 1_000, lang))}</span>
  }
  return (
    <span class="value">
      {figureText(alarm.value, figure, lang)} / {referenceText(alarm.limit, figure, lang)}
      <Unit unit={figure.unit} />
    </span>
  )
}
