import { readConfigs } from '../../src/archive/samples.js'
import { buildReport } from '../../src/audit/report/build.js'
import { type LiveDeps, liveSources } from '../../src/audit/report/live-sources.js'
import type { ReportOrder } from '../../src/audit/report/request.js'
import type { ReportSources } from '../../src/audit/report/sources.js'
import type { RejectReason } from '../../src/base/reasons.js'
import type { Report, ReportProfile } from '../../src/base/report.js'
import { bundledLibrary } from '../../src/kpi/factors/bundled.js'
import { RULES_EDITION, type RulesEdition } from '../../src/kpi/rules-edition.js'
import type { Bench } from './engine.js'

export function sourcesOf(bench: Bench, rejected: Readonly<Partial<Record<RejectReason, number>>> = {}): ReportSources {
  return liveSources(partsOf(bench, rejected))
}

/** Parts of a bench that answer for a report, or for the way down from a figure. */
export function partsOf(bench: Bench, rejected: Readonly<Partial<Record<RejectReason, number>>> = {}): LiveDeps {
  return {
    library: bundledLibrary(),
    database: bench.database,
    store: bench.store,
    archive: bench.archive,
    versions: () => readConfigs(bench.database),
    rejected: async () => rejected,
  }
}

/** A report of a bench, made at `now`; of plant `p` unless it says otherwise. */
export function reportOf(
  bench: Bench,
  of: {
    from: string
    to: string
    now: string
    profile?: ReportProfile
    edition?: RulesEdition
  } & Partial<ReportOrder>,
): Promise<Report> {
  const { now, edition = RULES_EDITION, ...request } = of
  const archive = { position: bench.nextPosition, now }
  const code = { version: '0.0.0', commit: 'test' }
  return buildReport({ plants: ['p'], profile: 'ghg', version: 1, previous: null, ...request }, sourcesOf(bench), {
    edition,
    code,
    archive,
  })
}

/** The value of a figure; throws when there is none of that name. */
export function figureValue({ figures }: Report, id: string): string | null {
  const figure = figures[id]
  if (figure === undefined) throw new Error(`there is no figure ${id} among ${Object.keys(figures).join(' ')}`)
  return figure.value
}
