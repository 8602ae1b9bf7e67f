import { STANDS_MAX_MS } from '../base/steady-clock.js'
import type { HealthCheck } from '../base/wire.js'
import type { MessageAccounting } from './message-accounting.js'

/** A jump that was taken back is told for so long, … */
const RETURNED_MS = 60_000
/** … one that was followed longer: that the clock stands does not make it right. */
const FOLLOWED_MS = 600_000

/** Health check of the machine's clock, by what the journal says of it. */
export function clockHealth({
  clock,
  nowMs,
  waitsUntilMs,
}: Pick<MessageAccounting, 'clock' | 'nowMs' | 'waitsUntilMs'>): HealthCheck {
  const toldMs = clock?.standing === 'followed' ? FOLLOWED_MS : RETURNED_MS
  const isTold = clock !== null && (clock.standing === 'doubted' || nowMs - clock.sinceMs < toldMs)
  const waiting =
    nowMs < waitsUntilMs
      ? `until ${instant(waitsUntilMs)} nothing is deleted by its age and no report makes itself: the clock may be a wrong one`
      : ''
  if (!isTold) return { name: 'clock', ok: true, reason: waiting }
  const isOfStart = clock.isOfStart === true && clock.standing !== 'followed'
  const meaning = isOfStart ? MEANING_AT_START[clock.standing] : MEANING[clock.standing]
  const reason = meaning
    .replaceAll('FROM', instant(clock.fromMs))
    .replace('TO', instant(clock.toMs))
    .replace('SINCE', instant(clock.sinceMs))
  return { name: 'clock', ok: false, reason: waiting === '' ? reason : `${reason}; ${waiting}` }
}

const JUMPED = 'the clock of this machine jumped from FROM to TO'
const MEANING = {
  doubted: `${JUMPED}: which of the two is right nobody can tell, so times of arrival go on as before, until it is taken back or has stood for ${STANDS_MAX_MS / 60_000} minutes; nothing is lost; check the clock (timedatectl, chronyc tracking)`,
  returned: `${JUMPED} and is right again since SINCE; times of arrival went on meanwhile as if nothing had been`,
  followed: `${JUMPED} and is followed since SINCE; if it is wrong, set it; readings without ts from the time of a wrong clock have its time (ts_assumed); what was refused as ts_future can be retried from the quarantine once the clock is right`,
} as const

const BEHIND = 'the clock of this machine said TO when the gateway was started, and FROM had been before'
const MEANING_AT_START = {
  doubted: `${BEHIND}: times of arrival go on from there until the clock says something later, which is followed at once, or has stood for ${STANDS_MAX_MS / 60_000} minutes; nothing is lost; check the clock (timedatectl, chronyc tracking), and its battery`,
  returned: `${BEHIND}; it is right since SINCE; what came meanwhile has times of arrival behind FROM`,
} as const

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
