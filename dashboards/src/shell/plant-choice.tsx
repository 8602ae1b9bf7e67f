import type { PlantNode } from '../../../src/base/wire.js'
import { plantName } from '../names.js'
import { reportWords } from '../reports/words.js'
import { plantList } from '../state.js'
import { Icon } from '../ui/icon.js'

interface PlantChoiceProps {
  /** null: all of them. */
  readonly plant: PlantNode | null
  readonly onChoose: (plant: string | null) => void
  /** True when all plants together can be chosen. */
  readonly hasAll?: boolean
}

/** Choice of the plant whose figures or reports are shown. */
export function PlantChoice({ plant, onChoose, hasAll = false }: PlantChoiceProps) {
  const w = reportWords()
  return (
    <span class="select">
      <span aria-hidden="true">{plant === null ? w.allPlants : plantName(plant)}</span>
      <Icon name="chevron" />
      <select
        value={plant?.id ?? ''}
        aria-label={w.plant}
        onChange={(event) => onChoose(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      >
        {hasAll && <option value="">{w.allPlants}</option>}
        {plantList.value.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {plantName(choice)}
          </option>
        ))}
      </select>
    </span>
  )
}
