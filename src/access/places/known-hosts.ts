import type { Origin } from './origin.js'

/** The gateway forgets the one from which nobody has proved themselves for the longest time when there are more. */
const REMEMBERED_MAX = 10_000

/** Hosts from where somebody has proved who they are. */
export class KnownHosts {
  readonly #hosts = new Set<string>()

  remember({ host }: Origin): void {
    this.#hosts.delete(host)
    this.#hosts.add(host)
    if (this.#hosts.size <= REMEMBERED_MAX) return
    for (const oldest of this.#hosts) {
      this.#hosts.delete(oldest)
      return
    }
  }

  has({ host }: Origin): boolean {
    return this.#hosts.has(host)
  }
}
