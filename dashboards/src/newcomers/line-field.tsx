import { useId } from 'preact/hooks'
import { words } from '../settings.js'
import { plantList } from '../state.js'

interface LineFieldProps {
  /** Id of the plant whose lines are offered; none are while nobody has chosen it. */
  readonly plant: string | undefined
  readonly value: string
  readonly onChange: (line: string) => void
}

/** The line that a newcomer belongs to: one that the plant has, or the id of a new one. */
export function LineField({ plant, value, onChange }: LineFieldProps) {
  const list = useId()
  const lines = plantList.value.find(({ id, configured }) => configured && id === plant)?.lines ?? []
  return (
    <label class="newcomer-field">
      <span>{words().newcomers.line}</span>
      <input
        class="input"
        value={value}
        list={list}
        maxLength={64}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onChange(event.currentTarget.value.trim())}
      />
      <datalist id={list}>
        {lines.map(({ id }) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </label>
  )
}
