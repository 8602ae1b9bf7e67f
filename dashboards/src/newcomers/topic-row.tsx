import type { UnknownTopic } from '../../../src/views/wire/unknown-devices.js'
import { decimal } from '../format.js'
import { plantName } from '../names.js'
import { language, words } from '../settings.js'
import { plantList } from '../state.js'
import type { RowProps } from './device-row.js'
import { LineField } from './line-field.js'
import { Reasons } from './reasons.js'

/** One kind of topic: the profile that reads it, and where its devices belong. */
export function TopicRow({ of: row, choice, isChosen, onChoose, onChange }: RowProps<UnknownTopic>) {
  const w = words().newcomers
  const lang = language.value
  const plants = plantList.value.filter(({ configured }) => configured)
  return (
    <li class="newcomer" data-topic={row.topic}>
      <input
        type="checkbox"
        class="newcomer-check"
        aria-label={w.select(row.topic)}
        checked={isChosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <div class="newcomer-name">
        <code>{row.topic}</code>
        {row.ignored !== null && <span class="newcomer-tag">{w.ignored}</span>}
        <span class="newcomer-facts">
          {w.messages(decimal(row.messages, 0, lang))} · {row.profile.value ?? w.noProfile}
        </span>
      </div>
      {row.profile.value !== null && (
        <>
          <label class="newcomer-field">
            <span>{w.plant}</span>
            <select
              class="input"
              value={choice.plant ?? ''}
              onChange={(event) => {
                const id = event.currentTarget.value
                const line = plants.find((plant) => plant.id === id)?.lines[0]?.id ?? 'line-1'
                if (id !== '') onChange({ ...choice, plant: id, line })
              }}
            >
              {choice.plant === undefined && <option value="">{w.choosePlant}</option>}
              {plants.map((plant) => (
                <option key={plant.id} value={plant.id}>
                  {plantName(plant)}
                </option>
              ))}
            </select>
          </label>
          <LineField
            plant={choice.plant}
            value={choice.line ?? ''}
            onChange={(line) => onChange({ ...choice, line })}
          />
        </>
      )}
      <details class="newcomer-details">
        <summary>{w.why}</summary>
        <Reasons of={row.profile.reasons} />
        {row.values.length > 0 && <p>{w.values}</p>}
        <ul class="newcomer-metrics">
          {row.values.map(({ at, metric, unit, seen, reasons }) => (
            <li key={at}>
              <code>{at === '' ? metric : `${at} → ${metric}`}</code> <strong class="num">{seen.join(', ')}</strong>
              {unit !== null && <span class="newcomer-facts">{unit}</span>}
              <Reasons of={reasons} />
            </li>
          ))}
        </ul>
        <pre class="newcomer-sample">{row.sample}</pre>
      </details>
    </li>
  )
}
