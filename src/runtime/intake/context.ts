import type { Logger } from 'pino'
import { type Clock, machineClock } from '../../base/clock.js'
import { STANDS_MAX_MS } from '../../base/steady-clock.js'
import { arrivalClock, notingClock } from '../../intake/arrival-clock.js'
import { BACKLOG_BYTES_MAX } from '../../intake/backlog.js'
import type { ClockEntry } from '../../intake/journal-sink.js'
import { Pressure } from '../../intake/pressure.js'
import { IntakeStats } from '../../intake/stats.js'
import { DurableMark } from '../../journal/durable-mark.js'
import { JournalClient } from '../../journal/journal-client.js'
import { openLog } from '../../program/log.js'
import { threadClock } from '../../program/thread-clock.js'
import type { IntakeThreadData } from './thread-data.js'

/** The intake thread has this before it listens. */
export interface IntakeContext {
  readonly data: IntakeThreadData
  readonly log: Logger
  readonly journal: JournalClient
  /** Times of arrival are by this one. */
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly pressure: Pressure
}

/** Opens the way into the journal, with a clock that notes its own jumps there. */
export function openIntakeContext(data: IntakeThreadData): IntakeContext {
  const log = openLog('intake', data.log)
  // The backlog stops reading before this is reached; only many connections at once could go beyond it.
  const { sleep } = threadClock()
  const journal = new JournalClient(data.journalPort, { pendingBytesMax: 4 * BACKLOG_BYTES_MAX })
  const clock = arrivalClock(
    notingClock(machineClock, sleep, (entry) => {
      journal.append(entry)
      log.warn(jumpText(entry))
    }),
  )
  const mark = new DurableMark(data.mark)
  const pressure = new Pressure(data.ingress.mqtt.limits.figures_late_s, () => {
    return {
      durable: mark.read().messages,
      taken: mark.taken,
      isFoldingLate: mark.isFoldingLate,
      isCollecting: mark.isCollecting,
    }
  })
  return { data, log, journal, clock, stats: new IntakeStats(data.stats), pressure }
}

function jumpText({ arrivedAt, fromMs, toMs }: ClockEntry): string {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
  if (fromMs === toMs) return `the clock of this machine is right again: it is ${to}`
  const jump = `the clock of this machine has jumped from ${from} to ${to}`
  if (arrivedAt === toMs) return `${jump} and is followed: times of arrival are by it from now on`
  const minutes = STANDS_MAX_MS / 60_000
  return `${jump}: times of arrival go on as before until it has stood, for ${minutes} minutes at most; check the clock`
}
