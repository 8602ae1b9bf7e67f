import { gateway } from '../state.js'
import type { Broker } from './sender.js'

const DEFAULT_PORT = 1883
const LOOPBACK = /^(127\.|::1$|localhost$)/
const ANY = /^(0\.0\.0\.0|::)$/

/** Where devices send to, as the gateway says; where it listens everywhere, the name under which this page found it. */
export function broker(): Broker {
  const told = gateway.value?.mqtt
  const host = told === undefined || ANY.test(told.host) ? location.hostname : told.host
  return { host, port: told?.port ?? DEFAULT_PORT }
}

/** Only programs on the gateway's own machine reach it. */
export const isLoopback = () => LOOPBACK.test(gateway.value?.mqtt.host ?? '')
