import { z } from 'zod'
import { accountingAnswer } from '../../base/wire/accounting.js'
import { gatewayAnswer } from '../../base/wire/gateway.js'
import type { Accounting } from '../../base/wire.js'
import { pageOfList } from '../pages.js'
import { PARAMETERS, pageOrAll } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { GatewayState } from '../sources/gateway.js'

const tags = ['gateway']

export interface GatewaySources extends Pick<GatewayState, 'version' | 'mqtt'> {
  accounting(byDevice: boolean): Promise<Accounting>
}

export function gatewayRoutes(server: Server, sources: GatewaySources): void {
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
        querystring: z.strictObject({ by: PARAMETERS.by.optional(), ...pageOrAll }),
        response: { 200: accountingAnswer, 400: problem },
      },
    },
    async ({ query }) => {
      const { devices, ...accounting } = await sources.accounting(query.by === 'device')
      if (devices === undefined) return accounting
      const { items, next } = pageOfList(devices, query)
      return { ...accounting, devices: items, next }
    },
  )
}
