import type { AuditSources } from '../../views/sources/reports.js'
import type { PartitionChoice } from '../request/methods.js'
import type { OwnerClient } from '../request/owner-client.js'
import type { RemoteSources } from '../request/remote.js'
import type { ResultsRegistry } from '../results/registry.js'

/** Answers about reports and ledgers that are more than one owner's word as it is. */
type AuditAnswers = Omit<AuditSources, 'submitAudit' | 'verifyReport' | 'lineage' | 'ledger'>

/**
 * Reports and ledgers of a cluster. A report lies with the owner of its plants; each partition has a ledger, and a key, of
 * its own, and none of them speaks for the others.
 */
export function auditByRequest(
  owners: OwnerClient,
  places: PartitionChoice,
  remote: Pick<RemoteSources, 'removeReport'>,
  registry: ResultsRegistry,
): AuditAnswers {
  return {
    reports: () => registry.reports(),
    report: (id, version) => {
      const items = registry.reports().filter((item) => item.id === id && (version ?? item.version) === item.version)
      return items.sort((a, b) => b.version - a.version)[0] ?? null
    },
    removeReport: async (item) => {
      await remote.removeReport(item)
      registry.removed(item)
    },
    reportFile: async (item, wanted) => {
      const partition = places.ofAll(item.plants)
      const parts: Buffer[] = []
      for (let size = 0; ; ) {
        const found = await owners.request(partition, 'reportPart', item, wanted, size)
        if (found === null) return null
        const part = Buffer.from(found.part, 'base64')
        parts.push(part)
        size += part.length
        if (size >= found.sizeBytes || part.length === 0) return { bytes: Buffer.concat(parts) }
      }
    },
    auditJobs: async () => (await owners.requestAll('auditJobs')).flat(),
    auditJob: async (id) => (await owners.requestAll('auditJob', id)).find((job) => job !== null) ?? null,
    stampLedger: async (response) =>
      owners.request(places.only(), 'stampLedger', Buffer.from(response).toString('base64')),
  }
}
