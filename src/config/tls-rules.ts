import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import { LOOPBACK } from './loopback.js'
import type { Config } from './schema.js'

/** TLS that nobody could reach, or that asks for certificates of nobody. */
export function tlsContradictions(config: Config): ConfigFinding[] {
  const { enabled, port, ws_port, tls } = config.mqtt
  if (!enabled) return []
  if (tls === null) {
    if (port !== null || ws_port !== null) return []
    const remedy = 'give it a port, add mqtt.tls, or set mqtt.enabled to false'
    return [findingAt(config, ['mqtt', 'port'], 'leaves the broker without any port', remedy)]
  }
  const at = (setting: string) => ['mqtt', 'tls', setting]
  const found: ConfigFinding[] = []
  if (tls.port === null && tls.ws_port === null) {
    found.push(findingAt(config, at('port'), 'leaves mqtt.tls without any port', 'give it one, 8883 by custom'))
  }
  if (tls.client_certificates === 'required' && tls.client_ca_file === null) {
    const remedy = 'add client_ca_file, the authorities whose client certificates are taken'
    found.push(
      findingAt(config, at('client_certificates'), 'asks for certificates of authorities that are not named', remedy),
    )
  }
  return found
}

/** Secrets that cross a network in the clear. */
export function tlsDoubts(config: Config): ConfigFinding[] {
  const { auth, mqtt, http } = config
  if (!auth.required) return []
  const found: ConfigFinding[] = []
  const clear = 'is open to other machines without TLS: passwords, tokens and readings can be read on the network'
  if (mqtt.enabled && !LOOPBACK.test(mqtt.host)) {
    for (const setting of ['port', 'ws_port'] as const) {
      if (mqtt[setting] === null) continue
      const remedy =
        mqtt.tls === null
          ? `add mqtt.tls and set mqtt.${setting} to null`
          : 'set it to null: mqtt.tls has ports of its own'
      found.push(findingAt(config, ['mqtt', setting], clear, remedy))
    }
  }
  if (http.tls === null && !LOOPBACK.test(http.host)) {
    const remedy = 'add http.tls, or bind to 127.0.0.1 behind a proxy that speaks HTTPS'
    found.push(findingAt(config, ['http', 'host'], clear, remedy))
  }
  return found
}
