import type { Config } from '../config/config.js'

/** Address at which the API of a gateway with these settings answers whoever asks on the same machine. */
export function apiAddress({ host, port, tls }: Config['http']): string {
  const named = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${tls === null ? 'http' : 'https'}://${named.includes(':') ? `[${named}]` : named}:${port}`
}
