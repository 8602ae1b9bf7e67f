/** Another owner goes on with the partition: this one has to end. Nothing of it lies behind what the other has written. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
  readonly code = 'EFENCED'

  constructor(partition: number, ours: number, theirs: number) {
    super(
      theirs > ours
        ? `partition ${partition} has another owner: its journal has gone on in epoch ${theirs}, this process works in ${ours}`
        : `somebody else has written to the journal of partition ${partition}, in epoch ${theirs}, while this process owned it in ${ours}`,
    )
  }
}
