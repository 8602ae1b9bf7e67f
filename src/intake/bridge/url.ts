/** The ports that the schemes have by custom. */
const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }

/** Sentence that says what is wrong with the address of a broker; null when it is sound. */
export function urlProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'give an address such as mqtt://10.0.0.5:1883'
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text)
  if (!Object.hasOwn(PORTS, protocol)) return 'an address begins with mqtt://, mqtts://, ws:// or wss://'
  if (hostname === '') return 'give the name or address of the broker, such as mqtt://10.0.0.5:1883'
  if (username !== '' || password !== '')
    return 'give user and password as username and password_file, not in the address'
  if (hash !== '' || search !== '') return 'leave out what follows "?" or "#"'
  if (!isWebSocket(text) && pathname !== '' && pathname !== '/') return 'mqtt:// and mqtts:// have no path'
  return null
}

export function isWebSocket(url: string): boolean {
  return url.startsWith('ws')
}

/** TLS by the scheme alone, so that no setting can take it away. */
export function isSecure(url: string): boolean {
  return /^(mqtts|wss):/.test(url)
}

/** Host and port of a sound address; the host of IPv6 without brackets. */
export function hostAndPortOf(url: string): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? PORTS[protocol]! : Number(port) }
}
