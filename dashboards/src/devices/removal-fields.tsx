import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { operator } from '../settings.js'
import { WhoField } from '../ui/who-field.js'
import { removalWords } from './removal-words.js'
import './removal-fields.css'

const WHY_MAX = 500

interface RemovalFieldsProps {
  readonly why: Signal<string>
  /** Further fields. */
  readonly children?: ComponentChildren
}

/** Fields for the reason of a removal and for who gives the order. */
export function RemovalFields({ why, children }: RemovalFieldsProps) {
  const w = removalWords()
  return (
    <div class="removal-fields">
      <label class="field">
        {w.why}
        <textarea
          rows={2}
          value={why.value}
          maxLength={WHY_MAX}
          onInput={(event) => (why.value = event.currentTarget.value)}
        />
      </label>
      <WhoField label={w.by} who={operator} />
      {children}
    </div>
  )
}
