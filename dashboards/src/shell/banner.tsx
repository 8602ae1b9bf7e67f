import { systemClock } from '../../../src/base/clock.js'
import { decimal } from '../format.js'
import { plantOf } from '../route.js'
import { isSignedOut, isSigningIn } from '../session.js'
import { language, words } from '../settings.js'
import { connection, nowMs, plantList, recovered, route, tryNow } from '../state.js'
import { clockSecondsText, offsetText } from '../time/time.js'
import { Icon } from '../ui/icon.js'

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * A time as the plant that is shown has it, or as all plants do; with its offset, for who looks may sit elsewhere. Where
 * plants of several zones are shown it is the time of this browser.
 */
function timeText(ms: number): string {
  const zones = new Set(plantList.value.map(({ timezone }) => timezone))
  const shown = plantList.value.find(({ id }) => id === plantOf(route.value))
  const zone = shown?.timezone ?? (zones.size === 1 ? [...zones][0]! : HERE)
  return `${clockSecondsText(ms, zone, language.value)} ${offsetText(ms, zone)}`
}

/** Under the top bar while the gateway is out of reach; it is never closed by hand and goes by itself. */
export function Banner() {
  const w = words()
  const lang = language.value
  const state = connection.value
  if (isSignedOut.value) return <SignedOut asOfMs={state.kind === 'lost' ? state.asOfMs : null} />
  if (state.kind === 'lost') {
    void nowMs.value // counts down with the page's second
    const seconds = Math.ceil((state.nextTryMs - systemClock.nowMs()) / 1000)
    return (
      <div class="banner" role="alert">
        <Icon name="unplug" />
        <strong>{state.asOfMs === null ? w.link.neverTitle : w.link.lostTitle}</strong>
        <span class="num" aria-live="off">
          {state.asOfMs !== null && `${w.link.standAsOf(timeText(state.asOfMs))} `}
          {seconds > 0 ? w.link.nextTry(decimal(seconds, 0, lang)) : w.link.trying}
        </span>
        <button type="button" class="button is-small" onClick={tryNow}>
          {w.link.tryNow}
        </button>
      </div>
    )
  }
  if (recovered.value === null) return null
  return (
    <div class="banner" role="status">
      <Icon name="check" />
      <strong>{w.link.again}</strong>
      <span>{recovered.value === 'whole' ? w.link.nothingMissing : w.link.readAgain}</span>
    </div>
  )
}

/** Nobody is signed in any more at a page that was: it stays as it is, and is not live. */
function SignedOut({ asOfMs }: { readonly asOfMs: number | null }) {
  const w = words().account
  return (
    <div class="banner" role="alert">
      <Icon name="signOut" />
      <strong>{w.overTitle}</strong>
      <span class="num">{asOfMs === null ? w.overNote : w.overAsOf(timeText(asOfMs))}</span>
      <button type="button" class="button is-small is-primary" onClick={() => (isSigningIn.value = true)}>
        {w.signIn}
      </button>
    </div>
  )
}
