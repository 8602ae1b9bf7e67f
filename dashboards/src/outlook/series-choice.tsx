import type { PlantNode } from '../../../src/base/wire.js'
import type { ForecastItem } from '../../../src/views/wire/forecasts.js'
import { lineName } from '../names.js'
import { language } from '../settings.js'
import { catalogue } from '../state.js'
import { useOutlookWords } from './words.js'

interface SeriesChoiceProps {
  readonly plant: PlantNode
  readonly items: readonly ForecastItem[]
  readonly value: string
  readonly onChoose: (key: string) => void
}

/** The choice among the series of a plant that are forecast. */
export function SeriesChoice({ plant, items, value, onChoose }: SeriesChoiceProps) {
  const w = useOutlookWords().day
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value : null
  const series = new Map(
    items.map((item) => {
      const name = known?.get(item.kpi)?.name[language.value] ?? item.kpi
      const line = plant.lines.find(({ id }) => id === item.id)
      const where =
        item.scope === 'plant'
          ? ''
          : item.scope === 'device'
            ? ` · ${item.id}${isMain(plant, item.id) ? ` (${w.mainMeter})` : ''}`
            : line === undefined
              ? ` · ${item.id}`
              : ` · ${lineName(line)}`
      return [`${item.scope} ${item.id} ${item.kpi}`, `${name}${where}`] as const
    }),
  )
  return (
    <select
      class="input outlook-series"
      aria-label={w.series}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {[...series].map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  )
}

function isMain({ lines }: PlantNode, device: string): boolean {
  return lines.some(({ devices }) => devices.some(({ id, role }) => id === device && role === 'main'))
}
