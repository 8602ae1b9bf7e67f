import { type RefusedClient, refusedClientsAnswer } from '../../base/wire/refused-clients.js'
import type { Server } from '../server.js'

export interface RefusedClientSources {
  /** MQTT clients, data loggers and visitors of HTTPS that are not let in, newest first. */
  refusedClients(): readonly RefusedClient[]
}

/** The route of clients that are not let in: they never become devices, so no other list has them. */
export function refusedClientRoutes(server: Server, sources: RefusedClientSources): void {
  server.get(
    '/api/v1/devices/refused',
    {
      config: { right: 'view' },
      schema: {
        tags: ['plants'],
        summary:
          'MQTT clients, HJ 212 data loggers and whoever fails at HTTPS, not let in: since when, how often, from where, and why',
        response: { 200: refusedClientsAnswer },
      },
    },
    () => ({ clients: [...sources.refusedClients()] }),
  )
}
