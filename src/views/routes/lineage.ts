import { z } from 'zod'
import { lineageAnswer } from '../../base/wire/audit.js'
import { PARAMETERS } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import { versionOf } from '../report-versions.js'
import type { Server } from '../server.js'
import type { AuditSources } from '../sources/reports.js'

/** Route of the way from a figure of a report down to the readings. */
export function lineageRoute(server: Server, sources: Pick<AuditSources, 'report' | 'lineage'>): void {
  server.get(
    '/api/v1/lineage',
    {
      config: { right: 'view' },
      schema: {
        tags: ['reports'],
        summary: 'What a figure of a report was made of: formula, inputs, factors, days, and the readings below them',
        querystring: z.strictObject({
          report: PARAMETERS.report,
          version: PARAMETERS.version.optional(),
          figure: PARAMETERS.figure,
        }),
        response: { 200: lineageAnswer, 400: problem, 404: problem },
      },
    },
    async ({ query: { report, version, figure } }) => {
      const item = versionOf(sources, report, version)
      const found = await sources.lineage(item, figure)
      if (found !== null) return found
      throw notFound(`There is no figure ${figure} in the report; its JSON lists them under figures.`)
    },
  )
}
