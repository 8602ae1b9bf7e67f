/** What the command line may change of a suite. */
export interface BenchOptions {
  /** Messages of one round, of all devices together. */
  readonly messages: number
  /** Of all devices together in suite `pipeline`; null: as fast as they are acknowledged. */
  readonly messagesPerSecond: number | null
  /** Points that wait in the gateway while InfluxDB is away. */
  readonly points: number
  /** Days of event time in `reports`. */
  readonly days: number
  /** The figures are the medians of so many. */
  readonly rounds: number
  /** Folder that Node-RED is installed in and found in the next time; undefined: one that goes with the bench. */
  readonly nodeRedDir: string | undefined
  /** Where to leave processor profiles. */
  readonly profileDir: string | undefined
}

/** Says how far it is. */
export function say(line: string): void {
  console.log(line)
}
