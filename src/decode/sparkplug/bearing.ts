import type { Speaker, Speakers } from '../../access/speakers.js'
import { type Fault, fault, isFault } from '../fault.js'
import { shorten } from '../text.js'
import type { EdgeNode } from './node.js'
import type { Nodes } from './nodes.js'

/**
 * Keeps a node with the client that it was born by: aliases, sequence and death are of that one session. Another client may
 * give birth to it when it is dead or its client has left, or when it has the better right. All of it follows from the journal.
 */
export class Bearing {
  readonly #nodes: Nodes

  constructor(nodes: Nodes) {
    this.#nodes = nodes
  }

  /** Reason for which a birth does not count as one of a node that is known; null when it does. */
  birthFault(node: EdgeNode, speaker: Speaker, speakers: Speakers): Fault | null {
    const { bearer } = node
    for (const { birth } of node.devices.values()) {
      const problem = isFault(birth.path) ? null : speakers.problemOf(birth.path, speaker)
      if (problem !== null) return fault('foreign_device', `${nameOf(node)} has a device of somebody else: ${problem}`)
    }
    const isHeld = bearer !== null && node.isAlive && !bearer.hasLeft && !isSame(bearer, speaker)
    if (!isHeld || (speakers.isRegistered(speaker) && !speakers.isRegistered(bearer))) return null
    node.isAwaited = true
    this.#nodes.noteChange(node)
    return fault(
      'foreign_device',
      `${nameOf(node)} was born by ${bearer.client}, which is still connected, and ${speaker.client} sends another birth of it; it is asked for when that one has left; a node that draws a new client id each time needs a credential that goes with any: greengauge device client any-id`,
    )
  }

  /** Reason for which a message other than a birth is not of the session that a node is in; null when it is. */
  messageFault(node: EdgeNode, speaker: Speaker): Fault | null {
    const { bearer } = node
    if (bearer === null || isSame(bearer, speaker)) return null
    return fault(
      'foreign_device',
      `${nameOf(node)} was born by ${bearer.client}, and ${speaker.client} sends in its name; who takes a node over sends its NBIRTH first`,
    )
  }

  /** The session of a client has begun or ended; null: none is left of before. */
  session(client: string | null, hasLeft: boolean, nowMs: number): void {
    for (const node of this.#nodes.all()) {
      const { bearer } = node
      if (client === null && node.rebirth.startAgain(nowMs)) this.#nodes.noteChange(node)
      if (bearer === null || bearer.ingress !== 'mqtt' || bearer.hasLeft === hasLeft) continue
      if (client !== null && bearer.client !== client) continue
      node.bearer = { ...bearer, hasLeft }
      if (hasLeft && node.isAwaited) {
        node.isAwaited = false
        node.rebirth.want(nowMs)
      }
      this.#nodes.noteChange(node)
    }
  }
}

/** True when two speakers are one. Of other brokers nobody knows which client sends there: one is as good as another. */
function isSame(a: Speaker, b: Speaker): boolean {
  return a.ingress === b.ingress && (a.client === b.client || a.ingress === 'broker')
}

function nameOf({ birth }: EdgeNode): string {
  return `the node ${shorten(`${birth.group}/${birth.node}`)}`
}
