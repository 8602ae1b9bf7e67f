import { readFile } from 'node:fs/promises'
import { INDICATORS, statedReference } from '../../audit/report/green/indicator-list.js'
import { FACTORY_REFERENCES, referenceText } from '../../audit/report/green/reference-values.js'
import type { Clock } from '../../base/clock.js'
import type { Report, ReportItem } from '../../base/report.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KnownPlants } from '../sources/plants.js'
import type { AuditSources } from '../sources/reports.js'
import {
  type ZeroCarbonIndicatorItem,
  type ZeroCarbonIndicatorsAnswer,
  zeroCarbonIndicatorsAnswer,
} from '../wire/zero-carbon-indicators.js'
import { plantParams, requirePlant } from './plants.js'

export type IndicatorSources = KnownPlants & Pick<AuditSources, 'reports' | 'reportFile'> & { readonly clock: Clock }

/** A version never changes: it is read once. */
const SHARED = { keptMs: 600_000, keptMax: 64 }

/** Indicators of a zero-carbon factory, as the newest report of that form has them. */
export function zeroCarbonIndicatorsRoute(server: Server, sources: IndicatorSources): void {
  const shared = new SharedAnswers<readonly ZeroCarbonIndicatorItem[]>(sources.clock, SHARED)
  server.get(
    '/api/v1/plants/:plant/zero-carbon-indicators',
    {
      config: { right: 'view' },
      schema: {
        tags: ['reports'],
        summary:
          'Indicators of a zero-carbon factory as the newest report of the form zero-carbon-factory has them, with values of public documents to compare with',
        params: plantParams,
        response: { 200: zeroCarbonIndicatorsAnswer, 404: problem },
      },
    },
    async ({ params: { plant } }): Promise<ZeroCarbonIndicatorsAnswer> => {
      requirePlant(sources, plant)
      const item = sources.reports().find(({ profile, plants }) => {
        return profile === 'zero-carbon-factory' && plants.includes(plant)
      })
      const references = FACTORY_REFERENCES.map((one) => {
        return { value: referenceText(one), holds_for: one.holdsFor, source: one.source }
      })
      if (item === undefined) return { report: null, indicators: [], references }
      const { id, version, status, from, to, outdated } = item
      const indicators = await shared.get(`${plant} ${item.sha256}`, () => indicatorsOf(sources, item, plant))
      return { report: { id, version, status, from, to, outdated }, indicators: [...indicators], references }
    },
  )
}

async function indicatorsOf(
  sources: Pick<AuditSources, 'reportFile'>,
  item: ReportItem,
  plant: string,
): Promise<readonly ZeroCarbonIndicatorItem[]> {
  const file = await sources.reportFile(item, { format: 'json', language: 'en', table: 'figures' })
  if (file === null) return []
  const text = 'path' in file ? await readFile(file.path, 'utf8') : Buffer.from(file.bytes).toString('utf8')
  const { figures } = JSON.parse(text) as Report
  return INDICATORS.flatMap((one) => {
    const figure = `${plant}/${one.figure}`
    const found = figures[figure]
    if (found === undefined) return []
    const { name, value, unit, reason } = found
    const stated = { basic: statedReference(one, 'basic'), leading: statedReference(one, 'leading') }
    return [{ number: one.number, figure, name, value, unit, decimals: one.decimals, reason, ...stated }]
  })
}
