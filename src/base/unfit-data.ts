/** A data directory that this program must not touch. The message is a sentence for the operator, with what to do. */
export class UnfitData extends Error {
  override readonly name: string = 'UnfitData'
}

/** A newer program has written a file: it is whole, and nothing of the data directory may be set aside or written. */
export class NewerFormat extends UnfitData {
  override readonly name = 'NewerFormat'

  constructor(path: string, found: number, known: number) {
    super(
      `${path} has format ${found}, this program reads ${known}: a newer version of it has written the file; start that one, nothing was changed`,
    )
  }
}
