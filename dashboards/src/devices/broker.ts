import type { GatewayAnswer } from '../gateway/api.js'
import { gateway } from '../state.js'
import type { Broker } from './sender.js'

const DEFAULT_PORT = 1883
const LOOPBACK = /^(127\.|::1$|localhost$)/
const ANY = /^(0\.0\.0\.0|::)$/

/**
 * Broker that devices send to, as the gateway says; where it listens everywhere, the host name under which this page found it.
 *
 * @param isSecretSent whether a token is sent there: then over TLS where there is any
 */
export function broker(isSecretSent = false): Broker {
  const told = gateway.value?.mqtt
  const host = told === undefined || ANY.test(told.host) ? location.hostname : told.host
  // A token does not go in the clear where it need not, and where TLS is all there is, it is what is shown.
  const tlsPort = told?.tls_port ?? null
  if (tlsPort !== null && (isSecretSent || told?.port == null)) return { host, port: tlsPort, isTls: true }
  return { host, port: told?.port ?? DEFAULT_PORT }
}

/** The gateway has no broker of its own: it fetches messages from one that exists already. */
export const isElsewhere = () => gateway.value?.mqtt.port === null && gateway.value.mqtt.tls_port === null

/** Host and port of the gateway's own broker, over TLS too; a dash without one. */
export function addressText({ host, port, tls_port }: GatewayAnswer['mqtt']): string {
  const plain = port === null ? [] : [`${host}:${port}`]
  const secure = tls_port === null ? [] : [`mqtts://${host}:${tls_port}`]
  return [...plain, ...secure].join(', ') || '—'
}

/** Only programs on the gateway's own machine reach it. */
export const isLoopback = () => LOOPBACK.test(gateway.value?.mqtt.host ?? '')
