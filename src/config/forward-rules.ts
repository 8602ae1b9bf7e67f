import type { ConfigFinding } from './finding.js'
import { LOOPBACK } from './loopback.js'
import type { Config } from './schema.js'

export function forwardDoubts({ forward }: Config): ConfigFinding[] {
  return forward.servers.flatMap((server, index) => {
    const { protocol, hostname } = new URL(server)
    if (protocol === 'tls:' || forward.ca_file !== undefined || LOOPBACK.test(hostname)) return []
    const problem = 'sends what devices measure over the line for everybody to read'
    return [{ path: ['forward', 'servers', index], value: server, problem, remedy: 'use tls://' }]
  })
}
