import type { Signal } from '@preact/signals'
import { account } from '../session.js'

interface WhoFieldProps {
  readonly label: string
  readonly who: Signal<string>
  readonly isWrong?: boolean
  readonly isOptional?: boolean
}

const NAME_MAX = 64

/** In whose name something is done: the account's, or where nobody has to sign in, the name that somebody gives. */
export function WhoField({ label, who, isWrong = false, isOptional = false }: WhoFieldProps) {
  if (account.value !== '') {
    return (
      <p class="field">
        {label} <strong>{account.value}</strong>
      </p>
    )
  }
  return (
    <label class="field">
      {label}
      <input
        value={who.value}
        maxLength={NAME_MAX}
        autocomplete="name"
        required={!isOptional}
        aria-invalid={isWrong}
        onInput={(event) => (who.value = event.currentTarget.value)}
      />
    </label>
  )
}
