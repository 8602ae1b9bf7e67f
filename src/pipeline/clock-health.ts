import { STANDS_MAX_MS } from '../base/steady-clock.js'
import type { HealthCheck } from '../base/wire.js'
import type { Ledger } from './ledger.js'

/** A jump that was taken back is told for so long, … */
const RETURNED_MS = 60_000
/** … one that was followed longer: that the clock stands does not make it right. */
const FOLLOWED_MS = 600_000

/** How it stands with the clock of the machine, by the journal. */
export function clockHealth({
  clock,
  nowMs,
  waitsUntilMs,
}: Pick<Ledger, 'clock' | 'nowMs' | 'waitsUntilMs'>): HealthCheck {
  const toldMs = clock?.standing === 'followed' ? FOLLOWED_MS : RETURNED_MS
  const isTold = clock !== null && (clock.standing === 'doubted' || nowMs - clock.sinceMs < toldMs)
  const waiting =
    nowMs < waitsUntilMs
      ? `until ${instant(waitsUntilMs)} nothing is deleted by its age and no report makes itself: the clock may be a wrong one`
      : ''
  if (!isTold) return { name: 'clock', ok: true, reason: waiting }
  const jump = `the clock of this machine jumped from ${instant(clock.fromMs)} to ${instant(clock.toMs)}`
  const reason = `${jump}${MEANING[clock.standing]}`.replace('SINCE', instant(clock.sinceMs))
  return { name: 'clock', ok: false, reason: waiting === '' ? reason : `${reason}; ${waiting}` }
}

const MEANING = {
  doubted: `: which of the two is right nobody can tell, so times of arrival go on as before, until it is taken back or has stood for ${STANDS_MAX_MS / 60_000} minutes; nothing is lost; check the clock (timedatectl, chronyc tracking)`,
  returned: ' and is right again since SINCE; times of arrival went on meanwhile as if nothing had been',
  followed:
    ' and is followed since SINCE; if it is wrong, set it; readings without ts from the time of a wrong clock have its time (ts_assumed); what was refused as ts_future can be retried from the quarantine once the clock is right',
} as const

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
