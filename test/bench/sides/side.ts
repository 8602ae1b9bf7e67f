/** A set-up that takes messages by MQTT and writes their readings to InfluxDB, as measured: with all its processes. */
export interface Side {
  readonly name: string
  readonly mqttPort: number
  /** Everything that costs something, by name; InfluxDB is one of them. */
  readonly pids: Readonly<Record<string, number>>
  /** Resolves when it has nothing to do any more. */
  settled(): Promise<void>
  /** Complaints that it has written so far. */
  log(): string
  close(): Promise<void>
}
