import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { AllowanceMove } from '../../../src/base/allowances.js'
import type { CertificateState } from '../../../src/base/energy-certificates.js'
import { ENTERED_TYPES, type EnteredType } from '../../../src/base/entries.js'
import { METRICS } from '../../../src/base/metrics.js'
import type { PeriodMeasure } from '../../../src/base/period-statements.js'
import type { AllocationRule } from '../../../src/base/production-lots.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { shownUnit } from '../format.js'
import { account, actingAs, actor } from '../session.js'
import { instantOf } from '../time/time.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { Problem } from '../ui/job-progress.js'
import { useSubmission } from '../ui/submission.js'
import { bodyOf, type EntryField, FORMS, type FormField, missingIn, type Typed } from './forms.js'
import { addEntry, NOTHING_SENT, newEntryId, type Sent } from './gateway.js'
import { OriginalField } from './original-field.js'
import { entryWords } from './words.js'

interface EntryDialogProps {
  readonly plant: PlantNode
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onSaid: () => void
}

/** Puts something on record that no meter sends. What was typed stays until it is taken. */
export function EntryDialog({ plant, isOpen, onClose, onSaid }: EntryDialogProps) {
  const w = entryWords()
  const sent = useRef(NOTHING_SENT)
  return (
    <Dialog title={w.add} isOpen={isOpen} onClose={onClose} class="report-dialog">
      {isOpen && <EntryForm plant={plant} sent={sent} onClose={onClose} onSaid={onSaid} />}
    </Dialog>
  )
}

interface EntryFormProps extends Omit<EntryDialogProps, 'isOpen'> {
  readonly sent: { current: Sent }
}

function EntryForm({ plant, sent, onClose, onSaid }: EntryFormProps) {
  const w = entryWords()
  const type = useSignal<EnteredType>('bill')
  const typed = useSignal<Typed>({ author: actor.peek() })
  const isHanding = useSignal(false)
  const values = withChoices(type.value, account.value === '' ? typed.value : { ...typed.value, author: account.value })
  const { problem, isSending, submit } = useSubmission({
    check: () => {
      const missing = missingIn(type.value, values)
      return missing === null ? '' : w.missing(w.fields[missing])
    },
    act: () => {
      const instant = (field: string) => {
        const localMs = Date.parse(`${field}Z`)
        // The gateway says what is wrong with a time that is none.
        return Number.isNaN(localMs) ? field : new Date(instantOf(localMs, plant.timezone)).toISOString()
      }
      const body = bodyOf(type.value, values, instant)
      const text = JSON.stringify(body)
      if (sent.current.text !== text) sent.current = { text, id: newEntryId() }
      return addEntry(plant.id, { ...body, id: sent.current.id })
    },
    failed: w.notTaken,
    onDone: () => {
      sent.current = NOTHING_SENT
      actingAs(values.author ?? '')
      onSaid()
    },
    onClose,
  })
  return (
    <form class="report-form" onSubmit={submit} noValidate>
      <DialogHead title={w.add} onClose={onClose} />
      <label class="field">
        {w.what}
        <select
          value={type.value}
          onChange={(event) => {
            type.value = event.currentTarget.value as EnteredType
            problem.value = ''
          }}
        >
          {ENTERED_TYPES.map((id) => (
            <option key={id} value={id}>
              {w.types[id]}
            </option>
          ))}
        </select>
      </label>
      {FORMS[type.value].map((field) => (
        <Field
          key={`${type.value} ${field.id}`}
          field={field}
          plant={plant}
          value={values[field.id] ?? ''}
          unit={type.value === 'bill' && field.id === 'amount' ? unitOf(values.metric) : ''}
          onValue={(value) => (typed.value = { ...typed.value, [field.id]: value })}
          onBusy={(isBusy) => (isHanding.value = isBusy)}
        />
      ))}
      <p class="faint">{w.saveNote}</p>
      <Problem text={problem.value} />
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {w.cancel}
        </button>
        <button type="submit" class="button is-primary" aria-busy={isSending.value} disabled={isHanding.value}>
          {w.save}
        </button>
      </footer>
    </form>
  )
}

const unitOf = (metric = '') => shownUnit(METRICS.get(metric)?.unit ?? '')

/** Fills in the fields that are chosen from a list: the first choice stands until another is chosen; one of another list is none. */
function withChoices(type: EnteredType, typed: Typed): Typed {
  const chosen: Partial<Record<EntryField, string>> = { ...typed }
  for (const { id, kind } of FORMS[type]) {
    if (typeof kind !== 'string' && !kind.includes(chosen[id] ?? '')) chosen[id] = kind[0] ?? ''
  }
  return chosen
}

interface FieldProps {
  readonly field: FormField
  readonly plant: PlantNode
  readonly value: string
  /** Unit of the value; '' where the unit is chosen, or there is none. */
  readonly unit: string
  readonly onValue: (value: string) => void
  /** A file is handed over: until it has arrived the entry would lack it. */
  readonly onBusy: (isBusy: boolean) => void
}

function Field({ field: { id, kind, isRequired }, plant, value, unit, onValue, onBusy }: FieldProps) {
  const w = entryWords()
  const name = unit === '' ? w.fields[id] : `${w.fields[id]}, ${unit}`
  if (id === 'author' && account.value !== '') {
    return (
      <p class="field">
        {name} <strong>{account.value}</strong>
      </p>
    )
  }
  if (kind === 'digest')
    return <OriginalField name={name} plant={plant.id} value={value} onValue={onValue} onBusy={onBusy} />
  if (kind === 'text') {
    return (
      <label class="field">
        {name}
        <textarea
          rows={2}
          value={value}
          required={isRequired}
          maxLength={2000}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      </label>
    )
  }
  const choices = kind === 'device' ? plant.lines.flatMap(({ devices }) => devices.map((device) => device.id)) : kind
  if (typeof choices !== 'string') {
    return (
      <label class="field">
        {name}
        <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {kind === 'device' && <option value="" />}
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choiceText(id, choice)}
            </option>
          ))}
        </select>
      </label>
    )
  }
  return (
    <label class="field">
      {name}
      <input
        {...inputOf(kind)}
        value={value}
        required={isRequired}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </label>
  )
}

function choiceText(id: EntryField, choice: string): string {
  const w = entryWords()
  if (id === 'state') return w.certificates.states[choice as CertificateState]
  if (id === 'move') return w.moves[choice as AllowanceMove]
  if (id === 'measure') return w.measures[choice as PeriodMeasure]
  if (id === 'allocation') return w.allocations[choice as AllocationRule]
  return id === 'metric' ? w.register(choice) : choice
}

function inputOf(kind: FormField['kind']) {
  if (kind === 'day') return { type: 'date' } as const
  if (kind === 'month') return { type: 'month', placeholder: '2026-10' } as const
  if (kind === 'instant') return { type: 'datetime-local', step: '1' } as const
  return { type: 'text', inputMode: kind === 'number' ? 'decimal' : 'text', maxLength: 200 } as const
}
