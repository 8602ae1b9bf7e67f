import { z } from 'zod'
import { mayDo } from '../../base/roles.js'
import { livenessAnswer, readinessAnswer } from '../../base/wire/gateway.js'
import { isAskedHere } from '../origin.js'
import type { Server } from '../server.js'
import type { GatewayState } from '../sources/gateway.js'

const tags = ['health']

export function healthRoutes(server: Server, sources: Pick<GatewayState, 'health' | 'measures'>): void {
  server.get(
    '/livez',
    {
      config: { right: null },
      schema: { tags, summary: 'Does the process answer?', response: { 200: livenessAnswer } },
    },
    () => ({ status: 'alive' as const }),
  )
  server.get(
    '/readyz',
    {
      config: { right: null },
      schema: {
        tags,
        summary:
          'Can it take and keep data? With `verbose` every check, else those that are not well; the reasons for who may see the rest, and on this machine.',
        querystring: z.object({ verbose: z.string().optional().describe('present: list every check') }),
        response: { 200: readinessAnswer, 503: readinessAnswer },
      },
    },
    (request, reply) => {
      const checks = sources.health()
      const { pipelineLagMs, pipelineLiveLagMs } = sources.measures()
      const { visitor } = request
      const isTold = isAskedHere(request.raw) || (visitor !== null && mayDo(visitor.person.role, 'view'))
      const isReady = checks.every((check) => check.ok)
      const isVerbose = request.query.verbose !== undefined
      reply.code(isReady ? 200 : 503)
      return {
        status: isReady ? ('ready' as const) : ('not_ready' as const),
        lag_s: pipelineLagMs / 1000,
        live_lag_s: pipelineLiveLagMs / 1000,
        checks: checks
          .filter((check) => isVerbose || !check.ok)
          .map((check) => (isTold ? check : { ...check, reason: '' })),
      }
    },
  )
}
