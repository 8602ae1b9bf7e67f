import { Fenced } from '../../nats/fenced.js'

/** Says who goes on with the journal instead. Nothing of this owner lies behind what the other has written. */
export function fencedBy(partition: number, ours: number, theirs: number): Fenced {
  return new Fenced(
    theirs > ours
      ? `partition ${partition} has another owner: its journal has gone on in epoch ${theirs}, this process works in ${ours}`
      : `somebody else has written to the journal of partition ${partition}, in epoch ${theirs}, while this process owned it in ${ours}`,
  )
}
