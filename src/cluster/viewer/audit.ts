import type { ReportItem } from '../../base/report.js'
import type { AuditSources, AuditWish } from '../../views/audit-sources.js'
import { ProblemError } from '../../views/problem.js'
import type { Asking } from '../ask/asking.js'
import type { ResultsBook } from '../results/book.js'

/**
 * Reports and ledgers of a cluster. A report lies with the owner of its plants; each partition has a ledger, and a key, of
 * its own, and none of them speaks for the others.
 */
export function auditByAsking(asking: Asking, book: ResultsBook, of: (plant: string) => number): AuditSources {
  const lies = ({ plants }: Pick<ReportItem, 'plants'>): number => one(plants, of)
  const onlyLedger = (): number => {
    const [only, ...others] = asking.partitions
    if (only !== undefined && others.length === 0) return only
    const detail =
      'Each partition has a ledger and a key of its own: look at one at its owner (`greengauge ledger` on its data).'
    throw new ProblemError(409, detail)
  }
  const where = (wish: AuditWish): number => {
    if (wish.what === 'ledger_check') return onlyLedger()
    return lies('item' in wish ? wish.item : wish.request)
  }
  return {
    reports: () => book.reports(),
    report: (id, version) => {
      const items = book.reports().filter((item) => item.id === id && (version ?? item.version) === item.version)
      return items.sort((a, b) => b.version - a.version)[0] ?? null
    },
    submitAudit: async (wish) => asking.ask(where(wish), 'submitAudit', wish),
    verifyReport: async (item, by, note) => asking.ask(lies(item), 'verifyReport', item, by, note),
    removeReport: async (item) => {
      await asking.ask(lies(item), 'removeReport', item)
      book.removed(item)
    },
    reportFile: async (item, wanted) => {
      const parts: Buffer[] = []
      for (let size = 0; ; ) {
        const found = await asking.ask(lies(item), 'reportPart', item, wanted, size)
        if (found === null) return null
        const part = Buffer.from(found.part, 'base64')
        parts.push(part)
        size += part.length
        if (size >= found.sizeBytes || part.length === 0) return { bytes: Buffer.concat(parts) }
      }
    },
    lineage: async (item, figure) => asking.ask(lies(item), 'lineage', item, figure),
    auditJobs: async () => (await asking.askAll('auditJobs')).flat(),
    auditJob: async (id) => (await asking.askAll('auditJob', id)).find((job) => job !== null) ?? null,
    ledger: async () => asking.ask(onlyLedger(), 'ledger'),
    stampLedger: async (response) => asking.ask(onlyLedger(), 'stampLedger', Buffer.from(response).toString('base64')),
    onReport: (listener) => book.onReport(listener),
  }
}

/** The partition in which all of these plants are. */
function one(plants: readonly string[], of: (plant: string) => number): number {
  const [first = 0, ...others] = new Set(plants.map(of))
  if (others.length === 0) return first
  const detail = `The plants ${plants.join(', ')} have different owners; a report is made of plants of one of them: make one report a plant.`
  throw new ProblemError(409, detail)
}
