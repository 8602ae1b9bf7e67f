import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { RIGHTS, type Right } from '../../../src/base/roles.js'
import { signOut } from '../gateway/api.js'
import { linkTo, titleOf } from '../nav.js'
import { account, may, session } from '../session.js'
import { words } from '../settings.js'
import { Icon } from '../ui/icon.js'
import { notify } from '../ui/notice.js'
import './account.css'

/** Menu of the account: who is signed in, what they may do, and the way out; nothing where nobody has to sign in. */
export function AccountMenu() {
  const w = words().account
  const root = useRef<HTMLSpanElement>(null)
  const isOpen = useSignal(false)
  const { role } = session.value
  useEffect(() => {
    if (!isOpen.value) return
    const closeBeside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) isOpen.value = false
    }
    addEventListener('pointerdown', closeBeside)
    addEventListener('focusin', closeBeside)
    return () => {
      removeEventListener('pointerdown', closeBeside)
      removeEventListener('focusin', closeBeside)
    }
  }, [isOpen.value])
  if (account.value === '' || role === null) return null
  const leave = async () => {
    const answer = await signOut()
    // Nothing of what was read here may stay with whoever comes next.
    if (answer.kind === 'loaded') location.reload()
    else if (answer.kind === 'failed') notify(w.notSignedOut(answer.detail))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes what the button in it has opened
    <span
      ref={root}
      class="account"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen.value) return
        event.stopPropagation()
        isOpen.value = false
        root.current?.querySelector<HTMLButtonElement>('.account-button')?.focus()
      }}
    >
      <button
        type="button"
        class="button account-button"
        aria-expanded={isOpen.value}
        aria-controls="account-menu"
        aria-label={w.menu(account.value, w.roles[role])}
        title={w.menu(account.value, w.roles[role])}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name="account" />
        <span class="account-name">{account.value}</span>
      </button>
      {isOpen.value && (
        <section id="account-menu" class="menu account-menu" aria-label={w.menu(account.value, w.roles[role])}>
          <p class="account-who">
            <strong>{account.value}</strong>
            <span class="faint">{w.roles[role]}</span>
          </p>
          <Rights title={w.mayDo} rights={RIGHT_NAMES.filter((right) => may(right))} />
          <Rights title={w.mayNot} rights={RIGHT_NAMES.filter((right) => !may(right))} />
          <a class="menu-item" href={linkTo({ view: 'access' })} onClick={() => (isOpen.value = false)}>
            <Icon name="account" />
            {titleOf('access')}
          </a>
          <button type="button" class="menu-item account-out" onClick={leave}>
            <Icon name="signOut" />
            {w.signOut}
          </button>
        </section>
      )}
    </span>
  )
}

const RIGHT_NAMES = Object.keys(RIGHTS) as Right[]

function Rights({ title, rights }: { readonly title: string; readonly rights: readonly Right[] }) {
  if (rights.length === 0) return null
  return (
    <div class="account-rights">
      <h2 class="faint">{title}</h2>
      <ul>
        {rights.map((right) => (
          <li key={right}>{words().account.rights[right]}</li>
        ))}
      </ul>
    </div>
  )
}
