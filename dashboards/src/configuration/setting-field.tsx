import { type Proposal, proposedWord } from './proposed-word.js'
import { useTypedText } from './typed-text.js'

/** A field of a form; `setting` is the end of the path by which problems find it. */
export interface SettingField {
  readonly name: string
  readonly setting: string
  readonly label: string
  readonly help?: string
  readonly value: string
  /** Words to choose among, each with its label; any text where it is absent. */
  readonly choices?: readonly (readonly [value: string, label: string])[]
  /** Words that are proposed while somebody types, each with its label and other names. */
  readonly proposals?: readonly Proposal[]
  readonly isFixed?: boolean
  /** A probable slip in the value, although no rule is against it. */
  readonly doubt?: string
}

interface FieldRowProps {
  readonly field: SettingField
  readonly value: string
  readonly problem: string
  onInput(value: string): void
}

/** A setting with its label, its control, and its help, in whose place stands what a rule says against it, or a doubt. */
export function FieldRow({ field, value, problem, onInput }: FieldRowProps) {
  const { name, label, help, choices, proposals, isFixed = false, doubt = '' } = field
  const said = problem === '' ? doubt : problem
  const [id, about] = [`setting-${name}`, `setting-${name}-about`]
  const typed = useTypedText(value, onInput)
  const common = {
    id,
    'aria-describedby': about,
    'aria-invalid': problem !== '',
  }
  return (
    <div class="setting-field">
      <label for={id}>{label}</label>
      {choices === undefined ? (
        <input
          {...common}
          {...typed}
          class="input"
          disabled={isFixed}
          onChange={() => {
            const word = proposedWord(value, proposals ?? [])
            if (word !== value) onInput(word)
          }}
          list={proposals === undefined ? undefined : `${id}-list`}
          autocomplete="off"
        />
      ) : (
        <select {...common} value={value} class="input" onChange={(event) => onInput(event.currentTarget.value)}>
          {choices.map(([word, text]) => (
            <option key={word} value={word}>
              {text}
            </option>
          ))}
        </select>
      )}
      {proposals !== undefined && (
        <datalist id={`${id}-list`}>
          {proposals.map(([word, text]) => (
            <option key={word} value={word}>
              {text}
            </option>
          ))}
        </datalist>
      )}
      <p id={about} class={said === '' ? 'faint' : 'setting-problem'}>
        {said === '' ? help : said}
      </p>
    </div>
  )
}
