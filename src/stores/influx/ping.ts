import type { PingAnswer } from '../server-kind.js'

/** Asks an InfluxDB for its version, without showing it a secret. */
export async function pingInflux(url: string, timeoutMs: number): Promise<PingAnswer> {
  try {
    const init: RequestInit = { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }
    const answer = await fetch(`${url.replace(/\/$/, '')}/ping`, init)
    await answer.body?.cancel()
    if (answer.status >= 500) return { problem: `it answers ${answer.status}` }
    const version = answer.headers.get('x-influxdb-version')
    return { product: version === null ? null : `InfluxDB ${version}`, type: fittingType(version) }
  } catch (error) {
    return { problem: causeOf(error, timeoutMs) }
  }
}

/** The type of store that speaks to a server of this version; null when it says none. */
function fittingType(version: string | null): 'influxdb1' | 'influxdb2' | null {
  const major = /^v?(\d+)\./.exec(version ?? '')?.[1]
  if (major === undefined) return null
  return Number(major) < 2 ? 'influxdb1' : 'influxdb2'
}

function causeOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1000} s`
  return error.cause instanceof Error ? error.cause.message : error.message
}
