/** Settings of glibc's allocator for a gateway: it reads them when a process begins, so a process that runs cannot choose them. */

/**
 * Memory that threads have freed goes back to the system, instead of staying with each of them: 47 MiB less of a gateway with 2,000
 * devices (docs/understand/performance-log.md). The unit of systemd and the image set the same.
 */
export const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '1048576',
}

interface Process {
  readonly platform: string
  readonly env: NodeJS.ProcessEnv
  readonly execPath: string
  readonly execArgv: readonly string[]
  readonly argv: readonly string[]
  readonly connected?: boolean
  readonly execve?: unknown
}

/**
 * Begins this process anew in its place, under its own number, with the allocator's settings. Nothing happens where a person
 * has chosen settings, where another process talks to this one over a channel of Node.js, which would be cut off, off Linux, and
 * before Node.js 22.15, which cannot.
 */
export function beginWithAllocator(self: Process = process): void {
  const isChosen = Object.keys(self.env).some((name) => name.startsWith('MALLOC_') || name === 'LD_PRELOAD')
  if (isChosen || self.platform !== 'linux' || self.connected === true || typeof self.execve !== 'function') return
  self.execve(self.execPath, [self.execPath, ...self.execArgv, ...self.argv.slice(1)], { ...self.env, ...ALLOCATOR })
}
