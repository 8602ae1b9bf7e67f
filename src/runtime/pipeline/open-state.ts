import { RebuildStopped } from '../../archive/record/rebuild.js'
import { load } from '../../pipeline/loading.js'
import { openArchive } from '../../pipeline/opening.js'
import { configNotes } from '../audit-notes.js'
import type { PipelineContext } from './context.js'

/** The lasting record, the database, and all that begins with what is in it. */
export interface PipelineState extends Awaited<ReturnType<typeof openDisk>> {
  /** The port of pages and API: that of a rebuild goes on with it. */
  readonly httpPort: number
}

/** Opens the data on the disk and loads what stages begin with; null when it was told to stop meanwhile. */
export async function openState(context: PipelineContext): Promise<PipelineState | null> {
  const { data, log, auditLog, crash, answer } = context
  let httpPort = data.config.http.port
  const onRebuilding = (port: number): void => {
    httpPort = port
    answer({ type: 'ready', port })
  }
  const opened = await openDisk(context, onRebuilding).catch((error) => {
    if (error instanceof RebuildStopped) return null
    throw error
  })
  if (opened === null) return null
  const { database, record, loaded, setAside } = opened
  crash.database = database
  if (setAside !== null) log.error(setAside)
  for (const problem of record.problems) log.error(problem)
  for (const one of configNotes(loaded.configs.versions.at(-1), data.configText)) void auditLog.note(one)
  return { ...opened, httpPort }
}

function openDisk(context: PipelineContext, onRebuilding: (port: number) => void) {
  const { data, clock, log, certificates, stopping, news } = context
  const { config } = data
  return openArchive(
    {
      dataDir: config.data_dir,
      journalDir: data.journalDir,
      memoryLimit: config.archive.memory_limit,
      nowMs: clock.nowMs(),
      http: { ...config.http, certificate: certificates.http },
      signal: stopping.signal,
      health: () => [{ name: 'journal', ...news.journal }],
      log: (text) => log.error(text),
      onRebuilding,
    },
    (database) => load(database, { ...data.configText, plants: config.plants }),
  )
}
