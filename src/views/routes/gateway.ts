import { z } from 'zod'
import { accountingAnswer } from '../../base/wire/accounting.js'
import { gatewayAnswer, type MqttCertificate } from '../../base/wire/gateway.js'
import type { Accounting } from '../../base/wire.js'
import { pageOfList } from '../pages.js'
import { PARAMETERS, pageOrAll } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { GatewayState } from '../sources/gateway.js'

const tags = ['gateway']

export interface GatewaySources
  extends Pick<GatewayState, 'version' | 'mqtt' | 'mqttCertificate' | 'simulated' | 'simulatorsEnded'> {
  accounting(byDevice: boolean): Promise<Accounting>
}

const NO_CA = 'devices send without TLS, or by a certificate whose authority the gateway does not have in its files'

function certificateAnswer(shown: ReturnType<GatewayState['mqttCertificate']>): MqttCertificate | null {
  if (shown === null) return null
  const at = (ms: number) => new Date(ms).toISOString()
  const { by, issuer, facts } = shown.trusted
  return {
    valid_to: at(shown.validToMs),
    sha256: shown.fingerprint,
    trusted_by: by,
    issuer,
    ca: facts && { subject: facts.subject, sha256: facts.fingerprint, valid_to: at(facts.validToMs) },
  }
}

function simulatorsEndedAnswer(code: number | null): { simulators_ended?: number } {
  return code === null ? {} : { simulators_ended: code }
}

export function gatewayRoutes(server: Server, sources: GatewaySources): void {
  server.get(
    '/api/v1/gateway',
    {
      config: { right: 'view' },
      schema: { tags, summary: 'Version, and where devices send to', response: { 200: gatewayAnswer } },
    },
    () => ({
      ...sources.version,
      mqtt: sources.mqtt,
      mqtt_certificate: certificateAnswer(sources.mqttCertificate()),
      ...(sources.simulated !== undefined && { simulated: [...sources.simulated] }),
      ...simulatorsEndedAnswer(sources.simulatorsEnded?.() ?? null),
    }),
  )
  server.get(
    '/api/v1/gateway/ca.pem',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'The certificate (PEM) that devices have to trust where they send over TLS',
        response: { 200: z.any().describe('the certificate'), 404: problem },
      },
    },
    async (_request, reply) => {
      const pem = sources.mqttCertificate()?.trusted.pem ?? null
      if (pem === null) throw notFound(`There is no ca.pem: ${NO_CA}.`)
      return reply
        .header('content-type', 'application/x-pem-file')
        .header('content-disposition', 'attachment; filename="ca.pem"')
        .send(pem)
    },
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
