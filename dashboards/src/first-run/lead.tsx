import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { readConfig } from '../configuration/requests.js'
import { linkTo } from '../nav.js'
import { may } from '../session.js'
import { words } from '../settings.js'
import { plantList } from '../state.js'
import { Icon } from '../ui/icon.js'

/** Whoever has been led to the first steps once, and came back, looks around. */
let hasBeenLed = false

/** Whoever has opened the first steps by themselves is not led there. */
export function noteLed(): void {
  hasBeenLed = true
}

/** True when the gateway runs without a configuration file, and whoever reads could begin one. */
async function isBeginning(): Promise<boolean> {
  if (!may('administer')) return false
  const answer = await readConfig()
  return answer.kind === 'loaded' && answer.value.first_file !== null
}

/** Leads from an overview without plants to the first steps, once. */
export function useLeadToFirstRun(): void {
  useEffect(() => {
    if (hasBeenLed) return
    void isBeginning().then((begins) => {
      if (!begins || hasBeenLed) return
      hasBeenLed = true
      location.replace(linkTo({ view: 'first-run' }))
    })
  }, [])
}

/** One line at the head of an overview whose plants nobody has configured. */
export function FirstRunNotice() {
  const begins = useSignal(false)
  const isKnown = plantList.value.some(({ configured }) => configured)
  useEffect(() => {
    if (isKnown) return
    void isBeginning().then((found) => {
      begins.value = found
    })
  }, [isKnown])
  if (isKnown || !begins.value) return null
  return (
    <p class="card newcomer-notice">
      <Icon name="overview" size={16} />
      <a class="text-link" href={linkTo({ view: 'first-run' })}>
        {words().first.notice}
      </a>
    </p>
  )
}
