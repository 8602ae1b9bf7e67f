import { lagText } from '../format.js'
import { isSignedOut } from '../session.js'
import { language, words } from '../settings.js'
import { connection, lagMs } from '../state.js'
import { Icon } from '../ui/icon.js'

/** State of the connection: whether what is on the page is now, and how far behind now it is. */
export function LinkState({ isShort = false }: { readonly isShort?: boolean }) {
  const w = words()
  const kind = isSignedOut.value ? 'lost' : connection.value.kind
  const lag = lagMs.value
  const text =
    kind === 'live'
      ? lag === null || isShort
        ? w.link.live
        : `${w.link.live} · ${w.link.behind(lagText(lag, language.value))}`
      : isSignedOut.value
        ? w.account.overTitle
        : w.link[kind]
  return (
    <p class="link-state num" data-link={kind} title={text}>
      <Icon name={kind === 'lost' ? 'unplug' : 'radio'} />
      <span class={isShort ? undefined : 'side-word'}>{text}</span>
    </p>
  )
}
