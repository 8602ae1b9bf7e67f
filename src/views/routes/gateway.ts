import { z } from 'zod'
import { accountingAnswer, gatewayAnswer } from '../answers.js'
import { PARAMETERS } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'

const tags = ['gateway']

export function gatewayRoutes(server: Server, sources: Pick<ViewSources, 'version' | 'mqtt' | 'accounting'>): void {
  server.get(
    '/api/v1/gateway',
    {
      config: { right: 'view' },
      schema: { tags, summary: 'Version, and where devices send to', response: { 200: gatewayAnswer } },
    },
    () => ({ ...sources.version, mqtt: sources.mqtt }),
  )
  server.get(
    '/api/v1/accounting',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Where every message and every reading went, in one instant',
        querystring: z.strictObject({ by: PARAMETERS.by.optional() }),
        response: { 200: accountingAnswer, 400: problem },
      },
    },
    ({ query }) => sources.accounting(query.by === 'device'),
  )
}
