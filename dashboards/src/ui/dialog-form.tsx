import type { ComponentChildren } from 'preact'
import { words } from '../settings.js'
import { Icon } from './icon.js'

interface DialogFormProps {
  readonly title: string
  /** The sentence says what is wrong with what was typed or with the answer; it is '' while nothing is. */
  readonly problem: string
  readonly cancel: string
  readonly submit: string
  readonly isSending: boolean
  readonly onSubmit: (event: Event) => void
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A dialog holds this form: its title and way out, the fields, what is wrong, and the two buttons. */
export function DialogForm({
  title,
  problem,
  cancel,
  submit,
  isSending,
  onSubmit,
  onClose,
  children,
}: DialogFormProps) {
  return (
    <form class="downtime-form" onSubmit={onSubmit} noValidate>
      <header>
        <h2 class="dialog-title">{title}</h2>
        <button type="button" class="button is-icon" aria-label={words().keys.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
      {problem !== '' && (
        <p class="downtime-problem" role="alert">
          <Icon name="alert" />
          {problem}
        </p>
      )}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="submit" class="button is-primary" aria-busy={isSending}>
          {submit}
        </button>
      </footer>
    </form>
  )
}
