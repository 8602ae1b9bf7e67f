import { isIPv6 } from 'node:net'

/** From where somebody comes, at two sizes: what one can have without effort, and what one owner has. */
export interface Origin {
  /** An IPv4 address, or the /64 of an IPv6 one: whoever has an address of it has all of them. */
  readonly host: string
  /** The IPv4 /24 or the IPv6 /48. */
  readonly network: string
}

/** Returns the origin of an address as a socket gives it; sockets that are gone have no address and share one origin. */
export function originOf(address = ''): Origin {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return { host: plain, network: plain.replace(/\.\d+$/, '.0/24') }
  const groups = groupsOf(plain)
  return { host: `${groups.slice(0, 4).join(':')}::/64`, network: `${groups.slice(0, 3).join(':')}::/48` }
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = Math.max(0, 8 - first.length - last.length)
  return [...first, ...Array<string>(missing).fill('0'), ...last].map((group) =>
    Number.parseInt(group, 16).toString(16),
  )
}
