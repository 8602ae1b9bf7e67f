/** Options of a suite that the command line may change. */
export interface BenchOptions {
  /** Messages of one round, of all devices together. */
  readonly messages: number
  /** Rate of all devices together; null: as fast as they are acknowledged in `pipeline`, and the rate of the suite in others. */
  readonly messagesPerSecond: number | null
  /** Points that wait in the gateway while InfluxDB is away. */
  readonly points: number
  /** Days of event time in `reports`. */
  readonly days: number
  /** The figures are the medians of so many. */
  readonly rounds: number
  /** Length of a load in suites whose loads end by time, such as `broker`, `latency`, `scale` and `feed`. */
  readonly seconds: number
  /** Load shapes of `broker` and `latency` by id; none: all of them. */
  readonly shapes: readonly string[]
  /** Most rates that `broker` tries when a flood was not kept up. */
  readonly tries: number
  /** Decides what is drawn: who goes first, and the samples of a bootstrap. */
  readonly seed: number
  /** Event times are those of sending instead of past ones. */
  readonly isLive: boolean
  /** True when the past is let in however late its figures are (`mqtt.limits.figures_late_s` 0). */
  readonly isUnheld: boolean
  /** Folder that Node-RED is installed in and found in the next time; undefined: one that goes with the bench. */
  readonly nodeRedDir: string | undefined
  /** Folder for processor profiles; undefined: none are made. */
  readonly profileDir: string | undefined
  readonly live: LiveOptions
}

/** Options of `live` alone. */
export interface LiveOptions {
  /** Numbers of devices, each a run of its own, `demo` and `demo-past`; none: those of the suite. */
  readonly sizes: readonly string[]
  /** Messages a second of each device. */
  readonly hertz: number
  /** Devices send what they have so often; 0: each message when it is due. */
  readonly burstSeconds: number
  /** True when each tenth message is of minutes ago. */
  readonly isLate: boolean
  /** True when a day of the past comes as fast as it is acknowledged meanwhile. */
  readonly hasBackfill: boolean
  /** Open overviews at 1 Hz, from before the measured time until its end. */
  readonly viewers: number
}

/** Says how far it is. */
export function say(line: string): void {
  console.log(line)
}
