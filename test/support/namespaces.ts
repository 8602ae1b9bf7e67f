import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Machine } from './machine.js'

const PREFIX = 'gg-'
const SUBNETS = 256

function ip(...lines: readonly string[]): void {
  execFileSync('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n`, stdio: ['pipe', 'ignore', 'pipe'] })
}

function said(...args: readonly string[]): string[] {
  return execFileSync('ip', args, { encoding: 'utf8' }).split('\n')
}

/** True when this process may make network namespaces: as root, where the kernel and whoever confines it allow it. */
export function canSeparate(): boolean {
  if (process.getuid?.() !== 0) return false
  const name = `${PREFIX}${process.pid}-try`
  try {
    ip(`netns add ${name}`, `netns del ${name}`)
    return true
  } catch {
    return false
  }
}

/** A machine with a network stack of its own, on a wire that can be pulled. */
export interface SeparateMachine extends Machine {
  /** Nothing comes in or goes out from here on, and nobody is told: packets are dropped by the kernel. */
  unplug(): void
  plug(): void
}

/** A switch of Linux (a bridge) that the test's own machine is on, and machines in network namespaces around it. */
export class Network {
  readonly #name = `${PREFIX}${process.pid}`
  readonly #subnet: string
  readonly #machines: { readonly space: string; readonly wire: string; readonly hand: Hand }[] = []

  private constructor(subnet: string) {
    this.#subnet = subnet
    ip(`link add ${this.#name} type bridge`, `addr add ${subnet}.1/24 dev ${this.#name}`, `link set ${this.#name} up`)
  }

  /** One for each process at a time. What processes that were killed have left is removed. */
  static open(): Network {
    removeAbandoned()
    const used = said('-o', 'addr', 'show').join('\n')
    const subnets = Array.from({ length: SUBNETS }, (_, i) => `10.213.${i}`)
    return new Network(subnets.find((subnet) => !used.includes(` ${subnet}.`))!)
  }

  add(): SeparateMachine {
    const number = this.#machines.length + 2
    const host = `${this.#subnet}.${number}`
    const space = `${this.#name}-${number}`
    const wire = `${this.#name}.${number}`
    ip(
      `netns add ${space}`,
      `link add ${wire} type veth peer name eth0 netns ${space}`,
      `link set ${wire} master ${this.#name} up`,
    )
    for (const rest of [
      ['addr', 'add', `${host}/24`, 'dev', 'eth0'],
      ...['eth0', 'lo'].map((of) => ['link', 'set', of, 'up']),
    ]) {
      execFileSync('ip', ['-n', space, ...rest])
    }
    const wrapper = ['ip', 'netns', 'exec', space]
    const hand = new Hand(wrapper)
    this.#machines.push({ space, wire, hand })
    return {
      host,
      wrapper,
      fetch: (url) => hand.fetch(url),
      unplug: () => ip(`link set ${wire} down`),
      plug: () => ip(`link set ${wire} up`),
    }
  }

  /** Removes the network and its machines; all that runs on them has to be ended before. */
  close(): void {
    for (const { hand } of this.#machines) hand.close()
    // A namespace goes some time after its name; its wire goes at once when it is taken away itself.
    const ends = this.#machines.flatMap(({ space, wire }) => [`link del ${wire}`, `netns del ${space}`])
    ip(...ends, `link del ${this.#name}`)
  }
}

/** Removes namespaces and bridges of processes that do not run any more. */
function removeAbandoned(): void {
  const isAbandoned = (name: string) => !existsSync(`/proc/${/^gg-(\d+)/.exec(name)?.[1] ?? 'self'}`)
  const spaces = said('netns', 'list').map((line) => line.split(' ')[0]!)
  const bridges = said('-o', 'link', 'show', 'type', 'bridge').map((line) => line.split(': ')[1] ?? '')
  for (const space of spaces.filter(isAbandoned)) ip(`netns del ${space}`)
  for (const bridge of bridges.filter(isAbandoned)) ip(`link del ${bridge}`)
}

/** A process on a machine that asks there for what it is told to. */
class Hand {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (said: HandAnswer) => void>()
  #asked = 0

  constructor([program = '', ...before]: readonly string[]) {
    this.#process = spawn(program, [...before, process.execPath, '-e', HAND], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#process.unref()
    this.#process.channel?.unref()
    this.#process.on('message', (said: HandAnswer) => {
      this.#waiting.get(said.id)?.(said)
      this.#waiting.delete(said.id)
    })
  }

  async fetch(url: string): Promise<Response> {
    const id = this.#asked++
    const { status, body, error } = await new Promise<HandAnswer>((resolve) => {
      this.#waiting.set(id, resolve)
      this.#process.send({ id, url })
    })
    if (error !== undefined) throw new TypeError(`${url}: ${error}`)
    return new Response(body, { status })
  }

  close(): void {
    this.#process.kill('SIGKILL')
  }
}

interface HandAnswer {
  readonly id: number
  readonly status: number
  readonly body: string
  readonly error?: string
}

/** Ends with the test: nothing but the channel to it keeps the process up. */
const HAND = `process.on('message', ({ id, url }) => {
  fetch(url)
    .then(async (answer) => process.send({ id, status: answer.status, body: await answer.text() }))
    .catch((error) => process.send({ id, error: String(error.cause ?? error) }))
})`
