import type { GatewayAnswer } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import { words } from '../settings.js'
import { gateway } from '../state.js'
import { Icon } from '../ui/icon.js'

const EVERY_MS = 15_000

/** One line where the simulated devices of a demo have ended: figures stand still then, and nothing else says why. */
export function SimulatorsNote() {
  return gateway.value?.simulated === undefined ? null : <EndedNote />
}

function EndedNote() {
  const answer = usePolled<GatewayAnswer>('/gateway', EVERY_MS)
  const known = answer.value
  const code = known.kind === 'loaded' ? known.value.simulators_ended : undefined
  if (code === undefined) return null
  return (
    <p class="card well" data-card="simulators-ended" role="status">
      <Icon name="alert" />
      <span>{words().simulators.ended(String(code))}</span>
    </p>
  )
}
