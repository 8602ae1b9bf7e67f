import { machineClock } from '../../base/clock.js'
import type { JournalThreadCommand, JournalThreadData, JournalThreadMessage } from '../../journal/journal-thread.js'
import { segmentBytesOf } from '../../journal/options.js'
import type { GatewayContext } from './context.js'
import type { NewestReports } from './newest-reports.js'
import { Thread } from './thread.js'

export type JournalThread = Thread<JournalThreadCommand, JournalThreadMessage>

/** Starts the journal thread; the clock goes on from the newest arrival that the journal holds. */
export async function startJournal(context: GatewayContext, reports: NewestReports): Promise<JournalThread> {
  const { config, journalDir, mark, owned, intakeToJournal, journalToPipeline } = context
  const journal: JournalThread = new Thread(
    '../journal/journal-thread.js',
    {
      dir: journalDir,
      segmentBytes: segmentBytesOf(config.journal),
      maxBytes: config.journal.max_bytes,
      mark: mark.shared,
      ...owned,
      intakePort: intakeToJournal.port2,
      pipelinePort: journalToPipeline.port1,
      ...(process.env.GATEWAY_JOURNAL_PROBE === undefined ? {} : { probe: process.env.GATEWAY_JOURNAL_PROBE }),
    } satisfies JournalThreadData,
    [intakeToJournal.port2, journalToPipeline.port1],
  )
  journal.onMessage((message) => {
    if (message.type === 'status') {
      reports.report('journal', { type: 'journal', ok: message.ok, reason: message.reason })
    }
  })
  machineClock.goOnFrom((await journal.answer('ready')).newestMs)
  return journal
}
