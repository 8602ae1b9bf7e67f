import type { Socket } from 'node:net'
import { Strangers } from '../access/places/strangers.js'
import type { Limiting } from './limiting.js'

/** Time from the arrival of a connection within which its CONNECT has to be accepted. */
export const PROVE_MS = 5000

interface Guarded {
  readonly below: Socket
}

const WHY = {
  places: 'too many were open, and most of them of its address or network',
  time: `its CONNECT was not accepted within ${PROVE_MS / 1000} s`,
} as const

/** The sockets below the connections of MQTT: those of strangers until the CONNECT is accepted, and again while they end. */
export class Sockets {
  readonly strangers: Strangers

  constructor(unprovedMax: number, limiting: Limiting) {
    this.strangers = new Strangers({
      placesMax: unprovedMax,
      proveMs: PROVE_MS,
      dropped: (why, address) => limiting.reached('sockets', { address, reason: WHY[why] }),
    })
  }

  /** Its CONNECT was accepted. */
  prove({ below }: Guarded): void {
    this.strangers.prove(below)
  }

  /** A connection that is closed may take a while to end, and its client has left its place. */
  left({ below }: Guarded): void {
    this.strangers.enter(below)
  }
}
