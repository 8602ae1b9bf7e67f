import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { decimal } from '../format.js'
import { account, actor, may, whyNot } from '../session.js'
import { chooseOperator, language, operator, words } from '../settings.js'
import { nowMs } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { notify } from '../ui/notice.js'
import { acknowledge, addNote, announce, type Done, shelve } from './acts.js'
import { type Minutes, ShelveMenu } from './alarm-shelve.js'
import { type ActForms, askedAct, cursor, focusRow } from './desk.js'
import { isNoteRequired, isUnacknowledged } from './groups.js'
import { isShelved } from './open.js'

interface ActFormProps {
  readonly alarms: readonly AlarmItem[]
  readonly onDone: () => void
  readonly form: ActForms
}

/** Form to acknowledge or shelve alarms with a name and a note: several of them, or the one whose details are open. */
export function ActForm({ form, alarms, onDone }: ActFormProps) {
  const w = words().alarms
  const root = useRef<HTMLFormElement>(null)
  const { note, who, isNaming, fault, isBusy, isReady, run } = useActing(root, onDone)
  const isChoosing = useSignal(false)
  const unacknowledged = alarms.filter(isUnacknowledged)
  const areShelved = alarms.every((alarm) => isShelved(alarm, nowMs.value))
  const isRequired = isNoteRequired(alarms)
  const faultId = `${form}-fault`

  const ack = () => {
    if (unacknowledged.length === 0) fault.value = w.already
    else if (isReady(isNoteRequired(unacknowledged))) {
      void run(unacknowledged.length, () => acknowledge(unacknowledged, note.value.trim()), w.acknowledged)
    }
  }
  const putAside = (minutes: Minutes | 0) => {
    isChoosing.value = false
    if (!isReady(minutes > 0 && isRequired)) return
    const told = (count: string) => (minutes === 0 ? w.unshelved(count) : w.shelved(count, w.minutes[minutes]))
    void run(alarms.length, () => shelve(alarms, minutes, note.value.trim()), told)
  }
  const onlyNote = () => {
    const [alarm] = alarms
    if (alarm !== undefined && isReady(true))
      void run(
        1,
        () => addNote(alarm, note.value.trim()),
        () => w.noted,
      )
  }

  const asked = askedAct.value
  useEffect(() => {
    if (asked?.form !== form) return
    askedAct.value = null
    if (asked.what === 'ack') ack()
    else if (may('operate')) isChoosing.value = true
    else notify(whyNot('operate'))
  }, [asked])

  return (
    <form
      ref={root}
      class="alarm-act"
      aria-busy={isBusy.value}
      onSubmit={(event) => {
        event.preventDefault()
        if (unacknowledged.length > 0) ack()
        else onlyNote()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        if (isChoosing.value) {
          isChoosing.value = false
          root.current?.querySelector<HTMLButtonElement>('.alarm-shelve > .button')?.focus()
        } else if (cursor.value !== null) focusRow(cursor.value)
        else root.current?.querySelector<HTMLElement>(':focus')?.blur()
      }}
    >
      <ActingPerson who={who} isNaming={isNaming} />
      <input
        class="input alarm-note"
        name="note"
        autocomplete="off"
        maxLength={1000}
        aria-label={isRequired ? w.noteRequired : w.note}
        placeholder={isRequired ? w.noteRequired : w.note}
        aria-describedby={faultId}
        value={note.value}
        onInput={(event) => (note.value = event.currentTarget.value)}
      />
      <SubmitAct form={form} unacknowledged={unacknowledged.length} />
      {areShelved ? (
        <ActButton right="operate" class="button" onClick={() => putAside(0)}>
          {w.unshelve}
        </ActButton>
      ) : (
        <ShelveMenu isOpen={isChoosing.value} onOpen={(open) => (isChoosing.value = open)} onChoose={putAside} />
      )}
      <p id={faultId} class="alarm-fault" role="alert">
        {fault.value}
      </p>
    </form>
  )
}

/** State of a form by which somebody acts on alarms: `isReady` asks for the name and the note where they are missing. */
function useActing(root: RefObject<HTMLFormElement | null>, onDone: () => void) {
  const w = words().alarms
  const note = useSignal('')
  const who = useSignal('')
  const isNaming = useSignal(actor.peek() === '')
  const fault = useSignal('')
  const isBusy = useSignal(false)

  const missing = (field: 'who' | 'note', text: string) => {
    fault.value = text
    root.current?.querySelector<HTMLInputElement>(`[name="${field}"]`)?.focus()
    return false
  }
  const isReady = (isNoteNeeded: boolean) => {
    if (!may('operate')) {
      notify(whyNot('operate'))
      return false
    }
    const name = isNaming.value ? who.value.trim() : actor.value
    if (name === '') return missing('who', w.nameMissing)
    if (isNoteNeeded && note.value.trim() === '') return missing('note', w.noteMissing)
    if (name !== actor.value) chooseOperator(name)
    isNaming.value = false
    fault.value = ''
    return true
  }
  const run = async (of: number, act: () => Promise<Done>, told: (count: string) => string) => {
    if (isBusy.value) return
    isBusy.value = true
    const { done, failure } = await act()
    isBusy.value = false
    fault.value = failure ?? ''
    if (failure !== null) return
    announceDone(done, of, told)
    note.value = ''
    onDone()
  }
  return { note, who, isNaming, fault, isBusy, isReady, run }
}

/** @param of as many as were asked for */
function announceDone(done: number, of: number, told: (count: string) => string): void {
  const count = (n: number) => decimal(n, 0, language.value)
  void announce(done < of ? words().alarms.partly(count(done), count(of)) : told(count(done)))
}

interface ActingPersonProps {
  readonly who: Signal<string>
  readonly isNaming: Signal<boolean>
}

/** The name that an act is noted under: that of the account, or of the operator, who may give another. */
function ActingPerson({ who, isNaming }: ActingPersonProps) {
  const w = words().alarms
  if (isNaming.value) {
    return (
      <input
        class="input alarm-who"
        name="who"
        autocomplete="name"
        maxLength={64}
        aria-label={w.name}
        placeholder={w.name}
        value={who.value}
        onInput={(event) => (who.value = event.currentTarget.value)}
      />
    )
  }
  if (account.value !== '') return <span class="alarm-as is-fixed">{w.as(account.value)}</span>
  return (
    <button
      type="button"
      class="alarm-as"
      title={w.rename}
      onClick={() => {
        who.value = operator.value
        isNaming.value = true
      }}
    >
      {w.as(operator.value)}
    </button>
  )
}

interface SubmitActProps {
  readonly form: ActForms
  /** Number of the alarms that nobody has acknowledged. */
  readonly unacknowledged: number
}

/** Acknowledges where there is something to acknowledge; otherwise the details take a note. */
function SubmitAct({ form, unacknowledged }: SubmitActProps) {
  const w = words().alarms
  if (unacknowledged > 0) {
    return (
      <ActButton right="operate" type="submit" class="button is-primary">
        {w.acknowledge}
        {unacknowledged > 1 && form === 'detail' && ` ${decimal(unacknowledged, 0, language.value)}`}
        <kbd class="wide-only">a</kbd>
      </ActButton>
    )
  }
  if (form !== 'detail') return null
  return (
    <ActButton right="operate" type="submit" class="button">
      {w.addNote}
    </ActButton>
  )
}
