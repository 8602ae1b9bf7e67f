import { signal } from '@preact/signals'
import { systemClock } from '../../../src/base/clock.js'

/** Words that the page has to say where there is no place of its own for them: shown for a while, and read aloud. */
const notice = signal('')
const SHOWN_FOR_MS = 8_000
let latest = 0

export function notify(text: string): void {
  notice.value = text
  const mine = ++latest
  void systemClock.sleep(SHOWN_FOR_MS).then(() => {
    if (mine === latest) notice.value = ''
  })
}

export function Notice() {
  return (
    <p class="notice" role="status" hidden={notice.value === ''}>
      {notice.value}
    </p>
  )
}
