import type { Clock } from '../base/clock.js'
import type { Dismissal, DismissedAnswer, DismissFilter, QuarantineItem } from '../base/wire.js'
import type { Quarantine } from '../decode/quarantine.js'
import { JournalError } from '../journal/segment-log.js'
import { ProblemError } from '../views/problem.js'

interface DismissDeps {
  readonly quarantine: Quarantine
  readonly clock: Clock
}

/** Dismisses a message in quarantine; null when there is none with that id. Throws the 503 when the disk refuses it. */
export function dismissed(parts: DismissDeps, id: string, said: Omit<Dismissal, 'at'>): QuarantineItem | null {
  return written('the message still waits', () => parts.quarantine.dismiss(id, stamped(parts, said)))
}

/** Dismisses all that the filter names; `waiting` is how many of these have come since. */
export function allDismissed(parts: DismissDeps, filter: DismissFilter, said: Omit<Dismissal, 'at'>): DismissedAnswer {
  const { quarantine } = parts
  const dismissed = written('the messages still wait', () => quarantine.dismissAll(filter, stamped(parts, said)))
  const waiting = Object.entries(quarantine.waiting(filter)).filter(([reason]) => (filter.reason ?? reason) === reason)
  return { dismissed, waiting: waiting.reduce((sum, [, count]) => sum + count, 0) }
}

function stamped({ clock }: DismissDeps, said: Omit<Dismissal, 'at'>): Dismissal {
  return { ...said, at: new Date(clock.nowMs()).toISOString() }
}

function written<T>(what: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    throw new ProblemError(503, `The quarantine cannot be written now (${error.message}); ${what}: try again.`)
  }
}
