import { bundledLibrary, factorFileHashes } from '../../kpi/factors/bundled.js'
import { Audit } from '../../pipeline/audit.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Opens the ledger, and what seals into it and checks it. */
export function openAudit(context: PipelineContext, { database, record, loaded }: PipelineState): Promise<Audit> {
  const { data, clock, auditLog, say } = context
  return Audit.open({
    clock,
    auditLog,
    dataDir: data.config.data_dir,
    journalDir: data.journalDir,
    program: data.version.version,
    database,
    record,
    configurations: () => loaded.configs.versions,
    factors: { sha256: bundledLibrary().hash, files: factorFileHashes() },
    log: say,
  })
}
