import { SIGN_ON_FAULTS, type SignOnFaultKind } from '../../../src/base/sign-on-faults.js'
import { session } from '../session.js'
import { words } from '../settings.js'

/** The reason why the provider signed nobody in, as the address says when the browser comes back from it; null without a reason. */
const fault = faultInAddress()

function faultInAddress(): SignOnFaultKind | null {
  const said = new URLSearchParams(location.search).get('sign_on')
  if (said === null) return null
  // Whoever reloads the page, or keeps its address, has not just come back.
  history.replaceState(null, '', `${location.pathname}${location.hash}`)
  return Object.hasOwn(SIGN_ON_FAULTS, said) ? (said as SignOnFaultKind) : null
}

/** The way to the OpenID provider, above name and password; nothing where there is none. */
export function SignOnWay() {
  const w = words().account
  const { single_sign_on: way } = session.value
  if (way === undefined) return null
  return (
    <div class="sign-on">
      {fault !== null && (
        <p class="sign-in-fault" role="alert">
          {w.signOnFaults[fault]}
        </p>
      )}
      <a class="button is-primary sign-in-go" href={`${way.url}?to=${encodeURIComponent(location.hash)}`}>
        {way.label}
      </a>
      <p class="sign-on-or faint">{w.orByPassword}</p>
    </div>
  )
}
