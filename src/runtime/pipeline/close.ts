import type { PipelineStages } from './build-stages.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Closes what is open on the disk, once nothing runs any more. */
export async function closeState({ database }: PipelineState, { reader, quarantine }: PipelineStages): Promise<void> {
  reader.close()
  quarantine.close()
  await database.close()
}

/** Notes the stop in the audit log, and says that the thread may end. */
export async function closeThread({ data, auditLog, answer }: PipelineContext): Promise<void> {
  for (const port of [data.journalPort, data.noticePort, data.keeperPort]) port?.close()
  await auditLog.note({ act: 'stopped', actor: '', subject: `version ${data.version.version}` })
  answer({ type: 'closed' })
}
