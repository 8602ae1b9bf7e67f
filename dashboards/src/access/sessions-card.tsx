import { useSignal } from '@preact/signals'
import type { SessionsAnswer } from '../../../src/views/wire/access.js'
import { ageText } from '../format.js'
import { account, lookAgain } from '../session.js'
import { language } from '../settings.js'
import { nowMs } from '../state.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { PasswordField } from './fields.js'
import { changePassword, endSession } from './requests.js'
import { accessWords } from './words.js'

/** Open sessions, each with its end at hand, and a new password of one's own. */
export function SessionsCard({
  answer: { sessions },
  onChanged,
}: {
  readonly answer: SessionsAnswer
  onChanged(): void
}) {
  const w = accessWords().sessions
  const isChanging = useSignal(false)
  const end = async (id: string, name: string, own: boolean) => {
    const answer = await endSession(id)
    if (answer.kind === 'failed') notify(answer.detail)
    else if (own) void lookAgain()
    else notify(accessWords().done(name))
    onChanged()
  }
  return (
    <section class="card" aria-label={w.title} data-card="sessions">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        {account.value !== '' && (
          <span class="card-tools">
            <button type="button" class="button is-small" onClick={() => (isChanging.value = true)}>
              {w.password}
            </button>
          </span>
        )}
      </header>
      {sessions.length === 0 && <p class="access-note faint">{w.none}</p>}
      <ul class="rows">
        {sessions.map(({ id, name, since, seen, own }) => (
          <li key={id} class="access-row" data-session={id}>
            <div class="access-line">
              <strong>{name}</strong>
              {own && <span class="is-strong">{w.own}</span>}
              <span class="faint num">{w.since(`${since.slice(0, 16).replace('T', ' ')} UTC`)}</span>
              <span class="faint num">
                {w.seen(ageText(Math.max(0, nowMs.value - Date.parse(seen)), language.value))}
              </span>
              <span class="access-acts">
                <button
                  type="button"
                  class="button is-small"
                  aria-label={`${w.end}: ${name}, ${since}`}
                  onClick={() => void end(id, name, own)}
                >
                  {w.end}
                </button>
              </span>
            </div>
          </li>
        ))}
      </ul>
      {isChanging.value && <PasswordDialog onClose={() => (isChanging.value = false)} />}
    </section>
  )
}

function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const w = accessWords().sessions
  const [current, next, again] = [useSignal(''), useSignal(''), useSignal('')]
  return (
    <FormDialog<null>
      title={w.password}
      cancel={accessWords().cancel}
      submit={accessWords().save}
      check={() => (next.value === again.value ? '' : w.differ)}
      act={() => changePassword(current.value, next.value)}
      onDone={() => notify(w.changed)}
      onClose={onClose}
    >
      <PasswordField label={w.current} value={current} kept="current-password" />
      <PasswordField label={w.next} value={next} kept="new-password" />
      <PasswordField label={w.again} value={again} kept="new-password" />
      <p class="faint">{w.note}</p>
    </FormDialog>
  )
}
