import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'

interface TextFieldProps {
  readonly label: string
  readonly value: Signal<string>
  /** Values that are offered. */
  readonly offered?: readonly string[]
}

/** A labelled line to type into. */
export function TextField({ label, value, offered = [] }: TextFieldProps) {
  const list = useId()
  return (
    <label class="field">
      {label}
      <input
        class="input"
        value={value.value}
        maxLength={256}
        spellcheck={false}
        autocomplete="off"
        list={list}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      <datalist id={list}>
        {offered.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  )
}

interface PasswordFieldProps {
  readonly label: string
  readonly value: Signal<string>
  /** Password that a keeper of passwords puts here. */
  readonly kept: 'current-password' | 'new-password'
}

/** A labelled password, hidden while it is typed. */
export function PasswordField({ label, value, kept }: PasswordFieldProps) {
  return (
    <label class="field">
      {label}
      <input
        class="input"
        type="password"
        value={value.value}
        maxLength={256}
        autocomplete={kept}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </label>
  )
}

interface ChoiceFieldProps<T extends string> {
  readonly label: string
  readonly value: Signal<T>
  readonly names: Readonly<Record<T, string>>
}

/** A labelled choice. */
export function ChoiceField<T extends string>({ label, value, names }: ChoiceFieldProps<T>) {
  return (
    <label class="field">
      {label}
      <select class="select" value={value.value} onChange={(event) => (value.value = event.currentTarget.value as T)}>
        {(Object.keys(names) as T[]).map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </select>
    </label>
  )
}
