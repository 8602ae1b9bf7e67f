import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import { CHANNEL_TYPES } from '../../../../src/base/notify.js'
import { isSecretName, SECRET_MARK } from '../../../../src/base/secret-settings.js'
import { useTypedText } from '../typed-text.js'
import { type ElementValue, lineOfList, listOfLine, numberOrText, shownText, valueIn } from './element.js'
import { controlId, helpOf, labelOf, wordText } from './field-text.js'
import { type JsonSchema, type KeyPath, kindOf } from './json-schema.js'
import { KnownWordsOfForm, proposedWords } from './known-words.js'
import { sectionWords } from './words.js'

interface FieldControlProps {
  readonly path: KeyPath
  readonly schema: JsonSchema
  readonly isRequired: boolean
  readonly isFixed?: boolean
  readonly value: ElementValue
  /** `isLeaf`: with what is said of its elements. */
  problemAt(path: KeyPath, isLeaf: boolean): string
  set(path: KeyPath, next: unknown): void
}

/** One setting with its label, the control of its kind, and its help or what a rule says against it. */
export function FieldControl(props: FieldControlProps) {
  const { path, schema, problemAt, isRequired } = props
  const [id, problem] = [controlId(path), problemAt(path, true)]
  const about = `${id}-about`
  const kind = kindOf(schema)
  const attributes = { id, 'aria-describedby': about, 'aria-invalid': problem !== '' }
  const label = isRequired ? `${labelOf(path)} *` : labelOf(path)
  return (
    <div class="setting-field">
      {kind === 'choices' ? <span id={id}>{label}</span> : <label for={id}>{label}</label>}
      <Control {...props} attributes={attributes} />
      <p id={about} class={problem === '' ? 'faint' : 'setting-problem'}>
        {problem === '' ? helpOf(path, schema) : problem}
      </p>
    </div>
  )
}

interface ControlProps extends FieldControlProps {
  readonly attributes: { readonly id: string; readonly 'aria-describedby': string; readonly 'aria-invalid': boolean }
}

function Control({ path, schema, isRequired, isFixed = false, value, set, attributes }: ControlProps) {
  const w = sectionWords()
  const now = valueIn(value, path)
  const kind = kindOf(schema)
  if (kind === 'choice' || kind === 'truth') {
    const words = kind === 'truth' ? ['true', 'false'] : (schema.enum ?? []).map(String)
    const isOpen = !isRequired || now === undefined
    return (
      <select
        {...attributes}
        class="input"
        disabled={isFixed}
        value={shownText(now)}
        onChange={({ currentTarget }) => {
          const { value: word } = currentTarget
          set(path, word === '' ? undefined : kind === 'truth' ? word === 'true' : word)
        }}
      >
        {isOpen && (
          <option value="">{schema.default === undefined ? w.unsaid : w.standard(wordText(schema.default))}</option>
        )}
        {words.map((word) => (
          <option key={word} value={word}>
            {wordText(word)}
          </option>
        ))}
      </select>
    )
  }
  if (kind === 'choices') return <Choices path={path} schema={schema} value={value} set={set} label={attributes.id} />
  return <TextControl path={path} schema={schema} value={value} set={set} attributes={attributes} />
}

type TextControlProps = Pick<ControlProps, 'path' | 'schema' | 'value' | 'set' | 'attributes'>

/** A line of text. While it is typed it stays as it is: `1.` is a number, and would be written back as 1. */
function TextControl({ path, schema, value, set, attributes }: TextControlProps) {
  const [now, kind] = [valueIn(value, path), kindOf(schema)]
  const isList = kind === 'texts' || kind === 'numbers'
  const typed = useTypedText(isList ? lineOfList(now) : shownText(now), (text) => {
    if (isList) set(path, listOfLine(text, kind === 'numbers'))
    else set(path, kind === 'number' ? numberOrText(text) : text === '' ? undefined : text)
  })
  const words = proposedWords(String(path.at(-1)), useContext(KnownWordsOfForm), schema.examples)
  if (isSecretField(path, value)) return <SecretInput {...attributes} {...typed} />
  const list = words.length === 0 || isList ? undefined : `${attributes.id}-list`
  return (
    <>
      <input
        {...attributes}
        {...typed}
        class="input"
        autocomplete="off"
        placeholder={schema.default === undefined ? '' : lineOfList(schema.default)}
        list={list}
      />
      {list !== undefined && (
        <datalist id={list}>
          {words.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
    </>
  )
}

/** Robots are written to by whoever knows their address. */
function isSecretField(path: KeyPath, value: ElementValue): boolean {
  const name = String(path.at(-1))
  return isSecretName(name) || (name === 'url' && CHANNEL_TYPES.some((type) => type === value.type))
}

/** A secret is hidden while it is typed, unless somebody wants to see it; the mark that stands for one that is kept is none. */
function SecretInput(props: ControlProps['attributes'] & ReturnType<typeof useTypedText>) {
  const w = sectionWords()
  const isShown = useSignal(false)
  const isHidden = !isShown.value && props.value !== SECRET_MARK
  return (
    <span class="setting-secret">
      {isHidden ? (
        <input {...props} class="input" type="password" autocomplete="new-password" />
      ) : (
        <input {...props} class="input" type="text" autocomplete="off" />
      )}
      <button
        type="button"
        class="button is-small"
        aria-pressed={isShown.value}
        aria-controls={props.id}
        onClick={() => (isShown.value = !isShown.value)}
      >
        {w.show}
      </button>
    </span>
  )
}

/** Words of which several hold, such as weekdays; where nothing is said, those that the schema means. */
function Choices({
  path,
  schema,
  value,
  set,
  label,
}: Pick<FieldControlProps, 'path' | 'schema' | 'value' | 'set'> & { readonly label: string }) {
  const now = valueIn(value, path)
  const chosen = (Array.isArray(now) ? now : Array.isArray(schema.default) ? schema.default : []) as readonly unknown[]
  const words = schema.items?.enum ?? []
  const toggle = (word: unknown): ComponentChildren => (
    <label key={String(word)} class="setting-choice">
      <input
        type="checkbox"
        checked={chosen.includes(word)}
        onChange={({ currentTarget }) => {
          const next = words.filter((one) => (one === word ? currentTarget.checked : chosen.includes(one)))
          set(path, isUnsaid(next, schema) ? undefined : next)
        }}
      />
      {wordText(word)}
    </label>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a row of the form
    <div class="setting-choices" role="group" aria-labelledby={label}>
      {words.map(toggle)}
    </div>
  )
}

/** True for a choice that is not written down: the one that holds without, and none where none holds without. */
function isUnsaid(chosen: readonly unknown[], { default: meant }: JsonSchema): boolean {
  if (!Array.isArray(meant)) return chosen.length === 0
  return chosen.length === meant.length && chosen.every((one) => meant.includes(one))
}
