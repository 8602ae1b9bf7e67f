import type { ConfigFinding } from './finding.js'
import { openHj212 } from './hj212-rules.js'
import { LOOPBACK } from './loopback.js'
import { shownValue, valueAt } from './problems.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** Secure by default: without proof of who they are, only programs on this machine may come in. */
export function openListeners(config: Config): ConfigFinding[] {
  const open = config.auth.required
    ? []
    : listeners(config).map(({ path, host }) => ({
        path,
        value: shownValue(path, host),
        problem: 'lets other machines in, while auth.required is false and nobody has to prove who they are',
        remedy:
          'set auth.required to true (accounts: greengauge user, tokens: greengauge device), or bind to 127.0.0.1',
      }))
  // HJ 212 has its own secret, whatever auth says.
  return config.hj212.port === null || LOOPBACK.test(config.hj212.host) ? open : [...open, ...openHj212(config)]
}

/** Listeners for devices and people that are not on loopback. */
function listeners(config: Config): { readonly path: SettingPath; readonly host: string }[] {
  const hosts: readonly SettingPath[] = [...(config.mqtt.enabled ? [['mqtt', 'host']] : []), ['http', 'host']]
  return hosts.map((path) => ({ path, host: String(valueAt(config, path)) })).filter(({ host }) => !LOOPBACK.test(host))
}
