import type { UnknownDevicesAnswer } from '../../../src/views/wire/unknown-devices.js'
import { decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { Icon } from '../ui/icon.js'

const EVERY_MS = 60_000

/** One line beside what needs a person, where devices send that nobody has configured. */
export function NewcomersNotice() {
  const { value: answer } = usePolled<UnknownDevicesAnswer>('/devices/unknown?limit=1', EVERY_MS)
  if (answer.kind !== 'loaded' || answer.value.total === 0) return null
  return (
    <p class="card newcomer-notice">
      <Icon name="devices" size={16} />
      <a class="text-link" href={linkTo({ view: 'devices', plant: null })}>
        {words().newcomers.notice(decimal(answer.value.total, 0, language.value))}
      </a>
    </p>
  )
}
