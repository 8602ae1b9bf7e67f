import type { Clock } from '../base/clock.js'
import type { Dismissal, QuarantineItem } from '../base/wire.js'
import type { Quarantine } from '../decode/quarantine.js'
import { JournalError } from '../journal/segment-log.js'
import { ProblemError } from '../views/problem.js'

interface DismissParts {
  readonly quarantine: Quarantine
  readonly clock: Clock
}

/** Dismisses a message in quarantine; null when there is none with that id. Throws the 503 when the disk refuses it. */
export function dismissed(
  { quarantine, clock }: DismissParts,
  id: string,
  said: Omit<Dismissal, 'at'>,
): QuarantineItem | null {
  try {
    return quarantine.dismiss(id, { ...said, at: new Date(clock.nowMs()).toISOString() })
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    const detail = `The quarantine cannot be written now (${error.message}); the message still waits: try again.`
    throw new ProblemError(503, detail)
  }
}
