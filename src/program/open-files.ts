import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { HealthCheck } from '../base/wire.js'

/** Limit of files and connections that this process may have open, and what it leaves for connections. */

/** Kept for journal, archive, database, reports, threads; of a small limit half. */
const OWN_FILES = 256
/** With fewer left something fails soon. */
const LEFT_MIN = 32
const REMEDY = 'raise its limit: LimitNOFILE of systemd, ulimit -n of a shell, --ulimit nofile of a container'

/** Places for connections, by the names of their settings. */
interface Places {
  readonly connections: number
  readonly unproved: number
}

export interface WithPlaces {
  readonly mqtt: { readonly enabled: boolean; readonly limits: Places }
  readonly http: Places
  readonly hj212: Places & { readonly port: number | null }
}

/** The hard limit, to which Node raises the other one as it starts; null where the system does not say. */
export function filesMax(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
    return hard === undefined || hard === 'unlimited' ? null : Number(hard)
  } catch {
    return null
  }
}

/**
 * The configuration with fewer places where connections could use up what the journal needs: all become fewer in the same
 * proportion. Unchanged where there is room for all of them.
 */
export function fittedToFiles<T extends WithPlaces>(config: T, max = filesMax()): T {
  const share = shareOf(config, max)
  if (share === 1) return config
  const fewer = ({ connections, unproved }: Places) => ({
    connections: Math.max(1, Math.floor(connections * share)),
    unproved: Math.max(1, Math.floor(unproved * share)),
  })
  const { mqtt, http, hj212 } = config
  return {
    ...config,
    mqtt: { ...mqtt, limits: { ...mqtt.limits, ...fewer(mqtt.limits) } },
    http: { ...http, ...fewer(http) },
    hj212: { ...hj212, ...fewer(hj212) },
  }
}

/** Says why there are fewer places than are configured, and what to do; '' when there are not. */
export function tooFewFiles(config: WithPlaces, max = filesMax()): string {
  if (shareOf(config, max) === 1) return ''
  const wanted = placesOf(config) + OWN_FILES
  const has = placesOf(fittedToFiles(config, max))
  return `this process may have ${max} files open, and ${wanted} are needed for the connections that are configured: there are places for ${has}; ${REMEDY}`
}

/** Health of the open files at this moment; `configured` is what `tooFewFiles` has said at the start. */
export function filesHealth(configured: string, max = filesMax(), open = filesOpen()): HealthCheck {
  const isShort = max !== null && open !== null && max - open < LEFT_MIN
  const now = `${open} of ${max} files that this process may have open are open; look at who holds connections, or ${REMEDY}`
  return { name: 'open_files', ok: !isShort, reason: isShort ? now : configured }
}

function filesOpen(): number | null {
  try {
    // Linux says since 6.2 how many there are without a list of them, which takes milliseconds for ten thousand.
    return statSync('/proc/self/fd').size || readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

function shareOf(config: WithPlaces, max: number | null): number {
  if (max === null) return 1
  const room = max - Math.min(OWN_FILES, Math.floor(max / 2))
  return Math.min(1, room / placesOf(config))
}

function placesOf({ mqtt, http, hj212 }: WithPlaces): number {
  const sum = ({ connections, unproved }: Places) => connections + unproved
  return (mqtt.enabled ? sum(mqtt.limits) : 0) + sum(http) + (hj212.port === null ? 0 : sum(hj212))
}
