import { z } from 'zod'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import {
  type ClientChanged,
  type ClientsAnswer,
  clientChanged,
  clientId,
  clientsAnswer,
  clientWish,
} from '../wire/access.js'
import { type AccessSources, accepted } from './accounts.js'

const tags = ['access']
const params = z.object({ client: clientId.describe('MQTT client id') })

/** Routes of the credentials of MQTT clients: of devices, and of programs that are none. Tokens are shown once. */
export function mqttClientRoutes(server: Server, sources: AccessSources): void {
  server.get(
    '/api/v1/mqtt-clients',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'MQTT clients that have to prove who they are, with the age of their tokens',
        response: { 200: clientsAnswer, 409: problem, 503: problem },
      },
    },
    async () => accepted<ClientsAnswer>(await sources.access({ ask: 'clients' })),
  )
  server.post(
    '/api/v1/mqtt-clients/:client',
    {
      config: { right: 'administer', act: 'devices_changed' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Give an MQTT client a credential, a new token, or take it from it',
        params,
        body: clientWish,
        response: { 200: clientChanged, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const { client } = request.params
      request.subject = `${request.body.act} credential of ${client}`
      return accepted<ClientChanged>(await sources.access({ ask: 'client', client, wish: request.body }))
    },
  )
}
