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
  /** How long a load lasts, in `broker`, `latency`, `scale` and `feed`. */
  readonly seconds: number
  /** Load shapes of `broker` and `latency` by id; none: all of them. */
  readonly shapes: readonly string[]
  /** Most rates that `broker` tries when a flood was not kept up. */
  readonly tries: number
  /** Decides what is drawn: who goes first, and the samples of a bootstrap. */
  readonly seed: number
  /** Event times are those of sending instead of past ones. */
  readonly isLive: boolean
  /** Folder that Node-RED is installed in and found in the next time; undefined: one that goes with the bench. */
  readonly nodeRedDir: string | undefined
  /** Where to leave processor profiles. */
  readonly profileDir: string | undefined
}

/** Says how far it is. */
export function say(line: string): void {
  console.log(line)
}
