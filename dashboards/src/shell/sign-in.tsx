import { type Signal, useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { systemClock } from '../../../src/base/clock.js'
import { LookSegments } from '../chart/look-segments.js'
import { lastingText } from '../format.js'
import { signIn } from '../gateway/api.js'
import { isSigningIn, lastName, session, signedInAs } from '../session.js'
import { language, words } from '../settings.js'
import { CommandLine } from '../ui/command-line.js'
import { Dialog } from '../ui/dialog.js'
import { Icon, Mark } from '../ui/icon.js'
import './sign-in.css'
import { SignOnWay } from './sign-on.js'

/** All there is to see before somebody has signed in. The address stays: behind the door is the page that was asked for. */
export function SignInPage() {
  const w = words()
  useEffect(() => {
    document.title = `${w.account.title} · ${w.product}`
  }, [w])
  return (
    <main class="door">
      <span class="segments is-bar door-tools">
        <LookSegments />
      </span>
      <section class="card door-card" aria-labelledby="door-title">
        <header class="door-head">
          <span class="door-brand">
            <Mark />
            {w.product}
          </span>
          <p class="faint">{w.account.purpose}</p>
        </header>
        <h1 id="door-title" class="door-title">
          {w.account.title}
        </h1>
        <SignOnWay />
        <SignInForm />
        <details class="door-help">
          <summary>{w.account.noAccount}</summary>
          <p>{w.account.noAccountHint}</p>
          <CommandLine text="greengauge user add NAME --role operator" />
        </details>
      </section>
    </main>
  )
}

/** Over a page whose session is over; what stands on the page, and in its dialogs, stays as it is. */
export function SignInDialog() {
  const w = words().account
  const close = () => (isSigningIn.value = false)
  return (
    <Dialog title={w.goOn} isOpen={isSigningIn.value} onClose={close} class="sign-in-dialog">
      <header class="sign-in-head">
        <h2 class="dialog-title">{w.goOn}</h2>
        <button type="button" class="button is-icon" aria-label={words().keys.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <p class="faint">{w.goOnNote}</p>
      <SignOnWay />
      <SignInForm />
    </Dialog>
  )
}

type FieldName = 'name' | 'password'

/** So often it is tried again without being asked, where many sign in at once. */
const OWN_TRIES_MAX = 10

function SignInForm() {
  const w = words().account
  const root = useRef<HTMLFormElement>(null)
  const name = useSignal(lastName.peek())
  const password = useSignal('')
  const isBusy = useSignal(false)
  const fault = useSignal<{ readonly text: string; readonly at: readonly FieldName[] }>({ text: '', at: [] })
  const wait = useWait()
  const focus = (field: FieldName) => root.current?.querySelector<HTMLInputElement>(`[name="${field}"]`)?.select()
  useEffect(() => focus(name.peek() === '' ? 'name' : 'password'), [])

  const stop = (text: string, field: FieldName, at: readonly FieldName[] = [field]) => {
    fault.value = { text, at }
    focus(field)
  }
  const send = async (event: Event) => {
    event.preventDefault()
    if (isBusy.peek() || wait.leftMs.peek() > 0) return
    // Text that a password manager has filled in without an event counts as well.
    const form = new FormData(root.current!)
    name.value = String(form.get('name')).trim()
    password.value = String(form.get('password'))
    if (name.value === '') return stop(w.nameMissing, 'name')
    if (password.value === '') return stop(w.passwordMissing, 'password')
    await go(0)
  }
  const go = async (ownTries: number): Promise<void> => {
    fault.value = { text: '', at: [] }
    isBusy.value = true
    const answer = await signIn({ name: name.value, password: password.value })
    isBusy.value = false
    if (answer.kind === 'loaded') return signedInAs(answer.value)
    if (answer.kind !== 'failed') return
    const { retryAfterS } = answer
    if (answer.status === 429) wait.begin(retryAfterS ?? 1)
    else if (answer.status === 503 && retryAfterS !== undefined && ownTries < OWN_TRIES_MAX) {
      wait.begin(retryAfterS, () => go(ownTries + 1))
    } else if (answer.status === 401) stop(w.wrong, 'password', ['name', 'password'])
    else fault.value = { text: w.failed(answer.detail), at: [] }
  }

  const leftMs = wait.leftMs.value
  const isWrong = (field: FieldName) => fault.value.at.includes(field)
  return (
    <form ref={root} class="sign-in" onSubmit={send} noValidate>
      <label class="sign-in-field">
        {w.name}
        <input
          class="input"
          name="name"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          required
          aria-invalid={isWrong('name')}
          aria-describedby="sign-in-fault"
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
      </label>
      <PasswordField password={password} isWrong={isWrong('password')} />
      <SignInFault wait={wait} text={fault.value.text} />
      <button
        type="submit"
        class={`button sign-in-go ${session.value.single_sign_on === undefined ? 'is-primary' : ''}`}
        aria-busy={isBusy.value}
        aria-disabled={isBusy.value || leftMs > 0}
      >
        {isBusy.value ? w.signingIn : w.signIn}
      </button>
    </form>
  )
}

interface PasswordFieldProps {
  readonly password: Signal<string>
  readonly isWrong: boolean
}

/** Password that can be looked at while it is typed. */
function PasswordField({ password, isWrong }: PasswordFieldProps) {
  const w = words().account
  const isShown = useSignal(false)
  return (
    <div class="sign-in-field">
      <label htmlFor="sign-in-password">{w.password}</label>
      <span class="sign-in-secret">
        <input
          id="sign-in-password"
          class="input"
          name="password"
          // The types know no field that changes its own.
          type={(isShown.value ? 'text' : 'password') as 'password'}
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck={false}
          maxLength={1024}
          required
          aria-invalid={isWrong}
          aria-describedby="sign-in-fault"
          value={password.value}
          onInput={(event) => (password.value = event.currentTarget.value)}
        />
        <button
          type="button"
          class="button is-icon"
          aria-controls="sign-in-password"
          aria-label={isShown.value ? w.conceal : w.reveal}
          title={isShown.value ? w.conceal : w.reveal}
          onClick={() => (isShown.value = !isShown.value)}
        >
          <Icon name={isShown.value ? 'conceal' : 'reveal'} />
        </button>
      </span>
    </div>
  )
}

interface SignInFaultProps {
  readonly wait: ReturnType<typeof useWait>
  readonly text: string
}

/** Says why nobody is signed in yet: what is wrong, or how long it takes before it is tried again. */
function SignInFault({ wait, text }: SignInFaultProps) {
  const w = words().account
  const leftMs = wait.leftMs.value
  return (
    <p id="sign-in-fault" class="sign-in-fault num" role="alert">
      {leftMs > 0 ? (
        // Said once: a second that goes by is nothing to read aloud.
        <span aria-live="off">{(wait.isOwn.value ? w.queued : w.throttled)(lastingText(leftMs, language.value))}</span>
      ) : wait.isOver.value && !wait.isOwn.value ? (
        w.again
      ) : (
        text
      )}
    </p>
  )
}

/** Time for which the gateway wants nothing of this browser, counted down by the second; `isOwn`: then it goes on by itself. */
function useWait() {
  const untilMs = useSignal(0)
  const nowMs = useSignal(0)
  const leftMs = useComputed(() => Math.max(0, Math.ceil((untilMs.value - nowMs.value) / 1000) * 1000))
  const isOwn = useSignal(false)
  const isOver = useComputed(() => untilMs.value > 0 && leftMs.value === 0)
  const gone = useRef(new AbortController())
  useEffect(() => () => gone.current.abort(), [])
  const begin = (seconds: number, goOn?: () => Promise<void>) => {
    isOwn.value = goOn !== undefined
    nowMs.value = systemClock.nowMs()
    untilMs.value = nowMs.value + Math.max(1, seconds) * 1000
    void (async () => {
      while (leftMs.peek() > 0 && !gone.current.signal.aborted) {
        await systemClock.sleep(1_000, gone.current.signal)
        nowMs.value = systemClock.nowMs()
      }
      if (!gone.current.signal.aborted) await goOn?.()
    })()
  }
  return { leftMs, isOver, isOwn, begin }
}
